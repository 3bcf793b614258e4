import assert from 'node:assert/strict';
import { test } from 'node:test';

import { safeLink, statusesOf, toneOf } from '../src/status.ts';
import { orderInQuestion, warningsFor } from '../src/warnings.ts';
import { context, order } from './builders.ts';

const now = new Date('2026-11-22T12:00:00Z');

test('an ordinary order warns of nothing', () => {
  assert.deepEqual(warningsFor(context(), order(), now), []);
});

test('a person without address and phone is unknown', () => {
  const nobody = context();
  nobody.profile.identities = [{ kind: 'platform_customer', value: '7', verified: true, evidence: 'store' }];
  assert.deepEqual(warningsFor(nobody, null, now), [{ kind: 'buyer_unknown' }]);
});

test('another address than the account’s is told, however it is written', () => {
  const other = order({ email: 'Gift@shop.example' });
  assert.deepEqual(warningsFor(context(), other, now), [{ kind: 'other_address', text: 'Gift@shop.example' }]);
  assert.deepEqual(warningsFor(context(), order({ email: ' Dimitra@Shop.example' }), now), []);
});

test('a paid order that waits three days is late; a cancelled or deleted one is not', () => {
  const waiting = { fulfillment_status: 'unfulfilled', placed_at: '2026-11-19T11:00:00Z' };
  assert.deepEqual(warningsFor(context(), order(waiting), now), [{ kind: 'unsent', days: 3 }]);
  assert.deepEqual(warningsFor(context(), order({ ...waiting, placed_at: '2026-11-20T11:00:00Z' }), now), []);
  const pending = order({ ...waiting, financial_status: 'pending' });
  assert.deepEqual(warningsFor(context(), pending, now), [{ kind: 'unpaid', amount: 8990 }]);
  const voided = order({ ...waiting, financial_status: 'voided', counts: false });
  assert.deepEqual(warningsFor(context(), voided, now), [{ kind: 'cancelled' }]);
  const owed = order({ ...waiting, cancelled_at: '2026-11-20T00:00:00Z', refunded_minor: 990, counts: false });
  assert.deepEqual(warningsFor(context(), owed, now), [{ kind: 'cancelled_unrefunded', amount: 8000 }]);
  const deleted = order({ ...waiting, deleted_at: '2026-11-20T00:00:00Z', counts: false });
  assert.deepEqual(warningsFor(context(), deleted, now), [{ kind: 'deleted' }]);
  assert.deepEqual(warningsFor(context(), order({ counts: false }), now), [{ kind: 'not_counted' }]);
});

test('more sold than there is warns, an empty shelf does not', () => {
  const line = {
    external_id: '1', title: 'Aviator', variant_title: null, sku: null, quantity: 1,
    current_quantity: 1, unit_price_minor: 1, total_minor: 1, image_url: null, stock: -1,
  };
  const unsent = { fulfillment_status: 'unfulfilled' };
  assert.deepEqual(warningsFor(context(), order({ ...unsent, lines: [line] }), now), [
    { kind: 'oversold', text: 'Aviator' },
  ]);
  assert.deepEqual(warningsFor(context(), order({ ...unsent, lines: [{ ...line, stock: 0 }] }), now), []);
  assert.deepEqual(warningsFor(context(), order({ lines: [line] }), now), []);
});

test('parcels that fail, find nobody or take long are told once', () => {
  const parcel = {
    external_id: '1', status: 'success', shipment_status: 'failure', tracking: [],
    created_at: '2026-11-10T12:00:00Z',
  };
  const of = (...fulfillments: object[]) =>
    warningsFor(context(), order({ fulfillments: fulfillments as typeof parcel[] }), now);
  assert.deepEqual(of(parcel, parcel), [{ kind: 'delivery_failed' }]);
  assert.deepEqual(of({ ...parcel, status: 'cancelled' }), []);
  assert.deepEqual(of({ ...parcel, shipment_status: 'attempted_delivery' }), [{ kind: 'delivery_attempted' }]);
  assert.deepEqual(of({ ...parcel, shipment_status: 'in_transit' }), [{ kind: 'parcel_slow', days: 12 }]);
  assert.deepEqual(of({ ...parcel, shipment_status: null }), []);
  assert.deepEqual(of({ ...parcel, shipment_status: 'delivered' }), []);
});

test('the order in question is the page’s, on a customer’s page the newest', () => {
  const first = order({ id: 'a', external_id: '1' });
  const second = order({ id: 'b', external_id: '2' });
  const both = context({ orders: [first, second] });
  assert.equal(orderInQuestion(both, { order: '2' }), second);
  assert.equal(orderInQuestion(both, { order: '3' }), null);
  assert.equal(orderInQuestion(both, { customer: '9' }), first);
  assert.equal(orderInQuestion(context({ orders: [] }), null), null);
});

test('statuses have a word each, and a script is no link', () => {
  assert.deepEqual(statusesOf(order({ fulfillment_status: null })), ['paid', 'unfulfilled']);
  const cancelled = { cancelled_at: '2026-11-20T00:00:00Z', financial_status: 'refunded' };
  assert.deepEqual(statusesOf(order({ ...cancelled, fulfillment_status: 'unfulfilled' })), ['cancelled', 'refunded']);
  assert.deepEqual(statusesOf(order({ ...cancelled, fulfillment_status: 'partial' })), ['cancelled', 'refunded', 'partial']);
  assert.equal(toneOf('invented_tomorrow'), 'neutral');
  assert.equal(safeLink('javascript:alert(1)'), null);
  assert.equal(safeLink('https://track.example/1'), 'https://track.example/1');
  assert.equal(safeLink(null), null);
});
