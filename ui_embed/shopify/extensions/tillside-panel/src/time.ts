import type { Freshness } from './context.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How fresh the shown copy is; the view turns it into words. */
export type Age =
  | { kind: 'importing'; done: number | null; total: number | null }
  | { kind: 'live' }
  | { kind: 'seconds'; count: number }
  | { kind: 'minutes'; count: number }
  | { kind: 'as_of'; at: Date; today: boolean }
  | { kind: 'unknown' };

/** The moment up to which the copy is known to be right, or null. */
export function provenUntil(freshness: Freshness): Date | null {
  const times = [freshness.as_of, freshness.complete_until]
    .filter((value): value is string => Boolean(value))
    .map((value) => Date.parse(value))
    .filter((value) => !Number.isNaN(value));
  return times.length ? new Date(Math.max(...times)) : null;
}

/**
 * Age of the copy at `now`; `live` tells that changes arrive by themselves. A clock that runs
 * behind the server's counts as now.
 */
export function ageOf(freshness: Freshness, now: Date, live = false): Age {
  const backfill = freshness.backfill;
  if (backfill && (backfill.state === 'running' || backfill.state === 'waiting')) {
    return { kind: 'importing', done: backfill.done, total: backfill.total };
  }
  if (live) return { kind: 'live' };
  const at = provenUntil(freshness);
  if (!at) return { kind: 'unknown' };
  const age = Math.max(0, now.getTime() - at.getTime());
  if (age < MINUTE) return { kind: 'seconds', count: Math.floor(age / SECOND) };
  if (age < HOUR) return { kind: 'minutes', count: Math.floor(age / MINUTE) };
  return { kind: 'as_of', at, today: at.toDateString() === now.toDateString() };
}

/** Whole days between an ISO time and `now`; 0 when it is unreadable. */
export function daysSince(iso: string | null, now: Date): number {
  const at = iso ? Date.parse(iso) : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, Math.floor((now.getTime() - at) / DAY));
}

/** The date in the reader's words; the year only when it isn't this one. */
export function formatDay(iso: string, locale: string, now: Date): string {
  const at = new Date(iso);
  const year = at.getFullYear() === now.getFullYear() ? {} : ({ year: 'numeric' } as const);
  return new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short', ...year }).format(at);
}

/** Hours and minutes, with the day in front when it isn't today. */
export function formatMoment(at: Date, today: boolean, locale: string): string {
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  const day = today ? {} : ({ day: 'numeric', month: 'short' } as const);
  return new Intl.DateTimeFormat(locale, { ...day, ...clock }).format(at);
}
