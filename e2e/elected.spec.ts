// The elected topology: a host in each tab's own worker, one of which owns the store and the volatile keys.
import type { Page } from '@playwright/test';
import { type Broker, brokersOf, noteBrokers } from './brokers.ts';
import { crash } from './crash-tab.ts';
import { ALL, bootOf, goingOn, settle, signAll, signWithoutPause, WITHOUT_VOLATILE } from './elected.ts';
import { expect, test } from './fixtures.ts';

test('elected: all tabs have the keys of one store, each its own session keys', async ({ site }) => {
  const tabs = await site.tabs(3);
  const [first, ...others] = tabs;
  if (first === undefined) throw new Error('no tab');
  for (const tab of tabs) await settle(tab);
  for (const tab of tabs) expect(await signAll(tab)).toEqual(ALL);
  for (const tab of others) expect(await bootOf(tab)).toBe(await bootOf(first));
  const publicKeys = await Promise.all(
    tabs.map((tab) =>
      tab.evaluate(async () => {
        const found: string[] = [];
        for await (const { id } of window.keys.listKeys()) {
          found.push(window.kit.hex(await (await window.keys.openKey(id)).exportPublicKey('raw')));
        }
        return found;
      }),
    ),
  );
  for (const found of publicKeys) expect(found).toHaveLength(3);
  // By ascending id: persistent, session, volatile. The session key is another in each tab.
  for (const index of [0, 2]) expect(new Set(publicKeys.map((found) => found[index])).size).toBe(1);
  expect(new Set(publicKeys.map((found) => found[1])).size).toBe(3);
  expect(await site.hosts.count()).toBe(0);
});

for (const [way, end] of Object.entries({
  'is closed': (tab: Page) => tab.close(),
  'navigates away': (tab: Page) => tab.goto('about:blank'),
  crashes: crash,
})) {
  test(`elected: another tab takes over from an owner that ${way}, and nothing but volatile keys is lost`, async ({
    site,
  }) => {
    const owner = await site.tab();
    const others = await Promise.all([site.tab(), site.tab()]);
    for (const tab of [owner, ...others]) await settle(tab);
    const boot = await bootOf(owner);
    const ends = await Promise.all(others.map(signWithoutPause));
    await goingOn(others);
    await end(owner);
    await goingOn(others);
    for (const ended of await Promise.all(ends.map((stop) => stop()))) {
      expect(Object.keys(ended.codes)).toEqual(['ok']);
      test.info().annotations.push({ type: 'fail-over', description: `${Math.round(ended.longest)} ms` });
    }
    for (const tab of others) expect(await signAll(tab)).toEqual(WITHOUT_VOLATILE);
    const boots = await Promise.all(others.map(bootOf));
    expect(boots[0]).toBe(boots[1]);
    expect(boots[0]).not.toBe(boot);
  });
}

test('elected: the session keys of a tab outlive every other tab', async ({ site }) => {
  // The first is the owner: volatile keys end with it.
  const first = await site.tab();
  const [last, second] = await site.tabs(2);
  if (second === undefined || last === undefined) throw new Error('no tab');
  for (const tab of [first, second, last]) await settle(tab);
  await first.close();
  expect(await signAll(last)).toMatchObject({ persistent: 'ok', session: 'ok' });
  await second.close();
  expect(await signAll(last)).toEqual(WITHOUT_VOLATILE);
  expect(await last.evaluate(() => window.kit.code(window.keys.openKey('session')))).toBe('ok');
});

test('elected: a tab whose host became the owner after it had opened leaves the marker with its first stored key', async ({
  site,
}) => {
  const first = await site.tab();
  const tab = await site.tab();
  await first.close();
  // The owner by now, of a store in which nothing was ever kept.
  await tab.evaluate(() => window.kit.code(window.keys.openKey('none')));
  const marker = async () =>
    (await site.context.cookies()).find(({ name }) => name === `keyslot-${site.store}`)?.value;
  expect(await marker()).toBeUndefined();
  await tab.evaluate(() =>
    window.keys.generateKey({ id: 'kept', lifetime: 'persistent', ...window.kit.P256 }),
  );
  const { born } = await tab.evaluate((store) => window.kit.readEpoch(store), site.store);
  expect(born).toBeGreaterThan(0);
  await expect.poll(marker).toBe(String(born));
  expect((await tab.evaluate(() => window.keys.stats())).evicted).toBeNull();
});

test('elected: a tab whose host became the owner after it had opened tells of an eviction', async ({
  site,
}) => {
  const first = await site.tab();
  const tab = await site.tab();
  expect((await tab.evaluate(() => window.keys.stats())).evicted).toBeNull();
  // As a store that was made at another time had left it.
  await tab.evaluate((store) => {
    // biome-ignore lint/suspicious/noDocumentCookie: what keyslot itself writes.
    document.cookie = `keyslot-${store}=1; Path=/; SameSite=Strict`;
  }, site.store);
  await first.close();
  await tab.evaluate(() => window.kit.code(window.keys.openKey('none')));
  expect((await tab.evaluate(() => window.keys.stats())).evicted).not.toBeNull();
});

