// The store passes to another host (G9), by plan or by force, at every point of every call. Clients ask the successor what
// the first host refuses or does not answer, and all answers together are those of some order of the calls. One call
// beside one succession is played in every order; what is said to be sampled, in some that a seed has drawn. All orders of
// two calls and a hand-over are in hand-over-pairs.test.ts.
import { describe, expect, it } from 'vitest';
import type { CallName, StartName } from './calls.ts';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, PAIRED, pairs, STARTING, sampleAll } from './scenes.ts';
import type { SuccessionKind } from './succession.ts';

const PATIENCE = 3_600_000;
const OPEN = { steps: ['open'] } as const;
const NONE = { steps: [] } as const;

/** How many orders of each scene, where there are too many for a run of all tests. */
const SOME = DEEP ? 2000 : 12;

const TRIPLES: readonly (readonly [StartName, readonly CallName[]])[] = [
  ['stored', ['use', 'destroy', 'create']],
  ['cached', ['use', 'destroy', 'use']],
  ['cached', ['destroy', 'use', 'look twice']],
  ['cached', ['copy', 'destroy', 'look at both']],
  ['absent', ['create', 'create volatile', 'look twice']],
  ['absent', ['ensure', 'ensure', 'destroy']],
  ['stored', ['purge', 'destroy', 'use']],
  ['volatile', ['use', 'destroy', 'create']],
];

describe.each(['hand over', 'theft', 'loss'] as const)('one call and a %s', (succession) => {
  it.each(STARTING)('equal some order, %s', { timeout: PATIENCE }, async (start) => {
    const scenes = PAIRED.map((call): Scene => ({ start, calls: [call], succession }));
    expect(await exploreAll(`one call with a ${succession}, ${start}`, scenes)).toBeGreaterThan(60);
  });

  // Who is dead asks nobody again.
  it.each(succession === 'loss' ? (['cancel'] as const) : (['death', 'cancel'] as const))(
    'also with %s of the client',
    { timeout: PATIENCE },
    async (disturbance) => {
      const scenes = STARTING.flatMap((start) =>
        PAIRED.map((call): Scene => ({ start, calls: [call], succession, disturbance, options: NONE })),
      );
      await exploreAll(`one call with a ${succession} and ${disturbance}`, scenes);
    },
  );

  it('also with one failure of the store (sampled)', { timeout: PATIENCE }, async () => {
    const calls = ['create', 'destroy', 'copy', 'ensure', 'purge'] as const;
    // Without room for a note of its outcome, nobody can tell a retry what a destruction has done.
    const full = succession === 'loss' ? [] : (['quota'] as const);
    const options = { ...NONE, faults: [...full, 'crash', 'lost', 'read'] } as const;
    const scenes = (['absent', 'cached'] as const).flatMap((start) =>
      calls
        // Of a destruction that nobody could look up, an absent record does not say whether it ever was there.
        .filter((call) => start !== 'absent' || call !== 'destroy' || succession !== 'loss')
        .map((call): Scene => ({ start, calls: [call], succession, options })),
    );
    await sampleAll(`one call with a ${succession} and a failure`, scenes, 20 * SOME);
  });

  it('operations in steps end, or go on where their key is in memory (sampled)', {
    timeout: PATIENCE,
  }, async () => {
    const scenes = (['stored', 'cached', 'volatile'] as const).flatMap((start) =>
      (['operate', 'destroy', 'use', 'evict'] as const).map(
        (other): Scene => ({
          start,
          calls: ['operate', other],
          succession,
          options: { ...NONE, multipart: true, operations: 1 },
        }),
      ),
    );
    await sampleAll(`operations with a ${succession}`, scenes, SOME);
  });
});

describe.each(['hand over', 'theft', 'loss'] as const)('several calls and a %s', (succession) => {
  it.each(STARTING)('two equal some order, %s (sampled)', { timeout: PATIENCE }, async (start) => {
    const scenes = told(succession, pairs()).map(
      (calls): Scene => ({ start, calls, succession, options: OPEN }),
    );
    await sampleAll(`pairs with a ${succession}, ${start}`, scenes, SOME);
  });

  it('three equal some order (sampled)', { timeout: PATIENCE }, async () => {
    const triples = TRIPLES.filter(([, calls]) => told(succession, [calls]).length > 0);
    const scenes = triples.map(([start, calls]): Scene => ({ start, calls, succession, options: NONE }));
    await sampleAll(`triples with a ${succession}`, scenes, 20 * SOME);
  });
});

/** A volatile key that others saw, whose maker was not told of it, has gone with its host: it is made a second time. */
function told<T extends readonly CallName[]>(succession: SuccessionKind, scenes: readonly T[]): T[] {
  return scenes.filter((calls) => succession !== 'loss' || !calls.includes('create volatile'));
}
