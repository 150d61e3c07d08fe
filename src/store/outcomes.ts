// What became of a request, written in the transaction of its effect and kept for ten minutes, so that a client that
// got no answer can ask again and the effect happens once.
import type { KeyInfo } from '../rpc/protocol.ts';
import type { Write } from './transactions.ts';

/** Longest that an outcome is kept, in ms. A retry comes within half of it. */
const KEPT = 600_000;

/** Of a creation, what was created; of a destruction, nothing. Never secret. */
export type Effect = KeyInfo | null;

export interface Outcome {
  /** Random, chosen by the client. */
  readonly request: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly effect: Effect;
}

/** How many old outcomes one transaction removes at most. */
const MAX_REMOVED = 100;

/** Removes outcomes that nobody can ask for any more. */
export async function prune(transaction: Write, now: number): Promise<void> {
  const outcomes = transaction.objectStore('outcomes');
  const old = await outcomes.index('at').getAllKeys(IDBKeyRange.upperBound(now - KEPT), MAX_REMOVED);
  await Promise.all(old.map((request) => outcomes.delete(request)));
}
