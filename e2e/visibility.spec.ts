// The elected topology and what browsers do to tabs behind others: they are hidden, and may be frozen.
import { ALL, bootOf, goingOn, settle, signAll, signWithoutPause, WITHOUT_VOLATILE } from './elected.ts';
import { test as base, expect } from './fixtures.ts';
import { RealTabs, type Tab } from './tabs.ts';

const test = base.extend<{ tabs: RealTabs }>({
  tabs: async ({ baseURL }, use) => {
    const tabs = await RealTabs.start(baseURL ?? '');
    await use(tabs);
    await tabs.close();
  },
});

/** How many hosts hold the lock of a store, or wait for it. */
function count(tab: Tab, which: 'held' | 'pending', store: string): Promise<number> {
  return tab.evaluate(
    async ({ which, store }) => {
      const locks = (await navigator.locks.query())[which] ?? [];
      return locks.filter(({ name }) => name === `keyslot:store:${store}`).length;
    },
    { which, store },
  );
}

test('elected: a tab that is frozen gives the store up at once, and has its session keys when it thaws', async ({
  tabs,
}) => {
  const owner = await tabs.open('frozen');
  const other = await tabs.open('frozen');
  for (const { tab } of [owner, other]) await settle(tab);
  expect(await signAll(other.tab)).toEqual(ALL);
  const boot = await bootOf(other.tab);
  expect(await bootOf(owner.tab)).toBe(boot);
  const end = await signWithoutPause(other.tab);
  await goingOn([other.tab]);
  await owner.freeze();
  await goingOn([other.tab]);
  const ended = await end();
  expect(await bootOf(other.tab)).not.toBe(boot);
  expect(Object.keys(ended.codes)).toEqual(['ok']);
  // Long before anybody is taken for dead: the store was given up, not taken. How long it takes, bench:lifecycle says.
  expect(ended.longest).toBeLessThan(8_000);
  test.info().annotations.push({ type: 'freeze', description: `${Math.round(ended.longest)} ms` });
  expect(await signAll(other.tab)).toEqual(WITHOUT_VOLATILE);
  const reopened = await other.tab.evaluate(() => window.kit.code(window.keys.openKey('volatile')));
  expect(reopened).toBe('DOES_NOT_EXIST');
  await owner.thaw();
  await owner.show();
  expect(await signAll(owner.tab)).toEqual(WITHOUT_VOLATILE);
  expect(await bootOf(owner.tab)).toBe(await bootOf(other.tab));
  // It stands again.
  await expect.poll(() => count(owner.tab, 'pending', 'frozen')).toBe(1);
});

test('elected: only visible tabs stand for the store; a hidden one takes it when it has a call and there is no owner', async ({
  tabs,
}) => {
  const owner = await tabs.open('hidden');
  const other = await tabs.open('hidden');
  await settle(other.tab);
  const locks = (which: 'held' | 'pending') => expect.poll(() => count(other.tab, which, 'hidden'));
  // The other is in front, so it stands; then it does not.
  await locks('pending').toBe(1);
  await owner.show();
  await locks('pending').toBe(0);
  await other.show();
  await locks('pending').toBe(1);
  await tabs.blank();
  await locks('pending').toBe(0);
  await owner.close();
  await locks('held').toBe(0);
  expect(await signAll(other.tab)).toEqual(WITHOUT_VOLATILE);
  await locks('held').toBe(1);
});

test('elected: of the tabs that are left the visible one takes the store over', async ({ tabs }) => {
  const hidden = await tabs.open('left');
  const owner = await tabs.open('left');
  // What the first owned, the second has when it opens again; the first stays behind.
  await hidden.reload();
  await settle(hidden.tab);
  expect(await bootOf(hidden.tab)).toBe(await bootOf(owner.tab));
  const visible = await tabs.open('left');
  await settle(visible.tab);
  await expect.poll(() => count(visible.tab, 'pending', 'left')).toBe(1);
  const end = await signWithoutPause(visible.tab);
  await goingOn([visible.tab]);
  await owner.close();
  await goingOn([visible.tab]);
  const ended = await end();
  expect(Object.keys(ended.codes)).toEqual(['ok']);
  // Long before anybody is taken for dead: the store was given up, not taken. How long it takes, bench:lifecycle says.
  expect(ended.longest).toBeLessThan(8_000);
  expect(await signAll(hidden.tab)).toEqual(WITHOUT_VOLATILE);
  expect(await bootOf(hidden.tab)).toBe(await bootOf(visible.tab));
});
