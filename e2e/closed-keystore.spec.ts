// `close`: what a closed keystore answers, what goes with it, and what stays for others of its realm.
import type { Key, Keystore } from 'keyslot';
import { title } from '../test/misuse/rows.ts';
import { expect, test } from './fixtures.ts';

const CLOSED_KEYSTORE = title('closed keystore', 'every method of keystore, key, operation and subtle');
test(CLOSED_KEYSTORE, async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { AES, HMAC, P256, code } = window.kit;
    const { keys } = window;
    const key = await keys.generateKey({ id: 'key', lifetime: 'persistent', ...P256 });
    const cipher = await keys.generateKey({ lifetime: 'session', ...AES });
    await key.verify(new Uint8Array(64), new Uint8Array(8));
    const mac = await keys.generateKey({ lifetime: 'session', multipart: true, ...HMAC });
    const operation = await mac.startSign();
    await keys.close();
    const bytes = new Uint8Array(16);
    const init = { id: 'new', lifetime: 'volatile', ...P256 } as const;
    const copy = { id: 'copy', lifetime: 'volatile' } as const;
    const calls: Record<string, Promise<unknown>> = {
      ensureKey: keys.ensureKey(init),
      generateKey: keys.generateKey(init),
      importKey: keys.importKey('spki', bytes, init),
      openKey: keys.openKey('key'),
      destroyKey: keys.destroyKey('key'),
      purgeKey: keys.purgeKey('key'),
      copyKey: keys.copyKey('key', copy),
      listKeys: keys.listKeys().next(),
      events: keys.events().next(),
      capabilities: keys.capabilities(),
      stats: keys.stats(),
      attach: keys.attach(window.startWorker().worker),
      sign: key.sign(bytes),
      verify: key.verify(bytes, bytes),
      encrypt: cipher.encrypt(bytes, { iv: bytes }),
      decrypt: cipher.decrypt(bytes, { iv: bytes }),
      exportKey: key.exportKey('jwk'),
      exportPublicKey: key.exportPublicKey('jwk'),
      copy: key.copy(copy),
      startSign: key.startSign(),
      startVerify: key.startVerify(),
      update: operation.update(bytes),
      finish: operation.finish(),
      purge: key.purge(),
      destroy: key.destroy(),
    };
    const codes: Record<string, string> = {};
    for (const [name, call] of Object.entries(calls)) codes[name] = await code(call);
    const subtle = [
      await code(keys.subtle.generateKey('Ed448', false, ['sign'])),
      await code(keys.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, key.cryptoKey, bytes)),
    ];
    const again = [await code(keys.close()), await code(keys[Symbol.asyncDispose]())];
    const reopened = await window.keyslot.openKeystore({ name: keys.name });
    return { codes, subtle, again, there: await code(reopened.openKey('key')) };
  });
  for (const [name, code] of Object.entries(seen.codes)) expect([name, code]).toEqual([name, 'BAD_STATE']);
  expect(seen.subtle).toEqual(['OperationError', 'OperationError']);
  expect(seen.again).toEqual(['ok', 'ok']);
  expect(seen.there).toBe('ok');
});

test('close: its session keys are gone when it resolves, volatile and persistent ones stay', async ({
  site,
}) => {
  const [closing, other] = await site.twoTabs();
  await closing.evaluate(async () => {
    const { ED448, P256, HMAC } = window.kit;
    for (const kind of [ED448, P256, HMAC]) await window.keys.generateKey({ lifetime: 'session', ...kind });
    await window.keys.generateKey({ id: 'volatile', lifetime: 'volatile', ...P256 });
    await window.keys.generateKey({ id: 'persistent', lifetime: 'persistent', ...P256 });
  });
  const numbers = () =>
    other.evaluate(async () => {
      const { sessions, sessionKeys, slots } = await window.keys.stats();
      return { sessions, sessionKeys, keys: slots.FULL };
    });
  expect(await numbers()).toEqual({ sessions: 2, sessionKeys: 3, keys: 4 });
  await closing.evaluate(() => window.keys.close());
  expect(await numbers()).toEqual({ sessions: 1, sessionKeys: 0, keys: 1 });
  const codes = await other.evaluate(() =>
    Promise.all(['volatile', 'persistent'].map((id) => window.kit.code(window.keys.openKey(id)))),
  );
  expect(codes).toEqual(['ok', 'ok']);
});

test('close: every call that is under way settles', async ({ site }) => {
  const tab = await site.tab();
  const codes = await tab.evaluate(async () => {
    const { ED448, code, tally, times } = window.kit;
    const key = await window.keys.generateKey({ lifetime: 'session', ...ED448 });
    const calls = times(500, () => code(key.sign(new Uint8Array(8))));
    const init = { id: 'late', lifetime: 'volatile', ...ED448 } as const;
    calls.push(code(window.keys.generateKey(init)));
    await window.keys.close();
    return tally(await Promise.all(calls));
  });
  expect(Object.keys(codes).filter((code) => code !== 'ok' && code !== 'BAD_STATE')).toEqual([]);
  expect(codes['BAD_STATE']).toBeGreaterThan(0);
});

test('opening one name twice in a realm shares the connection, and each close is counted', async ({
  site,
}) => {
  const [tab, other] = await site.twoTabs();
  const sessions = () => other.evaluate(async () => (await window.keys.stats()).sessions);
  await tab.evaluate(async () => {
    const { name } = window.keys;
    const more = await Promise.all([1, 2].map(() => window.keyslot.openKeystore({ name })));
    window.kept['more'] = more;
    window.kept['key'] = await window.keys.generateKey({
      id: 'mine',
      lifetime: 'session',
      ...window.kit.P256,
    });
  });
  expect(await sessions()).toBe(2);
  const shared = await tab.evaluate(async () => {
    const { code } = window.kit;
    const [second, third] = window.kept['more'] as [Keystore, Keystore];
    // A session key is its client's, not its keystore's.
    const key = await second.openKey('mine');
    const mac = await window.keys.generateKey({ lifetime: 'session', multipart: true, ...window.kit.HMAC });
    const operation = await mac.startSign();
    await window.keys.close();
    // A second close of one keystore is not the close of another.
    await window.keys.close();
    const codes = [
      await code(window.keys.stats()),
      await code((window.kept['key'] as Key).sign(new Uint8Array(1))),
    ];
    codes.push(await code(operation.update(new Uint8Array(1))), await code(key.sign(new Uint8Array(1))));
    await second.close();
    codes.push(await code(key.sign(new Uint8Array(1))), await code(third.openKey('mine')));
    return codes;
  });
  expect(shared).toEqual(['BAD_STATE', 'BAD_STATE', 'BAD_STATE', 'ok', 'BAD_STATE', 'ok']);
  expect(await sessions()).toBe(2);
  await tab.evaluate(() => (window.kept['more'] as Keystore[])[1]?.close());
  expect(await sessions()).toBe(1);
});

test('close: a name can be opened again at once, and while it closes', async ({ site }) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { code } = window.kit;
    const { name } = window.keys;
    const closing = window.keys.close();
    const again = await window.keyslot.openKeystore({ name });
    await closing;
    return { works: await code(again.stats()), sessions: (await again.stats()).sessions };
  });
  expect(seen).toEqual({ works: 'ok', sessions: 1 });
});
