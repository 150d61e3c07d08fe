// One key slot and the only way to change it. Pure and synchronous: JavaScript's run-to-completion is the
// mutex that SLOTS.md asks for, so nothing here may ever become asynchronous.
import type { Placed } from './recency.ts';

export type SlotState = 'EMPTY' | 'FILLING' | 'FULL' | 'PENDING_PURGE' | 'PENDING_DELETION';

/** Where a key is found: a session's own ids and the shared ones never meet. */
export type SlotName = string & { readonly brand: 'SlotName' };

/** 128 random bits in hexadecimal, new for every key ever created: what a stale handle cannot match. */
export type Generation = string & { readonly brand: 'Generation' };

/** A key as a slot holds it. One object per publication: identity of the entry is identity of the copy. */
export interface Entry<C> {
  readonly name: SlotName;
  readonly generation: Generation;
  /** Without it, a cached copy leaves as soon as nobody needs it (the `cache` policy). */
  readonly keepCached: boolean;
  readonly contents: C;
}

/** What a slot holds, told apart by its state; a state that cannot be has no type. */
export type Content<C> =
  | { readonly state: 'EMPTY' }
  | { readonly state: 'FILLING' }
  | {
      readonly state: 'FULL';
      readonly entry: Entry<C>;
      readonly readers: number;
      /** Calls that wait for a lane with this slot chosen. They keep it from eviction, and delay nothing else. */
      readonly holds: number;
    }
  | {
      readonly state: 'PENDING_PURGE' | 'PENDING_DELETION';
      readonly entry: Entry<C>;
      readonly readers: number;
    };

/**
 * `cache` slots hold copies of stored keys and may be evicted; `pinned` slots hold such copies that are not; `slab`
 * slots hold the only copy there is.
 */
export type SlotKind = 'cache' | 'pinned' | 'slab';

export interface Slot<C> extends Placed<Slot<C>> {
  readonly kind: SlotKind;
  content: Content<C>;
}

export const EMPTY = { state: 'EMPTY' } as const;
export const FILLING = { state: 'FILLING' } as const;

/**
 * Every transition there is (SLOTS.md, "States of a slot"). A pending slot moves to itself when a reader
 * that is not the last one leaves. There is no way back from a pending state to `FULL`, and none from
 * `PENDING_DELETION` to `PENDING_PURGE`: destruction wins.
 */
export const TRANSITIONS: Readonly<Record<SlotState, readonly SlotState[]>> = {
  EMPTY: ['FILLING'],
  FILLING: ['FULL', 'EMPTY'],
  FULL: ['FULL', 'PENDING_PURGE', 'PENDING_DELETION', 'EMPTY'],
  PENDING_PURGE: ['PENDING_PURGE', 'PENDING_DELETION', 'EMPTY'],
  PENDING_DELETION: ['PENDING_DELETION', 'EMPTY'],
};

/** An invariant of the slot table is broken: a bug in keyslot. The host answers it with this code. */
export class CorruptionDetected extends Error {
  override readonly name = 'CorruptionDetected';
  readonly code = 'CORRUPTION_DETECTED';
}

/**
 * The one step in which a slot changes. Throws, changing nothing, when the slot is not in the state that
 * the caller reasoned about, or when the move would break one of the invariants:
 *
 * - a pending state is entered only with readers, and left for `EMPTY` only by the last of them;
 * - `FULL` is left for `EMPTY` only without readers;
 * - readers come and go one at a time, and come only to a `FULL` slot;
 * - the entry of a slot never changes: a copy that must be replaced goes through `EMPTY`.
 */
export function transition<C>(slot: Slot<C>, expected: SlotState, next: Content<C>): void {
  const now = slot.content;
  if (now.state !== expected) {
    throw new CorruptionDetected(`slot is ${now.state} where ${expected} was expected`);
  }
  if (!TRANSITIONS[expected].includes(next.state)) {
    throw new CorruptionDetected(`a slot cannot go from ${expected} to ${next.state}`);
  }
  const fault = brokenInvariant(now, next);
  if (fault !== undefined) throw new CorruptionDetected(`${expected} to ${next.state}: ${fault}`);
  slot.content = next;
}

function brokenInvariant<C>(now: Content<C>, next: Content<C>): string | undefined {
  const before = readersOf(now);
  if (next.state === 'EMPTY') {
    const last = now.state === 'FULL' || now.state === 'FILLING' ? 0 : 1;
    return before === last ? undefined : `${before} readers are still registered`;
  }
  const after = readersOf(next);
  if (isPending(next) && after < 1) return 'a pending slot needs a reader';
  if (next.state === 'FULL' && (after < 0 || next.holds < 0)) return 'counts cannot be negative';
  if (now.state === 'FILLING') return after === 0 ? undefined : 'a key is published without readers';
  if (!hasEntry(now) || !hasEntry(next)) return undefined;
  if (now.entry !== next.entry) return 'the entry of a slot cannot be exchanged';
  if (now.state !== next.state) return before === after ? undefined : 'readers change in a step of their own';
  return readerStepIsOne(now, next);
}

function readerStepIsOne<C>(now: Content<C>, next: Content<C>): string | undefined {
  const step = readersOf(next) - readersOf(now);
  if (now.state === 'FULL' && Math.abs(step) <= 1) return undefined;
  return step === -1 ? undefined : 'a pending slot admits no reader';
}

export function readersOf<C>(content: Content<C>): number {
  return 'readers' in content ? content.readers : 0;
}

type Occupied<C> = Extract<Content<C>, { entry: Entry<C> }>;

export function hasEntry<C>(content: Content<C>): content is Occupied<C> {
  return 'entry' in content;
}

function isPending<C>(content: Content<C>): boolean {
  return content.state === 'PENDING_PURGE' || content.state === 'PENDING_DELETION';
}
