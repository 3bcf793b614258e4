import type { Context, Order } from './context.ts';
import type { Subject } from './api.ts';
import { daysSince } from './time.ts';

const LATE_AFTER_DAYS = 3;

export type Warning =
  | { kind: 'buyer_unknown' }
  | { kind: 'address_differs'; value: string }
  | { kind: 'deleted' }
  | { kind: 'cancelled' }
  | { kind: 'not_counted' }
  | { kind: 'waiting'; days: number };

/** The order that the page shows, or for a customer's page their newest one. */
export function orderInQuestion(context: Context, subject: Subject | null): Order | null {
  if (subject && 'order' in subject) {
    return context.orders.find((order) => order.external_id === subject.order) ?? null;
  }
  return context.orders[0] ?? null;
}

/** What an agent should know before answering, most important first. */
export function warningsFor(context: Context, order: Order | null, now: Date): Warning[] {
  const warnings: Warning[] = [];
  const reachable = context.profile.identities.some(({ kind }) => kind === 'email' || kind === 'phone');
  if (!reachable) warnings.push({ kind: 'buyer_unknown' });
  const doubtful = context.profile.identities.find(
    ({ kind, verified, evidence }) => kind === 'email' && !verified && evidence === 'order',
  );
  if (doubtful) warnings.push({ kind: 'address_differs', value: doubtful.value });
  if (order) warnings.push(...warningsOf(order, now));
  return warnings;
}

function warningsOf(order: Order, now: Date): Warning[] {
  if (order.deleted_at) return [{ kind: 'deleted' }];
  if (order.financial_status === 'voided') return [{ kind: 'cancelled' }];
  if (!order.counts) return [{ kind: 'not_counted' }];
  const days = daysSince(order.placed_at, now);
  const waits = order.financial_status === 'paid' && order.fulfillment_status !== 'fulfilled';
  return waits && days >= LATE_AFTER_DAYS ? [{ kind: 'waiting', days }] : [];
}
