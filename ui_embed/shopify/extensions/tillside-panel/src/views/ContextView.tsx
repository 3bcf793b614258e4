import type { Subject } from '../api.ts';
import type { Context, Order } from '../context.ts';
import type { Trouble } from '../state.ts';
import { orderInQuestion, warningsFor, type Warning } from '../warnings.ts';
import { isolated, locale, t } from '../host.ts';
import { formatMoney } from '../money.ts';
import { formatDay } from '../time.ts';
import { Head } from './Head.tsx';
import { safeLink, statusesOf } from '../status.ts';
import { OrderDetail, statusWord } from './OrderDetail.tsx';

const SHOWN_OTHERS = 5;

interface Props {
  context: Context;
  trouble: Trouble | null;
  live: boolean;
  subject: Subject | null;
  now: Date;
}

/** Who, what is wrong now, the order in question, the rest. */
export function ContextView({ context, trouble, live, subject, now }: Props) {
  const order = orderInQuestion(context, subject);
  return (
    <s-stack gap="base">
      <Head
        profile={context.profile}
        freshness={context.freshness}
        trouble={trouble}
        live={live}
        now={now}
      />
      <Warnings warnings={warningsFor(context, order, now)} currency={order?.currency ?? ''} />
      <s-divider />
      {order ? <OrderDetail order={order} now={now} /> : <Missing context={context} />}
      <Others context={context} but={order} now={now} />
    </s-stack>
  );
}

function Missing({ context }: { context: Context }) {
  const key = context.orders.length ? 'order_further_back' : 'no_orders';
  return <s-paragraph color="subdued">{t(key)}</s-paragraph>;
}

const KNOWLEDGE_ONLY = ['cancelled', 'not_counted', 'buyer_unknown', 'unpaid'];

function Warnings({ warnings, currency }: { warnings: Warning[]; currency: string }) {
  return (
    <>
      {warnings.map((warning) => (
        <s-banner
          key={warning.kind}
          tone={KNOWLEDGE_ONLY.includes(warning.kind) ? 'info' : 'warning'}
        >
          {t(`warning.${warning.kind}`, valuesOf(warning, currency))}
        </s-banner>
      ))}
    </>
  );
}

function valuesOf(warning: Warning, currency: string): Record<string, string | number> {
  if ('days' in warning) return { count: warning.days };
  if ('text' in warning) return { text: isolated(warning.text) };
  return 'amount' in warning ? { amount: formatMoney(warning.amount, currency, locale()) } : {};
}

function Others({ context, but, now }: { context: Context; but: Order | null; now: Date }) {
  const others = context.orders.filter((order) => order !== but);
  const more = others.length - SHOWN_OTHERS;
  if (!others.length) return null;
  return (
    <s-stack gap="small-200">
      <s-divider />
      <s-text type="strong">{t('other_orders')}</s-text>
      {others.slice(0, SHOWN_OTHERS).map((order) => (
        <OtherOrder key={order.id} order={order} here={but} now={now} />
      ))}
      {more > 0 || context.next ? (
        <s-text color="subdued">{context.next ? t('many_more') : t('more', { count: more })}</s-text>
      ) : null}
    </s-stack>
  );
}

/** Where the order is shown: in this admin, or in the other store's. */
function orderLink(order: Order, here: Order | null): { href: string; target: '_self' | '_blank' } {
  const elsewhere = here?.store && order.store && order.store.id !== here.store.id;
  const url = elsewhere ? safeLink(order.admin_url ?? null) : null;
  if (url) return { href: url, target: '_blank' };
  return { href: `shopify:admin/orders/${encodeURIComponent(order.external_id)}`, target: '_self' };
}

function OtherOrder({ order, here, now }: { order: Order; here: Order | null; now: Date }) {
  const link = orderLink(order, here);
  const words = statusesOf(order).map(statusWord);
  return (
    <s-stack gap="none">
      <s-stack direction="inline" gap="small-200" justifyContent="space-between">
        <s-stack direction="inline" gap="small-200">
          <s-link href={link.href} target={link.target}>
            <s-text dir="auto">{order.name}</s-text>
          </s-link>
          <s-text color="subdued">{formatDay(order.placed_at, locale(), now)}</s-text>
        </s-stack>
        <s-text fontVariantNumeric="tabular-nums">
          {formatMoney(order.total_minor, order.currency, locale())}
        </s-text>
      </s-stack>
      <s-text color="subdued">
        {words.join(' · ')}
        {link.target === '_blank' ? <s-text dir="auto"> · {order.store?.name}</s-text> : null}
      </s-text>
    </s-stack>
  );
}