test('elected: a session key of a tab that does not own the store is not copied into it, and nothing changes', async ({
  site,
}) => {
  const owner = await site.tab();
  await settle(owner);
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { ED448, code, outcome, utf8 } = window.kit;
    const init = { id: 'mine', lifetime: 'session', copyable: true, ...ED448 } as const;
    const key = await window.keys.generateKey(init);
    const refused = await outcome(key.copy({ id: 'stored', lifetime: 'persistent' }));
    const byId = await code(window.keys.copyKey('mine', { id: 'stored', lifetime: 'volatile' }));
    const own = await code(key.copy({ id: 'other', lifetime: 'session' }));
    const signed = await code(key.sign(utf8('data')));
    return { code: refused.code, byId, own, signed, stored: await code(window.keys.openKey('stored')) };
  });
  expect(seen).toEqual({
    code: 'BAD_STATE',
    byId: 'BAD_STATE',
    own: 'ok',
    signed: 'ok',
    stored: 'DOES_NOT_EXIST',
  });
});

test('elected: a dedicated worker uses the store of its page, also after the owner’s end', async ({
  site,
}) => {
  const owner = await site.tab();
  await settle(owner);
  const tab = await site.tab();
  const use = () =>
    tab.evaluate(async () => {
      const run = window.kept['run'] as ReturnType<typeof window.startWorker>['run'];
      const { P256, code, utf8 } = window.kit;
      const made = await code(run('makeSessionKeys', 1, P256));
      return [await code(run('sign', 'persistent', utf8('data'))), made];
    });
  await tab.evaluate(async () => {
    const { worker, run } = window.startWorker();
    window.kept['run'] = run;
    await window.keys.attach(worker);
  });
  expect(await use()).toEqual(['ok', 'ok']);
  await owner.close();
  expect(await use()).toEqual(['ok', 'ok']);
});

test('elected: one store in both topologies has one owner', async ({ site }) => {
  const shared = await site.tab({ topology: 'shared' });
  const elected = await site.tab();
  for (const tab of [shared, elected]) await settle(tab);
  expect(await bootOf(elected)).toBe(await bootOf(shared));
  await site.hosts.kill();
  for (const tab of [shared, elected]) {
    await expect.poll(() => signAll(tab)).toMatchObject({ persistent: 'ok' });
  }
  // The elected host stood for it.
  expect(await bootOf(elected)).toBe(await bootOf(shared));
  await settle(shared);
  expect(await signAll(shared)).toEqual(ALL);
  await elected.close();
  expect(await signAll(shared)).toEqual(WITHOUT_VOLATILE);
});

test('elected: a tab that opens its store again has the same host', async ({ site }) => {
  const tab = await site.tab();
  await settle(tab);
  const boot = await bootOf(tab);
  const seen = await tab.evaluate(async (name) => {
    await window.keys.close();
    const { code } = window.kit;
    const open = (topology: 'shared' | 'elected' | 'auto') => window.keyslot.openKeystore({ name, topology });
    window.keys = await open('elected');
    return [
      await code(window.keys.openKey('volatile')),
      await code(open('shared')),
      await code(open('auto')),
    ];
  }, site.store);
  expect(seen).toEqual(['ok', 'INVALID_ARGUMENT', 'ok']);
  expect(await bootOf(tab)).toBe(boot);
});

/** What the browser has besides channels, and who hands ports over then. */
const BROKERS: readonly { shared: boolean; service: boolean; broker: Broker }[] = [
  { shared: true, service: false, broker: 'SharedWorker' },
  { shared: true, service: true, broker: 'SharedWorker' },
  { shared: false, service: true, broker: 'service worker' },
  { shared: false, service: false, broker: 'BroadcastChannel' },
];

for (const { shared, service, broker } of BROKERS) {
  const ways = [...(shared ? ['a SharedWorker'] : []), ...(service ? ['a service worker'] : [])];
  const given = ways.length === 0 ? 'no broker' : ways.join(' and ');
  test(`elected: with ${given} tabs reach the owner by a ${broker} and by nothing else, and the next one too`, async ({
    site,
  }) => {
    await noteBrokers(site.context);
    if (!shared) {
      await site.context.addInitScript(() => {
        Reflect.deleteProperty(window, 'SharedWorker');
      });
    }
    const first = await site.blankTab();
    if (service) {
      await first.evaluate(async () => {
        await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
        await navigator.serviceWorker.ready;
      });
    }
    const owner = await site.tab();
    const others = [await site.tab(), await site.tab()];
    for (const tab of [owner, ...others]) await settle(tab);
    for (const tab of others) expect(await bootOf(tab)).toBe(await bootOf(owner));
    expect(await brokersOf([owner, ...others])).toEqual([broker]);
    await owner.close();
    for (const tab of others) {
      await tab.evaluate(() => {
        window.brokers?.splice(0);
      });
    }
    for (const tab of others) expect(await signAll(tab)).toEqual(WITHOUT_VOLATILE);
    expect(await brokersOf(others)).toEqual([broker]);
  });
}

