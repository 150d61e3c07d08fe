// What each intent does to a slot in each state, written from SLOTS.md ("States of a slot", "Two kinds of slot",
// "Protocols") and from nothing else: this table must not be derived from the code that it judges. Data only.
//
// A slot is written as its state and its counts: `FULL 2/1` has two readers and is held by one call that waits. Of its
// readers, `1 op` says, one is an operation, whose slot the cache does not count.

export type Kind = 'kept' | 'passing' | 'pinned' | 'slab';

/** Cache slots of keys with the `cache` policy and without it, and the slots outside the cache. */
export const KINDS: readonly Kind[] = ['kept', 'passing', 'pinned', 'slab'];

const CACHE: readonly Kind[] = ['kept', 'passing'];

/** Every state to begin from. The table has room for one slot of the kind, this one, and for one operation. */
export const FROM = [
  'EMPTY',
  'FILLING',
  'FULL 0/0',
  'FULL 0/1',
  'FULL 1/0',
  'FULL 1/1',
  'FULL 1/0, 1 op',
  'FULL 2/0, 1 op',
  'FULL 2/0, 2 op',
  // Another copy than the one that the caller has a claim on, which went through EMPTY. Held by somebody else.
  'FULL anew',
  'PENDING_PURGE 1',
  'PENDING_PURGE 2',
  'PENDING_DELETION 1',
  'PENDING_DELETION 2',
  'PENDING_DELETION 1, 1 op',
] as const;

export type From = (typeof FROM)[number];

export const INTENTS = [
  'reserve',
  'publish',
  'publish a second copy of its name',
  'abandon',
  'hold',
  'hold of another generation',
  'release',
  'register',
  'unregister',
  'exempt',
  'unexempt',
  'purge',
  'destroy',
] as const;

export type Intent = (typeof INTENTS)[number];

export interface Outcome {
  /** What is told to the caller; `refused` is `CORRUPTION_DETECTED`, and `pending` how many slots are still to be wiped. */
  readonly answer:
    | 'refused'
    | 'done'
    | 'a slot'
    | 'a hold'
    | 'nothing'
    | 'true'
    | 'false'
    | 'pending 0'
    | 'pending 1';
  /** The slot afterwards; of a reservation that succeeds, the one reserved. Left out: as before. */
  readonly to?: string;
  /** Its key is wiped, and whoever asked for that step is told. */
  readonly wiped?: true;
  readonly evicted?: true;
  /** Whoever waits for a cache slot is told to look. */
  readonly free?: true;
  /** Which copy its name finds afterwards. Left out: this one if the slot is FULL, or else none. */
  readonly found?: 'this' | 'second';
}

export interface Row extends Outcome {
  readonly intent: Intent;
  readonly from: readonly From[];
  /** Left out: all kinds that can be in this state. */
  readonly kinds?: readonly Kind[];
}

/** What cannot be: a copy that is not kept never rests, and of a slab's key there is no other copy to be purged for. */
export function canBe(kind: Kind, from: From): boolean {
  if (from.endsWith(' op') && !CACHE.includes(kind)) return false;
  if (from === 'FULL 0/0') return kind !== 'passing';
  return !(from.startsWith('PENDING_PURGE') && kind === 'slab');
}

const READ_BY_CALLS: readonly From[] = ['FULL 1/0', 'FULL 1/1', 'PENDING_PURGE 1', 'PENDING_PURGE 2'];
const READ_BY_OPERATIONS = FROM.filter((from) => from.endsWith(' op'));

/** What no caller asks for, so that the table promises nothing about it. */
export function isAsked(kind: Kind, from: From, intent: Intent): boolean {
  // Host only: a volatile key cannot be purged (`INVALID_ARGUMENT`).
  if (intent === 'purge') return kind !== 'slab';
  // An operation is over before its reader leaves.
  if (intent === 'unregister') return !READ_BY_OPERATIONS.includes(from) || from === 'FULL 2/0, 1 op';
  return true;
}

