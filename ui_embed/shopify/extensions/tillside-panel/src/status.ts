import type { Order } from './context.ts';

export type Tone = 'neutral' | 'info' | 'success' | 'warning' | 'caution' | 'critical';

const TONES: Record<string, Tone> = {
  paid: 'success',
  pending: 'warning',
  authorized: 'info',
  partially_paid: 'warning',
  partially_refunded: 'caution',
  refunded: 'neutral',
  voided: 'neutral',
  expired: 'critical',
  fulfilled: 'success',
  partial: 'caution',
  partially_fulfilled: 'caution',
  unfulfilled: 'warning',
  on_hold: 'caution',
  delivered: 'success',
  in_transit: 'info',
  out_for_delivery: 'info',
  failure: 'critical',
  cancelled: 'neutral',
};

/** The colour family of a status; its word always stands beside it. */
export function toneOf(status: string): Tone {
  return TONES[status] ?? 'neutral';
}

/** A status that no translation knows, made readable: `in_progress` is `in progress`. */
export function plainStatus(status: string): string {
  return status.replaceAll('_', ' ');
}

/** The order's statuses to show, in reading order; a cancelled one is not waiting to be sent. */
export function statusesOf(order: Order): string[] {
  const sent = order.fulfillment_status ?? 'unfulfilled';
  const found = order.cancelled_at
    ? ['cancelled', order.financial_status, sent === 'unfulfilled' ? null : sent]
    : [order.financial_status, sent];
  return found.filter((status): status is string => Boolean(status));
}

/** A tracking address that is safe to link to, or null. */
export function safeLink(url: string | null): string | null {
  return url && /^https?:\/\//i.test(url) ? url : null;
}
