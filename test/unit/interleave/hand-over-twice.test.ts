// The store passes on more than once: back to the host that had it first, which keeps what it had in memory (a deploy that
// is rolled back), or to a third. One call beside both hand-overs is played in every order, two are sampled; one hand-over
// beside more calls is in hand-over.test.ts and hand-over-pairs.test.ts. Nothing here dies: second.test.ts.
import { describe, expect, it } from 'vitest';
import type { CallName, StartName } from './calls.ts';
import { FAULTS } from './database.ts';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, PAIRED, pairs, STARTING, sampleAll } from './scenes.ts';

const PATIENCE = 3_600_000;
const SOME = DEEP ? 500 : 1;

const CALLS: readonly CallName[] = [
  ...PAIRED,
  'look twice',
  // With the handle of a key that one host has made, and another is asked for.
  'create and use',
  'destroy handle',
  'copy handle',
  'copy volatile',
];

const TRIPLES: readonly (readonly [StartName, readonly CallName[]])[] = [
  // Copies of the first host, of keys that the second destroys.
  ['cached', ['use', 'destroy', 'use']],
  ['cached', ['destroy', 'create and use', 'look twice']],
  ['stored', ['use', 'purge', 'destroy']],
  ['cached', ['copy', 'destroy', 'look at both']],
  // An id that the second host gives away, with the first one's key of it still there.
  ['volatile', ['create and use', 'look twice', 'destroy handle']],
  ['volatile', ['create and use', 'destroy', 'use']],
  ['absent', ['create volatile', 'create and use', 'look twice']],
];

describe.each([
  ['back', [0]],
  ['on to a third host', [2]],
] as const)('two hand-overs, %s', (where, onward) => {
  const passes = { succession: 'hand over', onward } as const;

  it('alone, with up to two failures of the store', { timeout: PATIENCE }, async () => {
    const options = { faults: FAULTS, most: 2 };
    const scenes = STARTING.map((start): Scene => ({ ...passes, start, calls: [], options }));
    expect(await exploreAll(`hand over and ${where}`, scenes)).toBeGreaterThan(scenes.length);
  });

  it.each(STARTING)('and one call equal some order, %s', { timeout: PATIENCE }, async (start) => {
    const options = { steps: DEEP ? (['open', 'sign', 'generate'] as const) : [] };
    const scenes = CALLS.map((call): Scene => ({ ...passes, start, calls: [call], options }));
    expect(await exploreAll(`one call with a hand over and ${where}, ${start}`, scenes)).toBeGreaterThan(
      10 * scenes.length,
    );
  });

  it('and two calls equal some order (sampled)', { timeout: PATIENCE }, async () => {
    const scenes = STARTING.flatMap((start) =>
      pairs().map((calls): Scene => ({ ...passes, start, calls, options: { steps: ['open'] } })),
    );
    await sampleAll(`pairs with a hand over and ${where}`, scenes, 2 * SOME);
  });

  it('and three calls equal some order (sampled)', { timeout: PATIENCE }, async () => {
    const scenes = TRIPLES.map(([start, calls]): Scene => ({ ...passes, start, calls }));
    await sampleAll(`triples with a hand over and ${where}`, scenes, 60 * SOME);
  });
});

it.runIf(DEEP)(
  'three hand-overs, to and fro, and one call equal some order',
  { timeout: PATIENCE },
  async () => {
    const onward = [0, 1] as const;
    const scenes = STARTING.flatMap((start) =>
      CALLS.map(
        (call): Scene => ({
          start,
          calls: [call],
          succession: 'hand over',
          onward,
          options: { steps: ['open'] },
        }),
      ),
    );
    await exploreAll('one call with three hand-overs', scenes);
  },
);
