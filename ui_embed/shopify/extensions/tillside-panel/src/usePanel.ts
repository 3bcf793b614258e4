import { useCallback, useEffect, useReducer, useRef, useState } from 'preact/hooks';

import { loadContext, type Subject } from './api.ts';
import { concerns, stayTuned } from './live.ts';
import { LOADING, nextPollIn, reduce, type State } from './state.ts';

/** How long the first request waits for the stream, so that nothing falls between the two. */
const STREAM_FIRST = 250;
const SETTLE = 150;

export interface Shown {
  state: State;
  now: Date;
  /** Whether changes arrive by themselves. */
  live: boolean;
  retry: () => void;
}

/** What the panel shows for the subject; kept up to date by the app's news, else by asking again. */
export function usePanel(subject: Subject | null): Shown {
  const [state, dispatch] = useReducer(reduce, LOADING);
  const [round, setRound] = useState(0);
  const again = useCallback(() => setRound((count) => count + 1), []);
  const live = useNews(subject, state, again);
  const now = useClock();
  const quiet = useQuietTime(state);
  useEffect(() => {
    if (!subject) dispatch({ kind: 'not_found' });
    if (!subject || round === 0) return undefined;
    let gone = false;
    void loadContext(subject).then((answer) => {
      if (!gone) dispatch(answer);
    });
    return () => {
      gone = true;
    };
  }, [round]);
  useEffect(() => {
    if (state.kind === 'loading' || !subject) return undefined;
    const timer = setTimeout(again, nextPollIn(state, quiet(), live));
    return () => clearTimeout(timer);
  }, [state, live]);
  return { state, now, live, retry: again };
}

/** Ask again whenever news concern what is shown. True while the stream is open. */
function useNews(subject: Subject | null, state: State, again: () => void): boolean {
  const [live, setLive] = useState(false);
  const shown = useRef<string | null>(null);
  shown.current = state.kind === 'ready' ? state.context.profile.id : null;
  useEffect(() => {
    if (!subject) return undefined;
    const end = new AbortController();
    let timer = setTimeout(again, STREAM_FIRST);
    const soon = (milliseconds: number) => {
      clearTimeout(timer);
      timer = setTimeout(again, milliseconds);
    };
    let wasOpen = false;
    const listener = {
      onOpen: () => {
        setLive(true);
        if (!wasOpen) soon(0);
        wasOpen = true;
      },
      onNews: (news: Parameters<typeof concerns>[0]) => {
        if (concerns(news, shown.current)) soon(SETTLE);
      },
      onClose: () => setLive(false),
    };
    void stayTuned(listener, end.signal);
    return () => {
      end.abort();
      clearTimeout(timer);
    };
  }, []);
  return live;
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
