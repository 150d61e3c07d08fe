// Two disturbances in one run: what one has left half done, the other meets. A client that gives its call up and then dies,
// two clients that die, and a client that dies while the store passes to another host; one call of a client that does the
// last is in hand-over.test.ts.
import { describe, expect, it } from 'vitest';
import type { CallName } from './calls.ts';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, PAIRED, pairs, STARTING, sampleAll } from './scenes.ts';

const PATIENCE = 3_600_000;
const NONE = { steps: [] } as const;

/** One that only uses the key and one that ends it in every order; others in every order with time (KEYSLOT_DEEP=1). */
const HANDED = DEEP ? PAIRED : (['use', 'destroy'] as const);

describe.each(STARTING)('two disturbances, %s', (start) => {
  it('a client gives its call up, and dies', { timeout: PATIENCE }, async () => {
    const scenes = PAIRED.map(
      (call): Scene => ({ start, calls: [call], disturbance: 'cancel', second: 'death' }),
    );
    expect(await exploreAll(`single calls with cancel and death, ${start}`, scenes)).toBeGreaterThan(
      3 * scenes.length,
    );
  });

  it('the clients of two calls die', { timeout: PATIENCE }, async () => {
    const scenes = pairs().map(
      (calls): Scene => ({ start, calls, disturbance: 'death', second: 'death', options: NONE }),
    );
    expect(await exploreAll(`pairs with two deaths, ${start}`, scenes)).toBeGreaterThan(10 * scenes.length);
  });

  it('the client of one of two calls dies, and the store passes on', { timeout: PATIENCE }, async () => {
    const scenes = handed(HANDED).map((scene): Scene => ({ ...scene, start }));
    expect(await exploreAll(`pairs with death and a hand over, ${start}`, scenes)).toBeGreaterThan(
      10 * scenes.length,
    );
  });

  it.skipIf(DEEP)('so they do with other calls (sampled)', { timeout: PATIENCE }, async () => {
    const scenes = handed(PAIRED).filter(
      ({ calls }) => !calls.every((call) => HANDED.some((its) => its === call)),
    );
    await sampleAll(
      `other pairs with death and a hand over, ${start}`,
      scenes.map((scene) => ({ ...scene, start })),
      3,
    );
  });
});

/** Ordered: it is the first of the two whose client dies. */
function handed(calls: readonly CallName[]): Omit<Scene, 'start'>[] {
  return calls.flatMap((call) =>
    calls.map(
      (other): Omit<Scene, 'start'> => ({
        calls: [call, other],
        disturbance: 'death',
        succession: 'hand over',
        options: NONE,
      }),
    ),
  );
}
