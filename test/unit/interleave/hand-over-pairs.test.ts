// Two calls and a planned hand-over in every order, from each start; three calls that can do what two cannot, up to a bound
// that is printed. Drivers answer at once here: what a key's opening is interrupted by is in hand-over.test.ts, sampled.
import { describe, expect, it } from 'vitest';
import type { CallName, StartName } from './calls.ts';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, pairs, STARTING } from './scenes.ts';

const PATIENCE = 3_600_000;
const BOUND = DEEP ? 100_000 : 1000;

const scene = { succession: 'hand over', options: { steps: [] } } as const;

const TRIPLES: readonly (readonly [StartName, readonly CallName[]])[] = [
  // A load of what the first host read, published by neither.
  ['stored', ['use', 'destroy', 'create']],
  ['cached', ['use', 'destroy', 'use']],
  // A copy in the memory of the first host, of a key that the second destroys.
  ['cached', ['purge', 'destroy', 'use']],
  // An id that the second host gives away while the first one keeps a key of it.
  ['volatile', ['use', 'destroy', 'create']],
  ['absent', ['ensure', 'ensure', 'destroy']],
];

describe('two calls and a hand over', () => {
  it.each(STARTING)('equal some order of the three, %s', { timeout: PATIENCE }, async (start) => {
    const scenes = pairs().map((calls): Scene => ({ ...scene, start, calls }));
    expect(await exploreAll(`pairs with a hand over, ${start}`, scenes)).toBeGreaterThan(10 * scenes.length);
  });
});

it('three calls and a hand over equal some order of the four', { timeout: PATIENCE }, async () => {
  const scenes = TRIPLES.map(([start, calls]): Scene => ({ ...scene, start, calls }));
  await exploreAll('triples with a hand over', scenes, BOUND);
});
