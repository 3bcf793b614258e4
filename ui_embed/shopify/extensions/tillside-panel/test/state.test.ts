import assert from 'node:assert/strict';
import { test } from 'node:test';

import { LOADING, nextPollIn, reduce, type State } from '../src/state.ts';
import { context } from './builders.ts';

const ready: State = { kind: 'ready', context: context(), trouble: null };

test('the first answer replaces the loading state', () => {
  assert.deepEqual(reduce(LOADING, { kind: 'context', context: context() }), ready);
  assert.deepEqual(reduce(LOADING, { kind: 'not_found' }), { kind: 'none' });
  assert.deepEqual(reduce(LOADING, { kind: 'not_installed' }), { kind: 'not_installed' });
  const candidates = [{ id: 'p1' }, { id: 'p2' }];
  assert.deepEqual(reduce(LOADING, { kind: 'several', candidates }), { kind: 'several', candidates });
});

test('a trouble before anything was shown is shown itself', () => {
  const failed = reduce(LOADING, { kind: 'trouble', trouble: 'offline' });
  assert.deepEqual(failed, { kind: 'failed', trouble: 'offline' });
});

test('a trouble leaves the older copy standing, and the next answer clears it', () => {
  const marked = reduce(ready, { kind: 'trouble', trouble: 'error' });
  assert.deepEqual(marked, { ...ready, trouble: 'error' });
  assert.deepEqual(reduce(marked, { kind: 'context', context: context() }), ready);
});

test('what the server knows for sure replaces the older copy', () => {
  assert.deepEqual(reduce(ready, { kind: 'not_installed' }), { kind: 'not_installed' });
  assert.deepEqual(reduce(ready, { kind: 'not_found' }), { kind: 'none' });
});

test('with the stream open it hardly asks; without, more often on a busy page than a quiet one', () => {
  assert.equal(nextPollIn(ready, 0, true), 300_000);
  assert.equal(nextPollIn(ready, 0, false), 15_000);
  assert.equal(nextPollIn(ready, 5 * 60_000, false), 60_000);
  assert.equal(nextPollIn(ready, 60 * 60_000, false), 300_000);
  assert.equal(nextPollIn({ ...ready, trouble: 'error' }, 0, true), 15_000);
  assert.equal(nextPollIn({ kind: 'failed', trouble: 'offline' }, 0, false), 15_000);
  assert.equal(nextPollIn({ kind: 'not_installed' }, 0, false), 60_000);
});