const FULL = FROM.filter((from) => from.startsWith('FULL'));
const PENDING = FROM.filter((from) => from.startsWith('PENDING'));
const DELETING = FROM.filter((from) => from.startsWith('PENDING_DELETION'));
const PURGING: readonly From[] = ['PENDING_PURGE 1', 'PENDING_PURGE 2'];
/** Nobody finds a key in these. */
const VACANT: readonly From[] = ['EMPTY', 'FILLING'];
/** The caller's copy is not there to be read. */
const LOST: readonly From[] = [...VACANT, 'FULL anew', ...PENDING];
/** FULL, of which the one hold of the caller has been given up or used. */
const UNHELD: readonly From[] = [
  'FULL 0/0',
  'FULL 1/0',
  'FULL 1/0, 1 op',
  'FULL 2/0, 1 op',
  'FULL 2/0, 2 op',
];

export const ROWS: readonly Row[] = [
  { intent: 'reserve', from: ['EMPTY'], answer: 'a slot', to: 'FILLING' },
  // "evicted … among slots without readers"; the slot is for the caller, not for one who waits.
  {
    ...{ intent: 'reserve', from: ['FULL 0/0'], kinds: ['kept'] },
    ...{ answer: 'a slot', to: 'FILLING', wiped: true, evicted: true },
  },
  { intent: 'reserve', from: ['FULL 0/0'], kinds: ['pinned', 'slab'], answer: 'nothing' },
  { intent: 'reserve', from: ['FULL 1/0, 1 op'], answer: 'a slot', to: 'FILLING', found: 'this' },
  { intent: 'reserve', from: ['FULL 2/0, 1 op'], answer: 'a slot', to: 'FILLING', found: 'this' },
  { intent: 'reserve', from: ['FULL 2/0, 2 op'], answer: 'a slot', to: 'FILLING', found: 'this' },
  { intent: 'reserve', from: ['PENDING_DELETION 1, 1 op'], answer: 'a slot', to: 'FILLING' },
  {
    ...{ intent: 'reserve', answer: 'nothing' },
    from: ['FILLING', 'FULL 0/1', 'FULL 1/0', 'FULL 1/1', 'FULL anew', ...PURGING],
  },
  { intent: 'reserve', from: ['PENDING_DELETION 1', 'PENDING_DELETION 2'], answer: 'nothing' },

  { intent: 'publish', from: ['FILLING'], answer: 'a hold', to: 'FULL 0/1' },
  { intent: 'publish', from: ['EMPTY', ...FULL, ...PENDING], answer: 'refused' },

  // "At most one FULL slot per id"; "a new reader meanwhile loads the key into another slot".
  { intent: 'publish a second copy of its name', from: FULL, answer: 'refused' },
  {
    ...{ intent: 'publish a second copy of its name', from: [...VACANT, ...PENDING] },
    ...{ answer: 'a hold', found: 'second' },
  },

  { intent: 'abandon', from: ['FILLING'], answer: 'done', to: 'EMPTY', free: true },
  { intent: 'abandon', from: ['EMPTY', ...FULL, ...PENDING], answer: 'refused' },

  { intent: 'hold', from: ['FULL 0/0'], answer: 'a hold', to: 'FULL 0/1' },
  { intent: 'hold', from: ['FULL 0/1', 'FULL anew'], answer: 'a hold', to: 'FULL 0/2' },
  { intent: 'hold', from: ['FULL 1/0'], answer: 'a hold', to: 'FULL 1/1' },
  { intent: 'hold', from: ['FULL 1/1'], answer: 'a hold', to: 'FULL 1/2' },
  { intent: 'hold', from: ['FULL 1/0, 1 op'], answer: 'a hold', to: 'FULL 1/1, 1 op' },
  { intent: 'hold', from: ['FULL 2/0, 1 op'], answer: 'a hold', to: 'FULL 2/1, 1 op' },
  { intent: 'hold', from: ['FULL 2/0, 2 op'], answer: 'a hold', to: 'FULL 2/1, 2 op' },
  { intent: 'hold', from: [...VACANT, ...PENDING], answer: 'nothing' },
  { intent: 'hold of another generation', from: FROM, answer: 'nothing' },

  // "Keys without the `cache` policy leave as soon as no operation needs them."
  { intent: 'release', from: ['FULL 0/1'], kinds: ['kept'], answer: 'done', to: 'FULL 0/0', free: true },
  {
    ...{ intent: 'release', from: ['FULL 0/1'], kinds: ['passing'] },
    ...{ answer: 'done', to: 'EMPTY', wiped: true, free: true },
  },
  { intent: 'release', from: ['FULL 0/1'], kinds: ['pinned', 'slab'], answer: 'done', to: 'FULL 0/0' },
  { intent: 'release', from: ['FULL 1/1'], answer: 'done', to: 'FULL 1/0' },
  { intent: 'release', from: UNHELD, answer: 'refused' },
  { intent: 'release', from: LOST, answer: 'done' },

  { intent: 'register', from: ['FULL 0/1'], answer: 'true', to: 'FULL 1/0' },
  { intent: 'register', from: ['FULL 1/1'], answer: 'true', to: 'FULL 2/0' },
  { intent: 'register', from: UNHELD, answer: 'refused' },
  { intent: 'register', from: LOST, answer: 'false' },

  { intent: 'unregister', from: ['FULL 1/0'], kinds: ['kept'], answer: 'done', to: 'FULL 0/0', free: true },
  {
    ...{ intent: 'unregister', from: ['FULL 1/0'], kinds: ['passing'] },
    ...{ answer: 'done', to: 'EMPTY', wiped: true, free: true },
  },
  { intent: 'unregister', from: ['FULL 1/0'], kinds: ['pinned', 'slab'], answer: 'done', to: 'FULL 0/0' },
  { intent: 'unregister', from: ['FULL 1/1'], answer: 'done', to: 'FULL 0/1' },
  { intent: 'unregister', from: ['FULL 2/0, 1 op'], answer: 'done', to: 'FULL 1/0, 1 op' },
  // "The last reader out wipes."
  {
    ...{ intent: 'unregister', from: ['PENDING_PURGE 1', 'PENDING_DELETION 1'] },
    ...{ answer: 'done', to: 'EMPTY', wiped: true, free: true },
  },
  { intent: 'unregister', from: ['PENDING_PURGE 2'], answer: 'done', to: 'PENDING_PURGE 1' },
  { intent: 'unregister', from: ['PENDING_DELETION 2'], answer: 'done', to: 'PENDING_DELETION 1' },
  { intent: 'unregister', from: [...VACANT, 'FULL 0/0', 'FULL 0/1', 'FULL anew'], answer: 'refused' },

  // "Operations … are outside the cache count."
  { intent: 'exempt', from: ['FULL 1/0'], kinds: CACHE, answer: 'done', to: 'FULL 1/0, 1 op', free: true },
  { intent: 'exempt', from: ['FULL 1/1'], kinds: CACHE, answer: 'done', to: 'FULL 1/1, 1 op', free: true },
  { intent: 'exempt', from: ['FULL 2/0, 1 op'], answer: 'done', to: 'FULL 2/0, 2 op', free: true },
  {
    ...{ intent: 'exempt', from: ['PENDING_PURGE 1'], kinds: CACHE },
    ...{ answer: 'done', to: 'PENDING_PURGE 1, 1 op', free: true },
  },
  {
    ...{ intent: 'exempt', from: ['PENDING_PURGE 2'], kinds: CACHE },
    ...{ answer: 'done', to: 'PENDING_PURGE 2, 1 op', free: true },
  },
  {
    ...{ intent: 'exempt', from: ['PENDING_DELETION 1'], kinds: CACHE },
    ...{ answer: 'done', to: 'PENDING_DELETION 1, 1 op', free: true },
  },
  {
    ...{ intent: 'exempt', from: ['PENDING_DELETION 2'], kinds: CACHE },
    ...{ answer: 'done', to: 'PENDING_DELETION 2, 1 op', free: true },
  },
  {
    ...{ intent: 'exempt', kinds: ['pinned', 'slab'], answer: 'done' },
    from: [...READ_BY_CALLS, 'PENDING_DELETION 1', 'PENDING_DELETION 2'],
  },
  // Of a registered reader that is not exempt yet, and of nothing else.
  {
    ...{ intent: 'exempt', answer: 'refused' },
    from: [...VACANT, 'FULL 0/0', 'FULL 0/1', 'FULL anew'],
  },
  {
    ...{ intent: 'exempt', answer: 'refused' },
    from: ['FULL 1/0, 1 op', 'FULL 2/0, 2 op', 'PENDING_DELETION 1, 1 op'],
  },

  { intent: 'unexempt', from: ['FULL 1/0, 1 op'], answer: 'done', to: 'FULL 1/0' },
  { intent: 'unexempt', from: ['FULL 2/0, 1 op'], answer: 'done', to: 'FULL 2/0' },
  { intent: 'unexempt', from: ['FULL 2/0, 2 op'], answer: 'done', to: 'FULL 2/0, 1 op' },
  { intent: 'unexempt', from: ['PENDING_DELETION 1, 1 op'], answer: 'done', to: 'PENDING_DELETION 1' },
  {
    ...{ intent: 'unexempt', answer: 'done' },
    from: [...VACANT, 'FULL 0/0', 'FULL 0/1', 'FULL 1/0', 'FULL 1/1', 'FULL anew', ...PURGING],
  },
  { intent: 'unexempt', from: ['PENDING_DELETION 1', 'PENDING_DELETION 2'], answer: 'done' },

  // "At once without readers, else PENDING_PURGE." Calls that wait delay nothing.
  {
    ...{ intent: 'purge', from: ['FULL 0/0', 'FULL 0/1', 'FULL anew'] },
    ...{ answer: 'pending 0', to: 'EMPTY', wiped: true, free: true },
  },
  { intent: 'purge', from: ['FULL 1/0', 'FULL 1/1'], answer: 'pending 1', to: 'PENDING_PURGE 1' },
  { intent: 'purge', from: ['FULL 1/0, 1 op'], answer: 'pending 1', to: 'PENDING_PURGE 1, 1 op' },
  { intent: 'purge', from: ['FULL 2/0, 1 op'], answer: 'pending 1', to: 'PENDING_PURGE 2, 1 op' },
  { intent: 'purge', from: ['FULL 2/0, 2 op'], answer: 'pending 1', to: 'PENDING_PURGE 2, 2 op' },
  { intent: 'purge', from: PURGING, answer: 'pending 1' },
  // "Destruction wins, never the reverse."
  { intent: 'purge', from: [...VACANT, ...DELETING], answer: 'pending 0' },

  // "Every FULL and PENDING_PURGE slot of the id becomes PENDING_DELETION (EMPTY where there are no readers)."
  {
    ...{ intent: 'destroy', from: ['FULL 0/0', 'FULL 0/1', 'FULL anew'] },
    ...{ answer: 'pending 0', to: 'EMPTY', wiped: true, free: true },
  },
  { intent: 'destroy', from: ['FULL 1/0', 'FULL 1/1'], answer: 'pending 1', to: 'PENDING_DELETION 1' },
  { intent: 'destroy', from: ['FULL 1/0, 1 op'], answer: 'pending 1', to: 'PENDING_DELETION 1, 1 op' },
  { intent: 'destroy', from: ['FULL 2/0, 1 op'], answer: 'pending 1', to: 'PENDING_DELETION 2, 1 op' },
  { intent: 'destroy', from: ['FULL 2/0, 2 op'], answer: 'pending 1', to: 'PENDING_DELETION 2, 2 op' },
  { intent: 'destroy', from: ['PENDING_PURGE 1'], answer: 'pending 1', to: 'PENDING_DELETION 1' },
  { intent: 'destroy', from: ['PENDING_PURGE 2'], answer: 'pending 1', to: 'PENDING_DELETION 2' },
  { intent: 'destroy', from: [...VACANT, ...DELETING], answer: 'pending 0' },
];
