import type { Fulfillment, Order, OrderLine, Refund, Tracking } from '../context.ts';
import { locale, t, tOr } from '../host.ts';
import { formatMoney } from '../money.ts';
import { plainStatus, safeLink, statusesOf, toneOf } from '../status.ts';
import { formatDay } from '../time.ts';

/** The order in question, opened: lines, parcels, refunds. */
export function OrderDetail({ order, now }: { order: Order; now: Date }) {
  return (
    <s-stack gap="small-200">
      <s-stack direction="inline" gap="small-200" justifyContent="space-between">
        <s-stack direction="inline" gap="small-200">
          <s-text type="strong" dir="auto">{order.name}</s-text>
          <s-text color="subdued">{formatDay(order.placed_at, locale(), now)}</s-text>
        </s-stack>
        <s-text type="strong" fontVariantNumeric="tabular-nums">
          {formatMoney(order.total_minor, order.currency, locale())}
        </s-text>
      </s-stack>
      <s-stack direction="inline" gap="small-300">
        {statusesOf(order).map((status) => (
          <Status key={status} status={status} />
        ))}
      </s-stack>
      <Amounts order={order} />
      {order.lines.map((line) => (
        <Line key={line.external_id} line={line} currency={order.currency} />
      ))}
      {order.fulfillments.map((fulfillment) => (
        <Parcel key={fulfillment.external_id} fulfillment={fulfillment} now={now} />
      ))}
      {order.refunds.map((refund) => (
        <RefundRow key={refund.external_id} refund={refund} now={now} />
      ))}
    </s-stack>
  );
}

/** The status in the reader's language, or made readable where we have no word for it. */
export function statusWord(status: string): string {
  return tOr(`status.${status}`, plainStatus(status));
}

function Status({ status }: { status: string }) {
  return <s-badge tone={toneOf(status)}>{statusWord(status)}</s-badge>;
}

function Amounts({ order }: { order: Order }) {
  const money = (minor: number) => formatMoney(minor, order.currency, locale());
  const words = [];
  if (order.current_total_minor !== order.total_minor) {
    words.push(t('now_worth', { amount: money(order.current_total_minor) }));
  }
  if (order.refunded_minor) words.push(t('refunded', { amount: money(order.refunded_minor) }));
  return words.length ? <s-text color="subdued">{words.join(' · ')}</s-text> : null;
}

function Line({ line, currency }: { line: OrderLine; currency: string }) {
  const removed = line.current_quantity === 0;
  const details = [line.variant_title, line.sku].filter(Boolean).join(' · ');
  return (
    <s-stack direction="inline" gap="small-200" justifyContent="space-between">
      <s-stack gap="none">
        <s-text type={removed ? 'redundant' : 'generic'}>
          {line.current_quantity || line.quantity} × <s-text dir="auto">{line.title}</s-text>
        </s-text>
        {details ? <s-text color="subdued" dir="auto">{details}</s-text> : null}
      </s-stack>
      <s-text color={removed ? 'subdued' : 'base'} fontVariantNumeric="tabular-nums">
        {formatMoney(line.total_minor, currency, locale())}
      </s-text>
    </s-stack>
  );
}

function Parcel({ fulfillment, now }: { fulfillment: Fulfillment; now: Date }) {
  const status = fulfillment.shipment_status ?? fulfillment.status;
  return (
    <s-stack direction="inline" gap="small-200" alignItems="center">
      <s-text>{t('parcel')}</s-text>
      {fulfillment.created_at ? (
        <s-text color="subdued">{formatDay(fulfillment.created_at, locale(), now)}</s-text>
      ) : null}
      {status ? <Status status={status} /> : null}
      {fulfillment.tracking.map((tracking) => (
        <TrackingLink key={`${tracking.number}${tracking.url}`} tracking={tracking} />
      ))}
    </s-stack>
  );
}

function TrackingLink({ tracking }: { tracking: Tracking }) {
  const text = [tracking.company, tracking.number].filter(Boolean).join(' ') || t('tracking');
  const url = safeLink(tracking.url);
  if (!url) return <s-text dir="auto">{text}</s-text>;
  return (
    <s-link href={url} target="_blank">
      <s-text dir="auto">{text}</s-text>
    </s-link>
  );
}

function RefundRow({ refund, now }: { refund: Refund; now: Date }) {
  const amount = formatMoney(refund.amount_minor, refund.currency, locale());
  const day = refund.created_at ? formatDay(refund.created_at, locale(), now) : '';
  return (
    <s-stack gap="none">
      <s-text>{t('refund_row', { amount, date: day })}</s-text>
      {refund.note ? <s-text color="subdued" dir="auto">{refund.note}</s-text> : null}
    </s-stack>
  );
}
