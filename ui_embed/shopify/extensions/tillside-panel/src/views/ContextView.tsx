import type { Subject } from '../api.ts';
import type { Context, Order } from '../context.ts';
import type { Trouble } from '../state.ts';
import { orderInQuestion, warningsFor, type Warning } from '../warnings.ts';
import { locale, t } from '../host.ts';
import { formatMoney } from '../money.ts';
import { formatDay } from '../time.ts';
import { Head } from './Head.tsx';
import { statusesOf } from '../status.ts';
import { OrderDetail, statusWord } from './OrderDetail.tsx';

const SHOWN_OTHERS = 5;

interface Props {
  context: Context;
  trouble: Trouble | null;
  subject: Subject | null;
  now: Date;
}

/** Who, what is wrong now, the order in question, the rest. */
export function ContextView({ context, trouble, subject, now }: Props) {
  const order = orderInQuestion(context, subject);
  return (
    <s-stack gap="base">
      <Head profile={context.profile} freshness={context.freshness} trouble={trouble} now={now} />
      <Warnings warnings={warningsFor(context, order, now)} />
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

function Warnings({ warnings }: { warnings: Warning[] }) {
  return (
    <>
      {warnings.map((warning) => (
        <s-banner key={warning.kind} tone={warning.kind === 'deleted' ? 'critical' : 'warning'}>
          {t(`warning.${warning.kind}`, valuesOf(warning))}
        </s-banner>
      ))}
    </>
  );
}

function valuesOf(warning: Warning): Record<string, string | number> {
  if (warning.kind === 'waiting') return { count: warning.days };
  return warning.kind === 'address_differs' ? { address: warning.value } : {};
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
        <OtherOrder key={order.id} order={order} now={now} />
      ))}
      {more > 0 || context.next ? (
        <s-text color="subdued">{context.next ? t('many_more') : t('more', { count: more })}</s-text>
      ) : null}
    </s-stack>
  );
}

function OtherOrder({ order, now }: { order: Order; now: Date }) {
  return (
    <s-stack gap="none">
      <s-stack direction="inline" gap="small-200" justifyContent="space-between">
        <s-stack direction="inline" gap="small-200">
          <s-link href={`shopify:admin/orders/${encodeURIComponent(order.external_id)}`}>
            <s-text dir="auto">{order.name}</s-text>
          </s-link>
          <s-text color="subdued">{formatDay(order.placed_at, locale(), now)}</s-text>
        </s-stack>
        <s-text fontVariantNumeric="tabular-nums">
          {formatMoney(order.total_minor, order.currency, locale())}
        </s-text>
      </s-stack>
      <s-text color="subdued">{statusesOf(order).map(statusWord).join(' · ')}</s-text>
    </s-stack>
  );
}
