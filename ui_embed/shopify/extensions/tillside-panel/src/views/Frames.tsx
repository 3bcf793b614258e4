import type { ComponentChildren, ComponentType } from 'preact';

import { homeLink, type Subject } from '../api.ts';
import { t } from '../host.ts';

export interface FrameProps {
  subject: Subject | null;
  summary: string;
  children: ComponentChildren;
}

export type Frame = ComponentType<FrameProps>;

/** The card on an order's or a customer's page. */
export function BlockFrame({ subject, summary, children }: FrameProps) {
  return (
    <s-admin-block heading={t('heading')} collapsedSummary={summary}>
      <s-stack gap="base">
        {children}
        <s-link href={homeLink(subject)}>{t('open_app')}</s-link>
      </s-stack>
    </s-admin-block>
  );
}

/** The window that the page's action opens. */
export function ActionFrame({ subject, children }: FrameProps) {
  return (
    <s-admin-action heading={t('heading')}>
      <s-stack gap="base">{children}</s-stack>
      <s-button slot="primary-action" variant="primary" href={homeLink(subject)}>
        {t('open_app')}
      </s-button>
      <s-button slot="secondary-actions" onClick={() => shopify.close?.()}>
        {t('close')}
      </s-button>
    </s-admin-action>
  );
}