test.describe('without SharedWorker', () => {
  test.beforeEach(({ site }) =>
    site.context.addInitScript(() => {
      Reflect.deleteProperty(window, 'SharedWorker');
    }),
  );

  test('elected: auto is elected, and tabs reach the owner by a channel', async ({ site }) => {
    const owner = await site.tab({ topology: 'auto' });
    const tab = await site.tab({ topology: 'auto' });
    for (const page of [owner, tab]) await settle(page);
    expect(await signAll(tab)).toEqual(ALL);
    expect(await bootOf(tab)).toBe(await bootOf(owner));
    const imported = await tab.evaluate(async () => {
      const { AES, HMAC, code } = window.kit;
      const bytes = new Uint8Array(32).fill(7);
      const native = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
      const init = { lifetime: 'persistent' } as const;
      return [
        await code(window.keys.importKey('raw', bytes, { id: 'bytes', ...init, ...HMAC })),
        await code(
          window.keys.importKey('crypto-key', native, { id: 'native', ...init, ...AES, usages: ['encrypt'] }),
        ),
        await code((await window.keys.openKey('bytes')).sign(bytes, { transfer: true })),
        bytes.byteLength,
      ];
    });
    expect(imported).toEqual(['ok', 'ok', 'ok', 0]);
    const end = await signWithoutPause(tab);
    await goingOn([tab]);
    await owner.close();
    await goingOn([tab]);
    const ended = await end();
    expect(Object.keys(ended.codes)).toEqual(['ok']);
    // Long before anybody is taken for dead: the store was given up, not taken. How long it takes, bench:lifecycle says.
    expect(ended.longest).toBeLessThan(8_000);
    expect(await signAll(tab)).toEqual(WITHOUT_VOLATILE);
  });

  test('elected: a dedicated worker reaches the owner by a channel of its own', async ({ site }) => {
    const owner = await site.tab();
    await settle(owner);
    const tab = await site.tab();
    const signed = await tab.evaluate(async () => {
      const { worker, run } = window.startWorker();
      await window.keys.attach(worker);
      return window.kit.code(run('sign', 'persistent', window.kit.utf8('data')));
    });
    expect(signed).toBe('ok');
  });

  test('elected: a service worker of the app hands ports over', async ({ site }) => {
    const owner = await site.blankTab();
    await owner.evaluate(async () => {
      await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
      await navigator.serviceWorker.ready;
    });
    await owner.evaluate(async (name) => {
      window.keys = await window.keyslot.openKeystore({ name });
    }, site.store);
    await settle(owner);
    const tab = await site.tab();
    await settle(tab);
    expect(await signAll(tab)).toEqual(ALL);
    await owner.close();
    expect(await signAll(tab)).toEqual(WITHOUT_VOLATILE);
  });

  test('elected: a service worker of the app reaches the right one of a page’s hosts', async ({ site }) => {
    const stores = [site.store, `${site.store}-beside`] as const;
    const owner = await site.blankTab();
    await owner.evaluate(async (names) => {
      const { P256 } = window.kit;
      await navigator.serviceWorker.register('/service-worker.js', { type: 'module' });
      await navigator.serviceWorker.ready;
      for (const name of names) {
        const keys = await window.keyslot.openKeystore({ name });
        await keys.generateKey({ id: `of ${name}`, lifetime: 'volatile', ...P256 });
      }
    }, stores);
    const tab = await site.blankTab();
    const signed = await tab.evaluate(async (names) => {
      const signatures = names.map(async (name) => {
        const keys = await window.keyslot.openKeystore({ name });
        return (await keys.openKey(`of ${name}`)).sign(window.kit.utf8('data'));
      });
      return Promise.all(signatures.map((signature) => window.kit.code(signature)));
    }, stores);
    expect(signed).toEqual(['ok', 'ok']);
  });

  test('elected: the shared topology is NOT_SUPPORTED', async ({ site }) => {
    const tab = await site.blankTab();
    const code = await tab.evaluate(
      (name) => window.kit.code(window.keyslot.openKeystore({ name, topology: 'shared' })),
      site.store,
    );
    expect(code).toBe('NOT_SUPPORTED');
  });
});
