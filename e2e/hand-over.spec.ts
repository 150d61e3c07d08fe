// G9 across deploys: two real builds of the package, one newer than the other, on one store. /next/ serves the newer.
import type { Key, MacOperation } from 'keyslot';
import { busy, load, settleAccounts } from './account.ts';
import { expect, type Site, test } from './fixtures.ts';

/** What a client of the older build has, left in its page for later steps. */
async function settle(site: Site) {
  const tab = await site.tab();
  await tab.evaluate(async () => {
    const { ED448, HMAC, P256 } = window.kit;
    const { keys, kept } = window;
    const init = { lifetime: 'persistent', ...P256, cache: true } as const;
    kept['persistent'] = await keys.generateKey({ id: 'persistent', ...init });
    kept['noble'] = await keys.generateKey({ id: 'noble', ...init, ...ED448 });
    kept['volatile'] = await keys.generateKey({ id: 'volatile', ...init, lifetime: 'volatile' });
    kept['session'] = await keys.generateKey({ id: 'session', ...init, lifetime: 'session' });
    const parts = await keys.generateKey({ id: 'parts', ...init, ...HMAC, multipart: true });
    kept['operation'] = await parts.startSign();
    kept['boot'] = (await keys.stats()).boot;
  });
  return tab;
}

const NAMES = ['persistent', 'noble', 'volatile', 'session'] as const;

test('G9 hand-over: a newer build takes the store, and no key of anybody is destroyed', async ({ site }) => {
  const old = await settle(site);
  const next = await site.tab({}, '/next/');
  const seen = await next.evaluate(async () => {
    const ids: string[] = [];
    for await (const { id } of window.keys.listKeys()) ids.push(id);
    return { ids, boot: (await window.keys.stats()).boot };
  });
  expect(seen.ids).toEqual(['noble', 'parts', 'persistent']);

  const after = await old.evaluate(async (names) => {
    const { P256, code, outcome, utf8 } = window.kit;
    const { keys, kept } = window;
    const signed: string[] = [];
    for (const name of names) signed.push(await code((kept[name] as Key).sign(utf8('data'))));
    const opened: string[] = [];
    for (const name of names) opened.push(await code(keys.openKey(name)));
    const ids: string[] = [];
    for await (const { id } of keys.listKeys()) ids.push(id);
    const step = await outcome((kept['operation'] as MacOperation<unknown>).update(utf8('more')));
    const made = await code(keys.generateKey({ id: 'made', lifetime: 'persistent', ...P256 }));
    const own = await code(keys.generateKey({ id: 'own', lifetime: 'session', ...P256 }));
    const boot = (await keys.stats()).boot;
    return { signed, opened, ids, step: [step.code, step.cause], made, own, boot, before: kept['boot'] };
  }, NAMES);
  expect(after).toMatchObject({
    signed: ['ok', 'ok', 'ok', 'ok'],
    opened: ['ok', 'ok', 'ok', 'ok'],
    ids: ['noble', 'parts', 'persistent', 'session', 'volatile'],
    step: ['BAD_STATE', 'HOST_REPLACED'],
    made: 'ok',
    own: 'ok',
    boot: seen.boot,
  });
  expect(after.before).not.toBe(seen.boot);

  // One store: what one creates or destroys, the other sees.
  const destroyed = await next.evaluate(async () => [
    await window.kit.code(window.keys.openKey('made')),
    await window.kit.code(window.keys.destroyKey('persistent')),
  ]);
  expect(destroyed).toEqual(['ok', 'ok']);
  const gone = await old.evaluate(async () => {
    const { code, utf8 } = window.kit;
    return [
      await code((window.kept['persistent'] as Key).sign(utf8('data'))),
      await code(window.keys.openKey('persistent')),
      await code(window.keys.destroyKey('volatile')),
      await code(window.keys.openKey('volatile')),
    ];
  });
  expect(gone).toEqual(['INVALID_HANDLE', 'DOES_NOT_EXIST', 'ok', 'DOES_NOT_EXIST']);
});

test('G9 hand-over: a deploy that is rolled back owns the store again, and nothing goes to and fro', async ({
  site,
}) => {
  const old = await settle(site);
  const next = await site.tab({}, '/next/');
  const bootOf = (page: typeof old) => page.evaluate(async () => (await window.keys.stats()).boot);
  const boot = await bootOf(next);
  // The older build again, while the newer lives: it follows.
  const again = await site.tab();
  for (const page of [old, next, again]) expect(await bootOf(page)).toBe(boot);
  const number = await epochOf(site);

  await next.close();
  if (site.topology === 'shared') {
    // Its clients keep it alive, wherever they came from.
    expect(await bootOf(old)).toBe(boot);
    await site.hosts.kill('/next/');
  }
  expect(await bootOf(old)).not.toBe(boot);
  expect(await bootOf(again)).toBe(await bootOf(old));
  // By the older build: nobody calls the newer one back to life.
  expect((await old.evaluate((store) => window.kit.readEpoch(store), site.store)).build).toBe('0.1.0');
  const signed = await old.evaluate(
    (names) =>
      Promise.all(
        names.map((name) => window.kit.code((window.kept[name] as Key).sign(window.kit.utf8('data')))),
      ),
    NAMES,
  );
  expect(signed).toEqual(['ok', 'ok', 'ok', 'ok']);
  expect(await epochOf(site)).toBe(number + 1);
});

test('G9 hand-over: under load no call is lost or done twice, deploy after deploy', async ({ site }) => {
  const tabs = await Promise.all([site.tab(), site.tab()]);
  for (const tab of tabs) await load(tab);
  await busy(tabs);
  // A deploy, its end, and the deploy again.
  for (const last of [false, true]) {
    const arrived = await site.tab({}, '/next/');
    await arrived.evaluate(() => window.keys.stats());
    await busy(tabs);
    await arrived.close();
    if (!last && site.topology === 'shared') await site.hosts.kill('/next/');
    await busy(tabs);
  }
  await settleAccounts(tabs);
});

test('G9 hand-over: under load no call is lost or done twice when an older build comes and the newer one dies', async ({
  site,
}) => {
  const owner = await site.tab({}, '/next/');
  const newer = await site.tab({}, '/next/');
  await load(newer);
  await busy([newer]);
  const tabs = [newer, await site.tab()];
  for (const tab of tabs.slice(1)) await load(tab);
  await busy(tabs);
  // The host that owns the store, without a word where it is a SharedWorker's, or else with its tab.
  if (site.topology === 'shared') await site.hosts.kill('/next/');
  else await owner.close();
  await busy(tabs);
  await settleAccounts(tabs);
});

/** The number of the store's epoch, read past keyslot. */
async function epochOf(site: Site): Promise<number> {
  const page = await site.blankTab();
  const { number } = await page.evaluate((store) => window.kit.readEpoch(store), site.store);
  await page.close();
  return number;
}
