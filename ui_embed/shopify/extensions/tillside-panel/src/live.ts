/** News from the app as they happen, read from `/api/v1/live`: a stream that ends with its token. */

export interface News {
  event: string;
  id: string | null;
  data: string;
}

/** The whole events of a text that came so far, and what is left of the next one. */
export function takeNews(text: string): { news: News[]; rest: string } {
  const blocks = text.split('\n\n');
  const rest = blocks.pop() ?? '';
  const news = blocks.map(readBlock).filter((one) => one.event !== '');
  return { news, rest };
}

function readBlock(block: string): News {
  const one: News = { event: '', id: null, data: '' };
  for (const line of block.split('\n')) {
    const [name, value] = splitOnce(line);
    if (name === 'event') one.event = value;
    else if (name === 'id') one.id = value;
    else if (name === 'data') one.data = value;
  }
  return one;
}

function splitOnce(line: string): [string, string] {
  const colon = line.indexOf(':');
  return colon < 0 ? [line, ''] : [line.slice(0, colon), line.slice(colon + 1).trimStart()];
}

// Of the inbox: nothing of it stands in this panel.
const OF_CONVERSATIONS = new Set<unknown>(['conversation', 'typing', 'presence', 'online']);

/** Whether the news may change what is shown of that person (null: nobody is shown yet). */
export function concerns(news: News, profileId: string | null): boolean {
  if (news.event !== 'changed') return false;
  try {
    const { kind, subject_id: subject } = JSON.parse(news.data) as Record<string, unknown>;
    if (OF_CONVERSATIONS.has(kind)) return false;
    return profileId === null || kind !== 'profile' || String(subject) === profileId;
  } catch {
    return true;
  }
}

export interface Listener {
  onOpen: () => void;
  onNews: (news: News) => void;
  onClose: () => void;
}

const SOONEST = 1_000;
const LATEST = 120_000;

/** Listen until the signal ends it; come back at once when a stream ends as it should, else ever later. */
export async function stayTuned(listener: Listener, signal: AbortSignal, ask: typeof fetch = fetch): Promise<void> {
  let lastId: string | null = null;
  let wait = SOONEST;
  while (!signal.aborted) {
    const opened = Date.now();
    const ended: Ended = await listen(listener, lastId, signal, ask).catch(() => ({ again: false, lastId }));
    lastId = ended.lastId;
    if (ended.again && Date.now() - opened >= SOONEST) continue;
    listener.onClose();
    if (Date.now() - opened > 10 * SOONEST) wait = SOONEST;
    await pause(wait, signal);
    wait = Math.min(wait * 2, LATEST);
  }
}

interface Ended {
  again: boolean;
  lastId: string | null;
}

async function listen(listener: Listener, from: string | null, signal: AbortSignal, ask: typeof fetch): Promise<Ended> {
  let lastId = from;
  const headers: Record<string, string> = { Accept: 'text/event-stream' };
  if (lastId) headers['Last-Event-ID'] = lastId;
  const response = await ask('/api/v1/live', { headers, signal });
  if (!response.ok || !response.body) return { again: false, lastId };
  listener.onOpen();
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { again: false, lastId };
    const taken = takeNews(text + decoder.decode(value, { stream: true }));
    text = taken.rest;
    for (const news of taken.news) {
      lastId = news.id ?? lastId;
      if (news.event !== 'changed') return { again: news.event === 'again', lastId };
      listener.onNews(news);
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
