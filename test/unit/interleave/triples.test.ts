// Every order of three calls, where three can do what two cannot: the chosen ones always, all of them when there is time
// (KEYSLOT_DEEP=1, up to a bound each).
import { describe, expect, it } from 'vitest';
import type { CallName, StartName } from './calls.ts';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, PAIRED, STARTING } from './scenes.ts';

const PATIENCE = 7_200_000;
const DEEP_BOUND = 20_000;
const DECISIVE = { steps: ['open', 'sign'] } as const;

const CHOSEN: readonly (readonly [StartName, readonly CallName[]])[] = [
  // A load that began before the key was destroyed and made again.
  ['stored', ['use', 'destroy', 'create']],
  ['stored', ['use', 'destroy', 'create volatile']],
  ['stored', ['use', 'destroy', 'ensure']],
  ['stored', ['use', 'use', 'destroy']],
  // Two slots of one key.
  ['cached', ['use', 'purge', 'use']],
  ['cached', ['use', 'purge', 'destroy']],
  ['stored', ['use', 'purge', 'destroy']],
  ['stored', ['use', 'use', 'purge']],
  // Who wins.
  ['absent', ['create', 'create', 'create volatile']],
  ['absent', ['create', 'create volatile', 'destroy']],
  ['absent', ['ensure', 'create', 'destroy']],
  ['stored', ['destroy', 'destroy', 'create']],
  ['volatile', ['destroy', 'destroy', 'create']],
  ['volatile', ['use', 'destroy', 'create']],
  // What a third sees meanwhile.
  ['stored', ['copy', 'destroy', 'look at both']],
  ['cached', ['copy', 'destroy', 'look at both']],
  ['volatile', ['copy', 'destroy', 'look at both']],
  ['cached', ['create', 'destroy', 'look twice']],
  ['absent', ['create', 'create volatile', 'look twice']],
  ['stored', ['copy', 'copy into', 'destroy']],
  // One cache slot for all.
  ['stored', ['use', 'destroy', 'evict']],
  ['stored', ['use', 'purge', 'evict']],
  ['cached', ['use', 'evict', 'evict']],
  ['cached', ['copy', 'destroy', 'evict']],
];

describe('three calls at once', () => {
  it('equal some order of the three', { timeout: PATIENCE }, async () => {
    const scenes = CHOSEN.map(([start, calls]): Scene => ({ start, calls, options: DECISIVE }));
    expect(await exploreAll('chosen triples', scenes)).toBeGreaterThan(10_000);
  });

  it('equal some order of the three, also for keys that are not kept cached', {
    timeout: PATIENCE,
  }, async () => {
    const scenes = CHOSEN.filter(([start]) => start === 'stored').map(
      ([start, calls]): Scene => ({ start, calls, options: { ...DECISIVE, cache: false } }),
    );
    await exploreAll('chosen triples, not cached', scenes, DEEP ? undefined : 1000);
  });

  // A deletion whose outcome has to be looked up: meanwhile the record is gone, and a load that has read it goes on.
  it('equal some order of the three, while an outcome is unknown', { timeout: PATIENCE }, async () => {
    const options = { ...DECISIVE, faults: ['lost'] } as const;
    const scenes: Scene[] = [
      { start: 'stored', calls: ['use', 'destroy', 'look twice'], options },
      { start: 'cached', calls: ['use', 'destroy', 'look twice'], options },
      { start: 'absent', calls: ['create', 'ensure', 'look twice'], options },
      // Whoever looks finds the record, and loads the key, before the creation knows that it succeeded.
      { start: 'absent', calls: ['create', 'look'], options: { ...options, steps: ['open'], cacheSize: 2 } },
      { start: 'stored', calls: ['copy', 'destroy', 'look at both'], options },
    ];
    await exploreAll('triples with a lost answer', scenes);
  });

  it.runIf(DEEP)('equal some order, whichever three', { timeout: PATIENCE }, async () => {
    const calls = [...PAIRED, 'look twice'] as const;
    for (const start of STARTING) {
      const scenes = calls.flatMap((first, one) =>
        calls.slice(one).flatMap((second, two) =>
          calls.slice(one + two).map((third): Scene => {
            return { start, calls: [first, second, third], options: DECISIVE };
          }),
        ),
      );
      await exploreAll(`all triples, ${start}`, scenes, DEEP_BOUND);
    }
  });
});
