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

test('an unverified address of an order is told, not trusted', () => {
  const doubtful = context();
  doubtful.profile.identities.push({ kind: 'email', value: 'gift@shop.example', verified: false, evidence: 'order' });
  assert.deepEqual(warningsFor(doubtful, order(), now), [
    { kind: 'address_differs', value: 'gift@shop.example' },
  ]);
});

test('a paid order that waits three days is late; a cancelled or deleted one is not', () => {
  const waiting = { fulfillment_status: null, placed_at: '2026-11-19T11:00:00Z' };
  assert.deepEqual(warningsFor(context(), order(waiting), now), [{ kind: 'waiting', days: 3 }]);
  assert.deepEqual(warningsFor(context(), order({ ...waiting, financial_status: 'pending' }), now), []);
  const voided = order({ ...waiting, financial_status: 'voided', counts: false });
  assert.deepEqual(warningsFor(context(), voided, now), [{ kind: 'cancelled' }]);
  const deleted = order({ ...waiting, deleted_at: '2026-11-20T00:00:00Z', counts: false });
  assert.deepEqual(warningsFor(context(), deleted, now), [{ kind: 'deleted' }]);
  assert.deepEqual(warningsFor(context(), order({ counts: false }), now), [{ kind: 'not_counted' }]);
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
  assert.equal(toneOf('invented_tomorrow'), 'neutral');
  assert.equal(safeLink('javascript:alert(1)'), null);
  assert.equal(safeLink('https://track.example/1'), 'https://track.example/1');
  assert.equal(safeLink(null), null);
});
