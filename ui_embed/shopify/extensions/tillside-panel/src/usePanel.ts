import { useCallback, useEffect, useReducer, useRef, useState } from 'preact/hooks';

import { loadContext, type Subject } from './api.ts';
import { LOADING, nextPollIn, reduce, type State } from './state.ts';

/** The panel's state and the time it was drawn for; asks the app again by itself. */
export function usePanel(subject: Subject | null): { state: State; now: Date; retry: () => void } {
  const [state, dispatch] = useReducer(reduce, LOADING);
  const [round, setRound] = useState(0);
  const now = useClock();
  const quiet = useQuietTime(state);
  useEffect(() => {
    if (!subject) {
      dispatch({ kind: 'not_found' });
      return;
    }
    let gone = false;
    void loadContext(subject).then((answer) => {
      if (!gone) dispatch(answer);
    });
    return () => {
      gone = true;
    };
  }, [JSON.stringify(subject), round]);
  const again = useCallback(() => setRound((count) => count + 1), []);
  useEffect(() => {
    if (state.kind === 'loading' || !subject) return undefined;
    const timer = setTimeout(again, nextPollIn(state, quiet()));
    return () => clearTimeout(timer);
  }, [state]);
  return { state, now, retry: again };
}

function useClock(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), 1000);
    return () => clearInterval(timer);
  }, []);
  return now;
}

/** A function that tells for how many milliseconds nothing has changed. */
function useQuietTime(state: State): () => number {
  const since = useRef(Date.now());
  const seen = useRef('');
  const mark =
    state.kind === 'ready'
      ? state.context.orders.map((order) => order.id + order.updated_at).join()
      : state.kind;
  if (mark !== seen.current) {
    seen.current = mark;
    since.current = Date.now();
  }
  return () => Date.now() - since.current;
}
