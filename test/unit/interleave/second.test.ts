// Two disturbances in one run: what one has left half done, the other meets. A client that gives its call up and then dies,
// two clients that die, and a client that dies while the store passes to another host; one call of a client that does the
// last is in hand-over.test.ts.
import { describe, expect, it } from 'vitest';
import { DEEP, type Scene } from './explore.ts';
import { exploreAll, PAIRED, pairs, STARTING } from './scenes.ts';

const PATIENCE = 3_600_000;
const NONE = { steps: [] } as const;

/** One that only uses the key and one that ends it; with time (KEYSLOT_DEEP=1), those that make one too. */
const HANDED = DEEP ? (['use', 'destroy', 'create', 'copy'] as const) : (['use', 'destroy'] as const);

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
    // Ordered: it is the first of the two whose client dies.
    const scenes = HANDED.flatMap((call) =>
      HANDED.map(
        (other): Scene => ({
          start,
          calls: [call, other],
          disturbance: 'death',
          succession: 'hand over',
          options: NONE,
        }),
      ),
    );
    expect(await exploreAll(`pairs with death and a hand over, ${start}`, scenes)).toBeGreaterThan(
      10 * scenes.length,
    );
  });
});
