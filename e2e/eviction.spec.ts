// What a browser does to an origin's storage: keeps it if asked, or evicts all of it at once, cookies excepted.
import { expect, type Site, test } from './fixtures.ts';

/** All but the cookies, as an eviction takes it. No tab of the origin is open then. */
async function evict(site: Site, origin: string): Promise<void> {
  const keeper = await site.context.newPage();
  await site.hosts.kill();
  const session = await site.context.newCDPSession(keeper);
  await session.send('Storage.clearDataForOrigin', {
    origin,
    storageTypes: 'indexeddb,cache_storage,local_storage,service_workers,file_systems',
  });
  await keeper.close();
}

const make = () =>
  window.keys.generateKey({ id: 'kept', lifetime: 'persistent', ...window.kit.P256 }).then(() => undefined);

test('eviction: a store that had keys and is gone is reported, once, as an event and in stats()', async ({
  site,
  baseURL,
}) => {
  const before = await site.tab();
  await before.evaluate(make);
  expect((await before.evaluate(() => window.keys.stats())).evicted).toBeNull();
  await before.close();
  await evict(site, new URL(String(baseURL)).origin);

  const after = await site.tab();
  const seen = await after.evaluate(async () => {
    const events = window.keys.events();
    const { value } = await events.next();
    await events.return();
    const stats = await window.keys.stats();
    return {
      event: value,
      evicted: stats.evicted,
      opened: await window.kit.code(window.keys.openKey('kept')),
    };
  });
  expect(seen).toEqual({
    event: { type: 'evicted', at: seen.evicted },
    evicted: expect.any(Number),
    opened: 'DOES_NOT_EXIST',
  });
  // The next one opens the store that is there now.
  const next = await site.tab();
  expect((await next.evaluate(() => window.keys.stats())).evicted).toBeNull();
});

test('eviction: a store that is new, or in which nothing was ever kept, is not called evicted', async ({
  site,
  baseURL,
}) => {
  const first = await site.tab();
  expect((await first.evaluate(() => window.keys.stats())).evicted).toBeNull();
  await first.close();
  await evict(site, new URL(String(baseURL)).origin);
  const second = await site.tab();
  expect((await second.evaluate(() => window.keys.stats())).evicted).toBeNull();
  // Nor one that merely changed its host.
  await second.evaluate(make);
  await second.close();
  await site.hosts.kill();
  const third = await site.tab();
  expect((await third.evaluate(() => window.keys.stats())).evicted).toBeNull();
});

test('persistence: the browser is asked when a key is stored, not before, and its answer is shown', async ({
  site,
}) => {
  const tab = await site.blankTab();
  const seen = await tab.evaluate(async (name) => {
    let asked = 0;
    const persist = navigator.storage.persist.bind(navigator.storage);
    navigator.storage.persist = () => {
      asked += 1;
      return persist();
    };
    const { P256 } = window.kit;
    const keys = await window.keyslot.openKeystore({ name });
    await keys.generateKey({ id: 'a', lifetime: 'volatile', ...P256 });
    const before = { asked, persisted: (await keys.stats()).persisted };
    await keys.generateKey({ id: 'b', lifetime: 'persistent', ...P256 });
    await keys.generateKey({ id: 'c', lifetime: 'persistent', ...P256 });
    let persisted: boolean | null = null;
    while (persisted === null) persisted = (await keys.stats()).persisted;
    return { before, asked, same: persisted === (await navigator.storage.persisted()) };
  }, site.store);
  expect(seen).toEqual({ before: { asked: 0, persisted: null }, asked: 1, same: true });
});

test('volatile keys outlive the reload of an only tab, where the engine has an extended lifetime', async ({
  site,
}) => {
  const tab = await site.tab();
  const boot = await tab.evaluate(async () => {
    await window.keys.generateKey({ id: 'volatile', lifetime: 'volatile', ...window.kit.P256 });
    await window.keys.generateKey({ id: 'session', lifetime: 'session', ...window.kit.P256 });
    return (await window.keys.stats()).boot;
  });
  await tab.reload();
  const after = await tab.evaluate(async (name) => {
    const keys = await window.keyslot.openKeystore({ name });
    const { code, utf8 } = window.kit;
    const signed = await code(keys.openKey('volatile').then((key) => key.sign(utf8('data'))));
    return { signed, session: await code(keys.openKey('session')), boot: (await keys.stats()).boot };
  }, site.store);
  expect(after).toEqual({ signed: 'ok', session: 'DOES_NOT_EXIST', boot });
});
