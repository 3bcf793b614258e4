import assert from 'node:assert/strict';
import { test } from 'node:test';

import { concerns, stayTuned, takeNews, type News } from '../src/live.ts';

const changed = (kind: string, subject: string, id = '1-0') =>
  `id: ${id}\nevent: changed\ndata: {"kind":"${kind}","subject_id":"${subject}"}\n\n`;

test('events are taken whole, comments are left out, the rest is kept', () => {
  const { news, rest } = takeNews(`: open\n\n${changed('profile', '7')}: still here\n\nid: 2-0\nev`);
  assert.deepEqual(news, [{ event: 'changed', id: '1-0', data: '{"kind":"profile","subject_id":"7"}' }]);
  assert.equal(rest, 'id: 2-0\nev');
});

test('only news of this person, or of more than a person, count', () => {
  const of = (kind: string, subject: string) => takeNews(changed(kind, subject)).news[0] as News;
  assert.equal(concerns(of('profile', '7'), '7'), true);
  assert.equal(concerns(of('profile', '8'), '7'), false);
  assert.equal(concerns(of('profile', '8'), null), true);
  assert.equal(concerns(of('resync', ''), '7'), true);
  for (const kind of ['conversation', 'typing', 'presence', 'online']) {
    assert.equal(concerns(of(kind, '7'), '7'), false);
  }
  assert.equal(concerns({ event: 'away', id: null, data: '{}' }, '7'), false);
  assert.equal(concerns({ event: 'changed', id: null, data: '<' }, '7'), true);
});

/** A stream of the texts, one chunk each, that ends after the last. */
function streamOf(...texts: string[]): Response {
  const body = new ReadableStream({
    start(controller) {
      for (const text of texts) controller.enqueue(new TextEncoder().encode(text));
      controller.close();
    },
  });
  return new Response(body);
}

test('the stream is read on from the last event, and closed when it breaks', async () => {
  const end = new AbortController();
  const asked: (string | undefined)[] = [];
  const heard: string[] = [];
  const event = changed('profile', 'ω', '5-1');
  const answers = [streamOf(': open\n\n', event.slice(0, 50), event.slice(50)), new Response('', { status: 503 })];
  const ask = async (_path: unknown, init?: RequestInit) => {
    asked.push((init?.headers as Record<string, string>)['Last-Event-ID']);
    const answer = answers.shift();
    if (answer) return answer;
    end.abort();
    throw new TypeError('gone');
  };
  const listener = {
    onOpen: () => heard.push('open'),
    onNews: (news: News) => heard.push(news.data),
    onClose: () => heard.push('closed'),
  };
  await stayTuned(listener, end.signal, ask as typeof fetch);
  assert.deepEqual(asked, [undefined, '5-1', '5-1']);
  assert.deepEqual(heard, ['open', '{"kind":"profile","subject_id":"ω"}', 'closed', 'closed', 'closed']);
});
