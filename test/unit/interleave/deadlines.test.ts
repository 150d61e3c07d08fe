// A call whose deadline may pass at every step at which it waits, beside each other call: in all orders. One that is told
// so has changed nothing, keeps nothing, and its wake-up goes to who is next (G5); the judge looks for what it left.
import { describe, expect, it } from 'vitest';
import type { CallName } from './calls.ts';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, PAIRED, STARTING } from './scenes.ts';

const PATIENCE = 3_600_000;

/** What calls wait for here is a turn, a load, the one lane, the one cache slot, and the readers of a copy. */
const NARROW = { lanes: 1, cacheSize: 1 } as const;

const OTHERS: readonly CallName[] = DEEP
  ? ['operate', 'use', 'look', 'create', 'destroy', 'purge', 'copy', 'evict']
  : ['operate', 'use', 'destroy', 'purge'];

describe.each(STARTING)('one of two calls has a deadline, %s', (start) => {
  it('and they equal some order', { timeout: PATIENCE }, async () => {
    // Ordered: it is the first of the two that has it.
    const scenes = PAIRED.flatMap((call) =>
      PAIRED.map(
        (other): Scene => ({
          start,
          calls: [call, other],
          deadline: true,
          options: { ...NARROW, steps: DEEP ? ['open', 'sign', 'generate'] : ['sign'] },
        }),
      ),
    );
    expect(await exploreAll(`pairs with a deadline, ${start}`, scenes)).toBeGreaterThan(4 * scenes.length);
  });
});

it.each(['stored', 'cached', 'volatile'] as const)(
  'an operation in steps has a deadline, %s',
  { timeout: PATIENCE },
  async (start) => {
    const options = { lanes: 1, cacheSize: 1, multipart: true, operations: 1 } as const;
    const scenes = OTHERS.flatMap((other): Scene[] => [
      { start, calls: ['operate', other], deadline: true, options },
      { start, calls: [other, 'operate'], deadline: true, options },
    ]);
    await exploreAll(`operations with a deadline, ${start}`, scenes);
  },
);
