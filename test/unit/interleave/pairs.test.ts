// Every order of every two calls on one id, from each start; then with one failure of the store, and with the death or
// the cancelling of the first.
import { describe, expect, it } from 'vitest';
import { FAULTS, type Fault } from './database.ts';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, PAIRED, pairs, STARTING } from './scenes.ts';

const PATIENCE = 3_600_000;

/** A write that is refused, one whose outcome has to be looked up, one that nobody can look up, a read that fails. */
const SOME: readonly Fault[] = ['quota', 'lost', 'dark-lost', 'read'];

/** Material is made before anything is decided: when it is ready changes little, and costs much. */
const DECISIVE = ['open', 'sign'] as const;

/** The calls that take a lane. What else there is takes none, and is beside them in the pairs with two lanes. */
const IN_LANES: ReadonlySet<string> = new Set([
  'create',
  'create volatile',
  'ensure',
  'use',
  'look',
  'evict',
]);

describe.each(STARTING)('two calls at once, %s', (start) => {
  it('equal some order of the two, and leave nothing behind', { timeout: PATIENCE }, async () => {
    const scenes = pairs().map((calls): Scene => ({ start, calls }));
    expect(await exploreAll(`pairs, ${start}`, scenes)).toBeGreaterThan(scenes.length);
  });

  it('also where one makes a volatile copy', { timeout: PATIENCE }, async () => {
    const others = [...PAIRED, 'copy volatile', 'look at both'] as const;
    const scenes = others.map((other): Scene => ({ start, calls: ['copy volatile', other] }));
    expect(await exploreAll(`pairs with a volatile copy, ${start}`, scenes)).toBeGreaterThan(scenes.length);
  });

  it('also with one failure of the store', { timeout: PATIENCE }, async () => {
    const options = DEEP
      ? { faults: FAULTS.filter((fault) => !fine(fault)) }
      : { faults: SOME, steps: DECISIVE };
    const scenes = pairs().map((calls): Scene => ({ start, calls, options }));
    expect(await exploreAll(`pairs with a failure, ${start}`, scenes)).toBeGreaterThan(scenes.length);
  });
});

// Nobody waits for a lane where there are as many as calls. Here each has one to wait for, and one cache slot for all.
it.each(STARTING)(
  'two calls with one lane and one slot equal some order, %s',
  { timeout: PATIENCE },
  async (start) => {
    const options = { lanes: 1, cacheSize: 1 };
    const scenes = pairs()
      .filter((calls) => calls.every((call) => IN_LANES.has(call)))
      .map((calls): Scene => ({ start, calls, options }));
    await exploreAll(`pairs with one lane and one slot, ${start}`, scenes);
  },
);

describe.each(STARTING)('one call, %s', (start) => {
  it('survives every failure at every request', { timeout: PATIENCE }, async () => {
    const scenes = PAIRED.map(
      (call): Scene => ({ start, calls: [call], options: { faults: FAULTS, fine: true } }),
    );
    await exploreAll(`single calls with every failure, ${start}`, scenes);
  });

  it.each(['death', 'cancel'] as const)(
    'can meet %s at any time',
    { timeout: PATIENCE },
    async (disturbance) => {
      const scenes = PAIRED.map((call): Scene => ({ start, calls: [call], disturbance }));
      await exploreAll(`single calls with ${disturbance}, ${start}`, scenes);
    },
  );

  it.each(['death', 'cancel'] as const)(
    'can meet %s while another goes on',
    { timeout: PATIENCE },
    async (disturbance) => {
      const others = DEEP ? PAIRED : (['create volatile', 'use', 'destroy'] as const);
      const scenes = PAIRED.flatMap((call) =>
        others.map(
          (other): Scene => ({ start, calls: [call, other], disturbance, options: { steps: DECISIVE } }),
        ),
      );
      await exploreAll(`pairs with ${disturbance}, ${start}`, scenes);
    },
  );
});

function fine(fault: Fault): boolean {
  return fault === 'request' || fault === 'mangled';
}
