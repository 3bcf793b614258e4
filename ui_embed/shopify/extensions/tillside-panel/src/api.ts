import type { Candidate, Context } from './context.ts';
import type { Answer } from './state.ts';

export type Subject = { order: string } | { customer: string };

const GID = /^gid:\/\/shopify\/(Order|Customer)\/(\d+)$/;

/**
 * The order or customer that the admin page shows, or null. Ids stay strings:
 * Shopify's pass 2^53.
 */
export function subjectOf(gid: string | undefined): Subject | null {
  const match = GID.exec(gid ?? '');
  if (!match?.[2]) return null;
  return match[1] === 'Order' ? { order: match[2] } : { customer: match[2] };
}

/** The path on the app's own origin that answers for the subject. */
export function contextPath(subject: Subject): string {
  return `/api/v1/context?${new URLSearchParams(subject as Record<string, string>)}`;
}

/**
 * A link to the app's home at the subject. It has a query and no path, so it means
 * the same whether the admin resolves it against the app's URL or its origin.
 */
export function homeLink(subject: Subject | null): string {
  return subject ? `app:?${new URLSearchParams(subject as Record<string, string>)}` : 'app:';
}

interface ErrorBody {
  error?: { code?: string; details?: { candidates?: Candidate[] } | null };
}

/** What an HTTP status and JSON body of `/api/v1/context` mean for the panel. */
export function readAnswer(status: number, body: unknown): Answer {
  const error = (body as ErrorBody | null)?.error;
  if (status === 200 && isContext(body)) return { kind: 'context', context: body };
  if (status === 404) return { kind: 'not_found' };
  if (status === 409) return { kind: 'several', candidates: error?.details?.candidates ?? [] };
  if (status === 401 && error?.code === 'not_installed') return { kind: 'not_installed' };
  if (status === 401 || status === 403) return { kind: 'trouble', trouble: 'forbidden' };
  return { kind: 'trouble', trouble: 'error' };
}

function isContext(body: unknown): body is Context {
  const value = body as Partial<Context> | null;
  return Boolean(value && value.profile && Array.isArray(value.orders) && value.freshness);
}

/**
 * Ask the app for the subject's context. The admin resolves the relative path against
 * the app's URL and adds the staff member's session token by itself. A refused token
 * is tried once more: it lives for a minute only.
 */
export async function loadContext(subject: Subject, ask: typeof fetch = fetch): Promise<Answer> {
  try {
    let answer = await askOnce(subject, ask);
    if (answer.kind === 'trouble' && answer.trouble === 'forbidden') {
      answer = await askOnce(subject, ask);
    }
    return answer;
  } catch {
    return { kind: 'trouble', trouble: 'offline' };
  }
}

async function askOnce(subject: Subject, ask: typeof fetch): Promise<Answer> {
  const response = await ask(contextPath(subject), { headers: { Accept: 'application/json' } });
  const body: unknown = await response.json().catch(() => null);
  return readAnswer(response.status, body);
}
