import assert from 'node:assert/strict';
import { test } from 'node:test';

import { contextPath, homeLink, loadContext, readAnswer, subjectOf } from '../src/api.ts';
import { context } from './builders.ts';

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const error = (code: string, details: unknown = null) => ({ error: { code, message: '', details } });

test('ids past 2^53 stay whole', () => {
  assert.deepEqual(subjectOf('gid://shopify/Order/9007199254740993'), { order: '9007199254740993' });
  assert.deepEqual(subjectOf('gid://shopify/Customer/7'), { customer: '7' });
});

test('what is no order or customer has no subject', () => {
  for (const gid of [undefined, '', 'gid://shopify/Product/1', 'gid://shopify/Order/1?x', '1']) {
    assert.equal(subjectOf(gid), null);
  }
});

test('paths and links carry the id', () => {
  assert.equal(contextPath({ order: '42' }), '/api/v1/context?order=42');
  assert.equal(contextPath({ customer: '42' }), '/api/v1/context?customer=42');
  assert.equal(homeLink({ order: '42' }), 'app:?order=42');
  assert.equal(homeLink(null), 'app:');
});

test('each status has its meaning', () => {
  assert.deepEqual(readAnswer(200, context()), { kind: 'context', context: context() });
  assert.deepEqual(readAnswer(404, error('not_found')), { kind: 'not_found' });
  const candidates = [{ id: 'p1' }];
  assert.deepEqual(readAnswer(409, error('ambiguous', { candidates })), { kind: 'several', candidates });
  assert.deepEqual(readAnswer(409, error('ambiguous')), { kind: 'several', candidates: [] });
  assert.deepEqual(readAnswer(401, error('not_installed')), { kind: 'not_installed' });
  assert.deepEqual(readAnswer(401, error('unauthorized')), { kind: 'trouble', trouble: 'forbidden' });
  assert.deepEqual(readAnswer(503, null), { kind: 'trouble', trouble: 'error' });
  assert.deepEqual(readAnswer(200, '<html>'), { kind: 'trouble', trouble: 'error' });
});

test('a refused token is tried once more, and only once', async () => {
  const asked: string[] = [];
  const answers = [json(401, error('unauthorized')), json(200, context())];
  const ask = async (path: unknown) => {
    asked.push(String(path));
    return answers.shift() ?? json(401, error('unauthorized'));
  };
  assert.equal((await loadContext({ order: '1' }, ask as typeof fetch)).kind, 'context');
  assert.deepEqual(asked, ['/api/v1/context?order=1', '/api/v1/context?order=1']);
  assert.deepEqual(await loadContext({ order: '1' }, ask as typeof fetch), {
    kind: 'trouble',
    trouble: 'forbidden',
  });
  assert.equal(asked.length, 4);
});

test('an uninstalled store is not asked twice', async () => {
  let count = 0;
  const ask = async () => {
    count += 1;
    return json(401, error('not_installed'));
  };
  assert.deepEqual(await loadContext({ order: '1' }, ask as typeof fetch), { kind: 'not_installed' });
  assert.equal(count, 1);
});

test('a failed connection is offline, a page that is no JSON an error', async () => {
  const broken = async () => Promise.reject(new TypeError('Failed to fetch'));
  assert.deepEqual(await loadContext({ order: '1' }, broken as typeof fetch), {
    kind: 'trouble',
    trouble: 'offline',
  });
  const html = async () => new Response('<html>', { status: 502 });
  assert.deepEqual(await loadContext({ order: '1' }, html as typeof fetch), {
    kind: 'trouble',
    trouble: 'error',
  });
});
