// G4: destroy and purge while a reader is at work. The recorded host (recorder.ts) holds one signing back, so that
// the reader stays for as long as the test wants.
import type { Page } from '@playwright/test';
import type { Key } from 'keyslot';
import { expect, type Site, test } from './fixtures.ts';
import { Recorder } from './recorder.ts';

/** A persistent, cached key with a reader that will not leave before the recorder passes it on. */
async function withReader(site: Site): Promise<{ tab: Page; recorder: Recorder }> {
  const { tab, recorder } = await Recorder.start(site);
  await tab.evaluate(async () => {
    const init = { id: 'read', lifetime: 'persistent', cache: true, ...window.kit.P256 } as const;
    window.kept['key'] = await window.keys.generateKey(init);
  });
  await recorder.tell({ fault: 'signing waits' });
  await tab.evaluate(() => {
    const data = window.kit.utf8('data');
    const key = window.kept['key'] as Key;
    window.kept['signed'] = key.sign(data).then((signature) => key.verify(signature, data));
  });
  await expect.poll(() => tab.evaluate(async () => (await window.keys.stats()).readers)).toBe(1);
  return { tab, recorder };
}

/** How a promise that was kept has ended, or that it has not. */
const stateOf = (tab: Page, name: string) =>
  tab.evaluate(async (name) => {
    // Whatever the host had to say by now has come before this answer.
    await window.keys.stats();
    return Promise.race([window.kept[name], 'pending']);
  }, name);

test('G4 destruction: destroyKey resolves when the last reader has left; the id is free long before', async ({
  site,
}) => {
  const { tab, recorder } = await withReader(site);
  const during = await tab.evaluate(async () => {
    const { P256, code } = window.kit;
    const { keys } = window;
    window.kept['destroyed'] = code(keys.destroyKey('read'));
    const second = await code(keys.destroyKey('read'));
    const stats = await keys.stats();
    const used = await code((window.kept['key'] as Key).sign(new Uint8Array(1)));
    const opened = await code(keys.openKey('read'));
    const again = await code(keys.generateKey({ id: 'read', lifetime: 'persistent', cache: true, ...P256 }));
    return { second, used, opened, again, table: stats.table, slots: stats.slots };
  });
  expect(during).toMatchObject({
    second: 'DOES_NOT_EXIST',
    used: 'INVALID_HANDLE',
    opened: 'DOES_NOT_EXIST',
    again: 'ok',
    table: [{ id: 'read', state: 'PENDING_DELETION', readers: 1 }],
    slots: { FULL: 0, PENDING_DELETION: 1 },
  });
  expect(await stateOf(tab, 'destroyed')).toBe('pending');
  await recorder.tell({ passOn: true });
  expect(await tab.evaluate(() => window.kept['destroyed'])).toBe('ok');
  // What had begun completes.
  expect(await tab.evaluate(() => window.kept['signed'])).toBe(true);
  const { slots, readers } = await tab.evaluate(() => window.keys.stats());
  expect({ slots, readers }).toMatchObject({ readers: 0, slots: { FULL: 1, PENDING_DELETION: 0 } });
});

test('purge: resolves when the last reader of the copy has left; a new reader loads another copy', async ({
  site,
}) => {
  const { tab, recorder } = await withReader(site);
  const during = await tab.evaluate(async () => {
    const { code } = window.kit;
    window.kept['purged'] = code(window.keys.purgeKey('read'));
    const before = await window.keys.stats();
    const used = await code((window.kept['key'] as Key).sign(new Uint8Array(1)));
    return { before: before.slots, used, after: (await window.keys.stats()).slots };
  });
  expect(during).toMatchObject({
    before: { FULL: 0, PENDING_PURGE: 1 },
    used: 'ok',
    after: { FULL: 1, PENDING_PURGE: 1 },
  });
  expect(await stateOf(tab, 'purged')).toBe('pending');
  await recorder.tell({ passOn: true });
  expect(await tab.evaluate(() => window.kept['purged'])).toBe('ok');
  expect(await tab.evaluate(() => window.kept['signed'])).toBe(true);
});

test('G4 destruction: of a key that was purged and loaded again, both copies go', async ({ site }) => {
  const { tab, recorder } = await withReader(site);
  const during = await tab.evaluate(async () => {
    const { code } = window.kit;
    const { keys } = window;
    window.kept['purged'] = code(keys.purgeKey('read'));
    await (window.kept['key'] as Key).sign(new Uint8Array(1));
    window.kept['destroyed'] = code(keys.destroyKey('read'));
    await code(keys.destroyKey('read'));
    return {
      slots: (await keys.stats()).slots,
      used: await code((window.kept['key'] as Key).sign(new Uint8Array(1))),
    };
  });
  expect(during).toMatchObject({
    slots: { FULL: 0, PENDING_PURGE: 0, PENDING_DELETION: 1 },
    used: 'INVALID_HANDLE',
  });
  expect(await stateOf(tab, 'destroyed')).toBe('pending');
  await recorder.tell({ passOn: true });
  expect(await tab.evaluate(() => Promise.all([window.kept['destroyed'], window.kept['purged']]))).toEqual([
    'ok',
    'ok',
  ]);
  const { slots } = await tab.evaluate(() => window.keys.stats());
  expect(slots).toMatchObject({ FULL: 0, PENDING_PURGE: 0, PENDING_DELETION: 0 });
});

test('G8 the dead leave nothing: the reader of a tab that is gone leaves with its operation', async ({
  site,
}) => {
  const { tab } = await withReader(site);
  const worker = await site.hosts.url();
  const other = await site.tab({ worker });
  const channel = Recorder.at(other, site);
  await tab.close();
  const stats = () => other.evaluate(() => window.keys.stats());
  await expect.poll(async () => (await stats()).sessions, { timeout: 1000 }).toBe(1);
  expect((await stats()).readers).toBe(1);
  await channel.tell({ passOn: true });
  await expect.poll(async () => (await stats()).readers, { timeout: 1000 }).toBe(0);
});
