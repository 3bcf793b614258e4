import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ageOf, daysSince, formatDay, formatMoment } from '../src/time.ts';
import { freshness } from './builders.ts';

const at = (time: string) => new Date(`2026-11-22T${time}Z`);

test('freshness goes from seconds over minutes to a time, unless it is live', () => {
  assert.deepEqual(ageOf(freshness(), at('14:00:00'), true), { kind: 'live' });
  assert.deepEqual(ageOf(freshness(), at('12:00:03')), { kind: 'seconds', count: 3 });
  assert.deepEqual(ageOf(freshness(), at('12:00:12')), { kind: 'seconds', count: 12 });
  assert.deepEqual(ageOf(freshness(), at('12:05:59')), { kind: 'minutes', count: 5 });
  const old = ageOf(freshness(), at('14:00:00'));
  assert.deepEqual(old, { kind: 'as_of', at: at('12:00:00'), today: true });
  const yesterday = ageOf(freshness({ as_of: '2026-11-21T12:00:00Z' }), at('14:00:00'));
  assert.equal(yesterday.kind === 'as_of' && yesterday.today, false);
});

test('a reconciliation that proved the copy makes it fresher', () => {
  const proven = freshness({ complete_until: '2026-11-22T12:30:00Z' });
  assert.deepEqual(ageOf(proven, at('12:30:20')), { kind: 'seconds', count: 20 });
});

test('a reader’s clock that runs behind shows no future', () => {
  assert.deepEqual(ageOf(freshness(), at('11:58:00')), { kind: 'seconds', count: 0 });
});

test('an import says how far it is', () => {
  const importing = freshness({ backfill: { state: 'running', done: 40, total: 400 } });
  assert.deepEqual(ageOf(importing, at('12:00:00'), true), { kind: 'importing', done: 40, total: 400 });
});

test('no time at all is said so', () => {
  const never = freshness({ as_of: null, backfill: null });
  assert.deepEqual(ageOf(never, at('12:00:00')), { kind: 'unknown' });
});

test('days are whole and never negative', () => {
  assert.equal(daysSince('2026-11-19T11:00:00Z', at('12:00:00')), 3);
  assert.equal(daysSince('2026-11-23T11:00:00Z', at('12:00:00')), 0);
  assert.equal(daysSince(null, at('12:00:00')), 0);
  assert.equal(daysSince('soon', at('12:00:00')), 0);
});

test('dates are in the reader’s language, with the year when it isn’t this one', () => {
  assert.equal(formatDay('2026-03-05T10:00:00Z', 'en', at('12:00:00')), 'Mar 5');
  assert.equal(formatDay('2023-03-05T10:00:00Z', 'cs', at('12:00:00')), '5. 3. 2023');
  assert.equal(formatMoment(at('12:04:00'), true, 'el').includes('12:04'), true);
});
