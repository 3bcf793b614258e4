import type { Subject } from '../api.ts';
import type { Candidate } from '../context.ts';
import type { Trouble } from '../state.ts';
import { t } from '../host.ts';

/** Reserved room of about the size of what comes, so that nothing jumps. */
export function Skeleton() {
  return (
    <s-box minBlockSize="240px" accessibilityLabel={t('loading')}>
      <s-stack gap="base">
        <s-text color="subdued">{t('loading')}</s-text>
        {(['60%', '85%', '45%', '100%', '70%'] as const).map((width) => (
          <s-box
            key={width}
            inlineSize={width}
            minBlockSize="16px"
            background="subdued"
            borderRadius="small"
            accessibilityVisibility="hidden"
          />
        ))}
      </s-stack>
    </s-box>
  );
}

export function Nobody({ subject }: { subject: Subject | null }) {
  const what = subject && 'customer' in subject ? 'nobody_customer' : 'nobody_order';
  return (
    <s-stack gap="small-300">
      <s-text type="strong">{t('nobody')}</s-text>
      <s-paragraph color="subdued">{t(what)}</s-paragraph>
    </s-stack>
  );
}

export function Several({ candidates }: { candidates: Candidate[] }) {
  return (
    <s-stack gap="small-300">
      <s-text type="strong">{t('several', { count: candidates.length })}</s-text>
      <s-paragraph color="subdued">{t('several_explained')}</s-paragraph>
      {candidates.map((candidate) => (
        <s-stack key={candidate.id} gap="none">
          <s-link href={`app:?profile=${encodeURIComponent(candidate.id)}`}>
            <s-text dir="auto">{candidate.display_name ?? t('no_name')}</s-text>
          </s-link>
          <s-text color="subdued" dir="auto">{(candidate.reasons ?? []).join(' · ')}</s-text>
        </s-stack>
      ))}
    </s-stack>
  );
}

export function NotInstalled() {
  return (
    <s-banner tone="warning" heading={t('not_installed')}>
      {t('not_installed_explained')}
    </s-banner>
  );
}

export function Failed({ trouble, retry }: { trouble: Trouble; retry: () => void }) {
  return (
    <s-stack gap="base">
      <s-banner tone={trouble === 'forbidden' ? 'warning' : 'critical'} heading={t(`trouble.${trouble}`)}>
        {t(`trouble_explained.${trouble}`)}
      </s-banner>
      <s-button onClick={retry}>{t('retry')}</s-button>
    </s-stack>
  );
}
