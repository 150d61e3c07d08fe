// The transitions of a slot, written from SLOTS.md ("States of a slot") and from nothing else: this table
// must not be derived from the code that it judges.

export type State = 'EMPTY' | 'FILLING' | 'FULL' | 'PENDING_PURGE' | 'PENDING_DELETION';

export const STATES: readonly State[] = ['EMPTY', 'FILLING', 'FULL', 'PENDING_PURGE', 'PENDING_DELETION'];

/** A slot as the table sees it: `key` tells one published copy from another. */
export interface Picture {
  readonly state: State;
  readonly readers: number;
  readonly holds: number;
  readonly key: string | null;
}

interface Rule {
  readonly from: State;
  readonly to: State;
  /** The words of SLOTS.md that allow it. */
  readonly why: string;
  readonly when: (now: Picture, next: Picture) => boolean;
}

const sameKey = (now: Picture, next: Picture) => now.key === next.key;
const same = (now: Picture, next: Picture) => sameKey(now, next) && now.readers === next.readers;
const oneLeaves = (now: Picture, next: Picture) => sameKey(now, next) && next.readers === now.readers - 1;

const RULES: readonly Rule[] = [
  { from: 'EMPTY', to: 'FILLING', why: 'one creation or load owns it', when: () => true },
  { from: 'FILLING', to: 'EMPTY', why: 'failed creation, cancelled load', when: () => true },
  { from: 'FILLING', to: 'FULL', why: 'publish', when: (_, next) => next.readers === 0 },
  {
    from: 'FULL',
    to: 'FULL',
    why: 'reader in, out (or only the calls that wait change)',
    when: (now, next) => sameKey(now, next) && [-1, 0, 1].includes(next.readers - now.readers),
  },
  { from: 'FULL', to: 'EMPTY', why: 'without readers', when: (now) => now.readers === 0 },
  { from: 'FULL', to: 'PENDING_PURGE', why: 'goes when its last reader leaves', when: same },
  { from: 'FULL', to: 'PENDING_DELETION', why: 'the key no longer exists', when: same },
  { from: 'PENDING_PURGE', to: 'PENDING_PURGE', why: 'a reader that is not the last', when: oneLeaves },
  { from: 'PENDING_PURGE', to: 'PENDING_DELETION', why: 'destruction wins', when: same },
  { from: 'PENDING_PURGE', to: 'EMPTY', why: 'the last reader out wipes', when: (now) => now.readers === 1 },
  { from: 'PENDING_DELETION', to: 'PENDING_DELETION', why: 'a reader that is not the last', when: oneLeaves },
  {
    from: 'PENDING_DELETION',
    to: 'EMPTY',
    why: 'the last reader out wipes',
    when: (now) => now.readers === 1,
  },
];

/** The column "readers" of SLOTS.md, and that nobody can be counted less than not at all. */
function canBe({ state, readers, holds }: Picture): boolean {
  if (holds < 0) return false;
  if (state === 'FULL') return readers >= 0;
  if (state === 'EMPTY' || state === 'FILLING') return readers === 0;
  return readers > 0;
}

export function isLegal(now: Picture, next: Picture): boolean {
  return (
    canBe(next) &&
    RULES.some(({ from, to, when }) => from === now.state && to === next.state && when(now, next))
  );
}

/** Whether there is any way from one state to the other, whatever the counts. */
export function isNamed(from: State, to: State): boolean {
  return RULES.some((rule) => rule.from === from && rule.to === to);
}
