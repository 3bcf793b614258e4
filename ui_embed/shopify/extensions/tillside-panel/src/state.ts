import type { Candidate, Context } from './context.ts';

/** What went wrong with the newest request, in the words the panel has for it. */
export type Trouble = 'offline' | 'error' | 'forbidden';

export type State =
  | { kind: 'loading' }
  | { kind: 'ready'; context: Context; trouble: Trouble | null }
  | { kind: 'none' }
  | { kind: 'several'; candidates: Candidate[] }
  | { kind: 'not_installed' }
  | { kind: 'failed'; trouble: Trouble };

export type Answer =
  | { kind: 'context'; context: Context }
  | { kind: 'not_found' }
  | { kind: 'several'; candidates: Candidate[] }
  | { kind: 'not_installed' }
  | { kind: 'trouble'; trouble: Trouble };

export const LOADING: State = { kind: 'loading' };

/**
 * The state after an answer. A passing trouble never takes away what is already
 * shown: the older copy stays, marked. Everything the server knows for sure replaces it.
 */
export function reduce(state: State, answer: Answer): State {
  switch (answer.kind) {
    case 'context':
      return { kind: 'ready', context: answer.context, trouble: null };
    case 'not_found':
      return { kind: 'none' };
    case 'several':
      return { kind: 'several', candidates: answer.candidates };
    case 'not_installed':
      return { kind: 'not_installed' };
    case 'trouble':
      return state.kind === 'ready'
        ? { ...state, trouble: answer.trouble }
        : { kind: 'failed', trouble: answer.trouble };
  }
}

const SOON = 15_000;
const CALM = 60_000;
const REST = 5 * 60_000;

/**
 * Milliseconds until the panel asks again by itself. With the stream open that is a safeguard only;
 * without it, more often while somebody works on the order than on a page left open. Every answer
 * is a view that the app writes down, so never more often than needed.
 */
export function nextPollIn(state: State, quietFor: number, live: boolean): number {
  if (state.kind === 'not_installed') return CALM;
  if (state.kind === 'failed' || (state.kind === 'ready' && state.trouble)) return SOON;
  if (live) return REST;
  if (quietFor < 3 * 60_000) return SOON;
  return quietFor < 15 * 60_000 ? CALM : REST;
}
