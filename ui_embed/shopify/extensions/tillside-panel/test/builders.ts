import type { Context, Freshness, Order } from '../src/context.ts';

export function freshness(changes: Partial<Freshness> = {}): Freshness {
  return {
    as_of: '2026-11-22T12:00:00Z',
    source: 'webhook',
    complete_from: null,
    complete_until: null,
    backfill: { state: 'done', done: 10, total: 10 },
    ...changes,
  };
}

export function order(changes: Partial<Order> = {}): Order {
  return {
    id: 'o1',
    external_id: '9007199254740993',
    name: '#1042',
    placed_at: '2026-11-22T09:00:00Z',
    updated_at: '2026-11-22T09:00:00Z',
    financial_status: 'paid',
    fulfillment_status: 'fulfilled',
    currency: 'EUR',
    total_minor: 8990,
    current_total_minor: 8990,
    refunded_minor: 0,
    counts: true,
    deleted_at: null,
    lines: [],
    fulfillments: [],
    refunds: [],
    ...changes,
  };
}

export function context(changes: Partial<Context> = {}): Context {
  return {
    profile: {
      id: 'p1',
      display_name: 'Δήμητρα Παπαδοπούλου',
      identities: [{ kind: 'email', value: 'dimitra@shop.example', verified: true, evidence: 'store' }],
      totals: [{ currency: 'EUR', orders: 1, spent_minor: 8990, unpaid_minor: 0, refunded_minor: 0 }],
      first_order_at: '2026-11-22T09:00:00Z',
      last_order_at: '2026-11-22T09:00:00Z',
      tags: [],
      locale: 'el',
    },
    orders: [order()],
    next: null,
    freshness: freshness(),
    ...changes,
  };
}
