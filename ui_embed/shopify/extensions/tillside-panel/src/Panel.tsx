import type { Subject } from './api.ts';
import { usePanel } from './usePanel.ts';
import type { State } from './state.ts';
import { t } from './host.ts';
import { ContextView } from './views/ContextView.tsx';
import type { Frame } from './views/Frames.tsx';
import { Failed, Nobody, NotInstalled, Several, Skeleton } from './views/States.tsx';

interface Props {
  subject: Subject | null;
  frame: Frame;
}

/** The whole panel: asks the app, and draws whichever state the answers lead to. */
export function Panel({ subject, frame: Frame }: Props) {
  const { state, now, retry } = usePanel(subject);
  return (
    <Frame subject={subject} summary={summaryOf(state)}>
      <View state={state} subject={subject} now={now} retry={retry} />
    </Frame>
  );
}

interface ViewProps {
  state: State;
  subject: Subject | null;
  now: Date;
  retry: () => void;
}

function View({ state, subject, now, retry }: ViewProps) {
  switch (state.kind) {
    case 'loading':
      return <Skeleton />;
    case 'ready':
      return <ContextView context={state.context} trouble={state.trouble} subject={subject} now={now} />;
    case 'none':
      return <Nobody subject={subject} />;
    case 'several':
      return <Several candidates={state.candidates} />;
    case 'not_installed':
      return <NotInstalled />;
    case 'failed':
      return <Failed trouble={state.trouble} retry={retry} />;
  }
}

function summaryOf(state: State): string {
  if (state.kind !== 'ready') return t('heading');
  const { profile } = state.context;
  const orders = profile.totals.reduce((sum, total) => sum + total.orders, 0);
  return `${profile.display_name ?? t('no_name')} · ${t('orders', { count: orders })}`;
}
