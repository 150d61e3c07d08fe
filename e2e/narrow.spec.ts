// G10: a host with the least there can be of everything, one cache slot, one pinned slot, one lane, two operations, that
// eight tabs fight for at once. What would wait in a circle waits for ever there.
import type { Page } from '@playwright/test';
import { expect, type Site, test } from './fixtures.ts';
import type { MixedLoad } from './site/mixed-load.ts';

const TABS = 8;
const NARROW = { cacheSize: 1, pinnedSize: 1, lanes: 1, operations: 2 } as const;

/** The last tab is never the first, which owns the store in the elected topology: hand-overs are other tests'. */
const DOOMED = TABS - 1;

/** The tabs, each with its part of the load at `window.kept.load`. In mode `host` also what `subtle` does is done there. */
async function openTabs(site: Site): Promise<Page[]> {
  const open = async (tab: number): Promise<Page> => {
    const page = await site.tab({ host: NARROW, subtle: 'host' });
    await page.evaluate(
      async (plan) => {
        const { MixedLoad } = await window.mixedLoad();
        window.kept['load'] = new MixedLoad(window.keys, plan);
      },
      { tab, tabs: TABS },
    );
    return page;
  };
  const first = await open(0);
  const others = await Promise.all(Array.from({ length: TABS - 1 }, (_, index) => open(index + 1)));
  return [first, ...others];
}

const begin = async (): Promise<void> => {
  await window.kit.gate();
  await (window.kept['load'] as MixedLoad).begin();
};

const run = async (): Promise<Record<string, number>> => {
  await window.kit.gate();
  return (window.kept['load'] as MixedLoad).run();
};

/** Until the one slot is this tab's, and calls of it that have chosen the slot wait for the lane. */
async function holdTheSlot(page: Page, witness: Page): Promise<void> {
  await page.evaluate(() => (window.kept['load'] as MixedLoad).flood());
  const holds = () =>
    witness.evaluate(async (tab) => {
      const { idOf } = await window.mixedLoad();
      const { table, waiters } = await window.keys.stats();
      return waiters > 1000 && table.some(({ id }) => id === idOf(tab, 'noble'));
    }, DOOMED);
  await expect.poll(holds, { timeout: 20_000, intervals: [20] }).toBe(true);
}

test('G10 no deadlock: one slot and one lane finish everything for eight tabs, one of which dies in the middle', async ({
  site,
}) => {
  const tabs = await openTabs(site);
  const doomed = tabs[DOOMED];
  const living = tabs.slice(0, DOOMED);
  const [witness] = living;
  if (doomed === undefined || witness === undefined) throw new Error('no tabs');
  await site.together(tabs, begin, {});

  // Its calls end with it.
  const dying = () => doomed.evaluate(run).catch((): Record<string, number> => ({}));
  const ended = site.together(living, run, {}, [dying]);
  const rounds = () => doomed.evaluate(() => (window.kept['load'] as MixedLoad).rounds);
  // A load that fails says why, and at once.
  await Promise.race([ended, expect.poll(rounds, { timeout: 45_000, intervals: [20] }).toBeGreaterThan(0)]);
  await holdTheSlot(doomed, witness);
  await doomed.close();
  // Each finishes the round in which that happened, and another.
  await Promise.all(living.map((page) => page.evaluate(() => (window.kept['load'] as MixedLoad).stop())));
  const endings = (await ended).slice(0, DOOMED);
  for (const each of endings) expect(each['sign: ok']).toBeGreaterThan(0);
  // Of operations that make room for each other, the last to start has nobody to make room for.
  expect(endings.reduce((sum, each) => sum + (each['finish: ok'] ?? 0), 0)).toBeGreaterThan(0);

  const left = () =>
    witness.evaluate(async () => {
      const { waiters, readers, operations, lanes } = await window.keys.stats();
      return { waiters, readers, operations, lanes };
    });
  const lanes = { busy: 0, width: NARROW.lanes, long: { busy: 0, width: 2 } };
  const nothing = { waiters: 0, readers: 0, operations: 0, lanes };
  await expect.poll(left, { intervals: [20] }).toEqual(nothing);
  const { evictions, kinds } = await witness.evaluate(() => window.keys.stats());
  expect(evictions).toBeGreaterThan(100);
  expect(kinds.cache).toBeLessThanOrEqual(NARROW.cacheSize);

  const after = await witness.evaluate(
    async ({ tabs, doomed }) => {
      const { idOf, LASTING, RENEWED } = await window.mixedLoad();
      const load = window.kept['load'] as MixedLoad;
      await load.signAll();
      const found: string[] = [];
      for await (const { id } of window.keys.listKeys({ lifetime: 'persistent' })) found.push(id);
      const names = (tab: number) => (tab === doomed ? LASTING : [...LASTING, ...RENEWED]);
      const expected = window.kit.times(tabs, (tab) => names(tab).map((name) => idOf(tab, name))).flat();
      // What the dead tab was just making may be there or not.
      const unsure = [...RENEWED, 'dying'].map((name) => idOf(doomed, name));
      return { found: found.filter((id) => !unsure.includes(id)), expected: expected.sort() };
    },
    { tabs: TABS, doomed: DOOMED },
  );
  expect(after.found).toEqual(after.expected);
});
