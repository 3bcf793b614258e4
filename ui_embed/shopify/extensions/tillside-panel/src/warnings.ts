import type { Context, Fulfillment, Order } from './context.ts';
import type { Subject } from './api.ts';
import { daysSince } from './time.ts';

const UNSENT_DAYS = 3;
const PARCEL_SLOW_DAYS = 7;
const UNPAID_DAYS = 2;
const PAID = ['paid', 'partially_refunded'];
const UNSENT = ['unfulfilled', 'partial', 'partially_fulfilled'];
const UNDER_WAY = ['confirmed', 'carrier_picked_up', 'in_transit', 'out_for_delivery', 'delayed'];

/** One thing to know before answering. An amount is minor units of the order's currency. */
export type Warning =
  | { kind: 'buyer_unknown' | 'deleted' | 'cancelled' | 'not_counted' }
  | { kind: 'delivery_failed' | 'delivery_attempted' }
  | { kind: 'other_address' | 'oversold'; text: string }
  | { kind: 'unsent' | 'parcel_slow'; days: number }
  | { kind: 'cancelled_unrefunded' | 'unpaid'; amount: number };

/** The order that the page shows, or for a customer's page their newest one. */
export function orderInQuestion(context: Context, subject: Subject | null): Order | null {
  if (subject && 'order' in subject) {
    return context.orders.find((order) => order.external_id === subject.order) ?? null;
  }
  return context.orders[0] ?? null;
}

/** What an agent should know of the person and that order, the worst first. */
export function warningsFor(context: Context, order: Order | null, now: Date): Warning[] {
  const unknown: Warning[] = isReachable(context) ? [] : [{ kind: 'buyer_unknown' }];
  return order ? [...ofState(order), ...ofParcels(order, now), ...ofWaiting(order, now), ...ofAddress(context, order), ...unknown] : unknown;
}

function isReachable(context: Context): boolean {
  return context.profile.identities.some(({ kind }) => ['email', 'phone', 'guest_phone'].includes(kind));
}

function isOpen(order: Order): boolean {
  return !order.deleted_at && !order.cancelled_at && order.financial_status !== 'voided';
}

function ofState(order: Order): Warning[] {
  if (order.deleted_at) return [{ kind: 'deleted' }];
  if (!isOpen(order)) {
    const owed = order.total_minor - order.refunded_minor;
    const paid = PAID.includes(order.financial_status ?? '');
    return [paid && owed > 0 ? { kind: 'cancelled_unrefunded', amount: owed } : { kind: 'cancelled' }];
  }
  return order.counts ? [] : [{ kind: 'not_counted' }];
}

function ofParcels(order: Order, now: Date): Warning[] {
  if (!isOpen(order)) return [];
  const live = order.fulfillments.filter((parcel) => parcel.status !== 'cancelled');
  return live.flatMap((parcel) => ofParcel(parcel, now)).slice(0, 1);
}

function ofParcel(parcel: Fulfillment, now: Date): Warning[] {
  const status = parcel.shipment_status ?? '';
  if (['failure', 'not_delivered'].includes(status)) return [{ kind: 'delivery_failed' }];
  if (status === 'attempted_delivery') return [{ kind: 'delivery_attempted' }];
  const days = daysSince(parcel.created_at, now);
  const slow = UNDER_WAY.includes(status) && days >= PARCEL_SLOW_DAYS;
  return slow ? [{ kind: 'parcel_slow', days }] : [];
}

function ofWaiting(order: Order, now: Date): Warning[] {
  const unsent = UNSENT.includes(order.fulfillment_status ?? 'unfulfilled');
  if (!isOpen(order) || !order.counts || !unsent) return [];
  const days = daysSince(order.placed_at, now);
  if (order.financial_status === 'pending') {
    return days >= UNPAID_DAYS ? [{ kind: 'unpaid', amount: order.current_total_minor }] : [];
  }
  if (!PAID.includes(order.financial_status ?? '')) return [];
  const warnings: Warning[] = days >= UNSENT_DAYS ? [{ kind: 'unsent', days }] : [];
  // A stock of 0 may be what this order took; below it more was sold than there is.
  const short = order.lines.find((line) => line.current_quantity > 0 && (line.stock ?? 0) < 0);
  return short ? [{ kind: 'oversold', text: short.title }, ...warnings] : warnings;
}

function ofAddress(context: Context, order: Order): Warning[] {
  const known = context.profile.identities
    .filter(({ kind, evidence }) => kind === 'email' && evidence !== 'order')
    .map(({ value }) => value.trim().toLowerCase());
  const typed = order.email?.trim().toLowerCase();
  if (!typed || !known.length || known.includes(typed)) return [];
  return [{ kind: 'other_address', text: order.email as string }];
}
