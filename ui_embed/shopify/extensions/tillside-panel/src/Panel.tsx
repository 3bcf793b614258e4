import type { Subject } from './api.ts';
import { usePanel, type Shown } from './usePanel.ts';
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
  const shown = usePanel(subject);
  return (
    <Frame subject={subject} summary={summaryOf(shown.state)}>
      <View shown={shown} subject={subject} />
    </Frame>
  );
}

function View({ shown, subject }: { shown: Shown; subject: Subject | null }) {
  const { state, now, live, retry } = shown;
  switch (state.kind) {
    case 'loading':
      return <Skeleton />;
    case 'ready':
      return (
        <ContextView
          context={state.context}
          trouble={state.trouble}
          live={live}
          subject={subject}
          now={now}
        />
      );
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
