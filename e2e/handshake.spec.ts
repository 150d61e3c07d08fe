// The first two messages on a port: who may speak, in which version, and what a client holds before it does.
import type { Page } from '@playwright/test';
import { PROTOCOL } from '../src/version.ts';
import { title } from '../test/misuse/rows.ts';
import { expect, type Site, test } from './fixtures.ts';
import { tappedTab } from './wiretap.ts';

/** A tab that has a raw port to the store's host at `window.kept.raw`, not yet greeted. */
async function rawTab(site: Site): Promise<Page> {
  const tab = await site.tab();
  const url = await site.hosts.url();
  await tab.evaluate(
    ({ url, store }) => {
      window.kept['raw'] = new window.kit.RawPort(url, store);
    },
    { url, store: site.store },
  );
  return tab;
}

type RawPort = InstanceType<Window['kit']['RawPort']>;

const PROTOCOL_MISMATCH = title(
  'protocol mismatch',
  'the refusal names both protocols, and the port may try again',
);
test(PROTOCOL_MISMATCH, async ({ site }) => {
  const tab = await rawTab(site);
  const seen = await tab.evaluate(async () => {
    const raw = window.kept['raw'] as RawPort;
    const refused = await raw.helloWith({ protocol: 999, build: '9.9.9', lock: 'keyslot:client:nobody' });
    const before = (await window.keys.stats()).sessions;
    const welcome = await raw.hello();
    return { refused, before, welcome, after: (await window.keys.stats()).sessions };
  });
  expect(seen.refused).toMatchObject({
    keyslot: 'refused',
    protocol: PROTOCOL,
    error: { code: 'SERVICE_FAILURE', cause: 'PROTOCOL' },
  });
  const { message } = seen.refused['error'] as { message: string };
  expect(message).toContain(`protocol ${PROTOCOL} (build 0.1.0)`);
  expect(message).toContain('protocol 999 (build 9.9.9)');
  expect(seen).toMatchObject({ before: 1, after: 2, welcome: { keyslot: 'welcome', protocol: PROTOCOL } });
});

test(title('protocol mismatch', 'the host speaks another than its client'), async ({ site }) => {
  const tab = await site.blankTab();
  const seen = await tab.evaluate(async (name) => {
    const worker = '/other-protocol.js';
    return window.kit.outcome(window.keyslot.openKeystore({ name, worker }));
  }, site.store);
  expect(seen).toMatchObject({ code: 'SERVICE_FAILURE', cause: 'PROTOCOL' });
  expect(seen.message).toContain('9.9.9');
});

test('handshake: a malformed hello makes no session', async ({ site }) => {
  const tab = await rawTab(site);
  const seen = await tab.evaluate(async (protocol) => {
    const raw = window.kept['raw'] as RawPort;
    const good = {
      keyslot: 'hello',
      protocol,
      build: 'x',
      store: window.keys.name,
      lock: 'keyslot:client:l',
    };
    const hellos = [
      { ...good, protocol: `${protocol}` },
      { ...good, build: undefined },
      { ...good, store: '' },
      { ...good, store: 'x'.repeat(257) },
      { ...good, store: ['a'] },
      { ...good, lock: 7 },
      { ...good, lock: `keyslot:client:${'l'.repeat(257)}` },
      // Somebody else's lock is no witness of a life.
      { ...good, lock: `keyslot:store:${good.store}` },
      { ...good, keyslot: 'HELLO' },
      [good],
    ];
    for (const hello of hellos) raw.post(hello);
    // Answered after them, so that what is not here now never comes.
    const refusal = await raw.apply('stats', { type: 'RAW', value: { call: 1 } });
    return { refusal, received: raw.received.length, sessions: (await window.keys.stats()).sessions };
  }, PROTOCOL);
  expect(seen).toMatchObject({ refusal: { error: { code: 'INVALID_ARGUMENT' } }, received: 1, sessions: 1 });
});

test('handshake: a client that does not hold the lock that it names is taken for dead', async ({ site }) => {
  const tab = await rawTab(site);
  const welcome = await tab.evaluate(async () => {
    return (window.kept['raw'] as RawPort).helloWith({ lock: 'keyslot:client:never-held' });
  });
  expect(welcome.keyslot).toBe('welcome');
  await expect
    .poll(() => tab.evaluate(async () => (await window.keys.stats()).sessions), { timeout: 1000 })
    .toBe(1);
});

test('handshake: the client holds its lock before it says hello, and until it closes', async ({ site }) => {
  await site.context.addInitScript(() => {
    const { request } = LockManager.prototype;
    const granted: unknown[] = [];
    Object.defineProperty(LockManager.prototype, 'request', {
      value(this: LockManager, name: string, ...rest: unknown[]) {
        const callback = rest.pop() as LockGrantedCallback<unknown>;
        const noting: LockGrantedCallback<unknown> = (lock) => {
          granted.push(name);
          return callback(lock);
        };
        return Reflect.apply(request, this, [name, ...rest, noting]);
      },
    });
    const post = MessagePort.prototype.postMessage;
    MessagePort.prototype.postMessage = function (message: unknown, ...rest: never[]) {
      const { keyslot, lock } = message as { keyslot?: string; lock?: string };
      if (keyslot === 'hello') Object.assign(window, { heldAtHello: granted.includes(lock), lock });
      return post.call(this, message, ...rest);
    };
  });
  const tab = await site.tab();
  const held = () =>
    tab.evaluate(async () => {
      const { heldAtHello, lock } = window as unknown as { heldAtHello: boolean; lock: string };
      const { held: all = [] } = await navigator.locks.query();
      return { heldAtHello, now: all.some(({ name }) => name === lock) };
    });
  expect(await held()).toEqual({ heldAtHello: true, now: true });
  await tab.evaluate(() => window.keys.close());
  expect(await held()).toEqual({ heldAtHello: true, now: false });
});

test('handshake: every answer of a call comes after one hello and one welcome', async ({ site }) => {
  const tab = await tappedTab(site);
  const seen = await tab.evaluate(async () => {
    await window.keys.stats();
    const { sent, came } = window.tap as { sent: { keyslot?: string }[]; came: { keyslot?: string }[] };
    return [sent, came].map((messages) => messages.map(({ keyslot = 'call' }) => keyslot));
  });
  expect(seen).toEqual([
    ['hello', 'call'],
    ['welcome', 'call'],
  ]);
});

test('G6 capabilities: what the host can do is published once, and no driver is named that cannot do it', async ({
  site,
}) => {
  const [one, two] = await site.twoTabs();
  const capabilities = () => window.keys.capabilities();
  const published = await one.evaluate(capabilities);
  expect(await two.evaluate(capabilities)).toEqual(published);
  expect(published.algorithms).toMatchObject({
    'ECDSA/P-256': 'webcrypto',
    'ECDSA/secp256k1': 'noble',
    'AES-GCM/192': expect.stringMatching(/^(noble|webcrypto)$/),
    Ed448: expect.stringMatching(/^(noble|webcrypto)$/),
    HMAC: 'webcrypto',
  });
});
