// G7 secrets stay: what the host sends to a tab, message by message.
import type { Key } from 'keyslot';
import { expect, test } from './fixtures.ts';
import { tappedTab } from './wiretap.ts';

const LIFETIMES = ['session', 'volatile', 'persistent'] as const;

for (const lifetime of LIFETIMES) {
  test(`G7 secrets stay: no message to a tab holds material of a ${lifetime} key that is not extractable`, async ({
    site,
  }) => {
    const tab = await tappedTab(site);
    const found = await tab.evaluate(async (lifetime) => {
      const { AES, AES192, ED25519, ED448, HMAC, P256, SECP256K1, code } = window.kit;
      const { keys } = window;
      const data = new Uint8Array(100);
      const iv = new Uint8Array(12);
      /** Everything that can be asked of a key. */
      const exercise = async (key: Key) => {
        const opened = await keys.openKey(key.id);
        await code(opened.sign(data).then((signature) => opened.verify(signature, data)));
        await code(opened.encrypt(data, { iv }).then((ciphertext) => opened.decrypt(ciphertext, { iv })));
        for (const format of ['raw', 'pkcs8', 'spki', 'jwk'] as const) {
          await code(opened.exportKey(format));
          if (format !== 'pkcs8') await code(opened.exportPublicKey(format));
        }
        await code(opened.purge());
        for await (const _ of keys.listKeys());
        await keys.stats();
      };
      const fromBase64Url = (text = '') =>
        Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));

      const found: string[] = [];
      let messages = 0;
      const check = async (name: string, secret: Uint8Array, key: Key) => {
        await exercise(key);
        messages += window.tap.came.length;
        const there = window.tap.came.flatMap((message) => window.secretsIn(message, secret));
        found.push(...there.map((where) => `${name}${where}`));
        window.tap.came.length = 0;
      };

      for (const [name, kind, size] of [
        ['HMAC', HMAC, 32],
        ['AES-256', AES, 32],
        ['AES-192', AES192, 24],
      ] as const) {
        const secret = crypto.getRandomValues(new Uint8Array(size));
        await check(name, secret, await keys.importKey('raw', secret, { id: name, lifetime, ...kind }));
      }
      for (const [name, kind] of Object.entries({ P256, ED25519, SECP256K1, ED448 })) {
        const source = await keys.generateKey({ lifetime: 'session', extractable: true, ...kind });
        const jwk = await source.exportKey('jwk');
        window.tap.came.length = 0;
        const imported = await keys.importKey('jwk', { ...jwk, ext: false }, { id: name, lifetime, ...kind });
        await check(name, fromBase64Url(jwk.d), imported);
        // Generated: its bytes are known to nobody, so what is looked for is a CryptoKey.
        const generated = await keys.generateKey({ id: `${name}, generated`, lifetime, ...kind });
        await check(`${name} generated`, fromBase64Url(jwk.d), generated);
      }
      return { found, messages };
    }, lifetime);
    expect(found.found).toEqual([]);
    expect(found.messages).toBeGreaterThan(100);
  });
}

test('G7 secrets stay: exportKey is NOT_PERMITTED unless the key is extractable, in every format', async ({
  site,
}) => {
  const tab = await tappedTab(site);
  const seen = await tab.evaluate(async () => {
    const { AES192, ED448, HMAC, P256, code } = window.kit;
    const { keys } = window;
    const outcomes: Record<string, string[]> = {};
    for (const [name, kind] of Object.entries({ AES192, ED448, HMAC, P256 })) {
      const formats =
        name === 'AES192' || name === 'HMAC' ? (['raw', 'jwk'] as const) : (['pkcs8', 'jwk'] as const);
      const [closed, open] = await Promise.all(
        [false, true].map((extractable) =>
          keys.generateKey({ id: `${name} ${extractable}`, lifetime: 'persistent', extractable, ...kind }),
        ),
      );
      outcomes[name] = await Promise.all(
        [closed, open].flatMap((key) =>
          formats.map((format) => (key ? code(key.exportKey(format)) : 'none')),
        ),
      );
    }
    // The control: material that may be exported is found in the messages, so what is not found is not there.
    const secret = crypto.getRandomValues(new Uint8Array(32));
    const key = await keys.importKey('raw', secret, { lifetime: 'session', extractable: true, ...HMAC });
    window.tap.came.length = 0;
    await key.exportKey('raw');
    await key.exportKey('jwk');
    const control = window.tap.came.map((message) => window.secretsIn(message, secret).length);
    return { outcomes, control };
  });
  for (const codes of Object.values(seen.outcomes)) {
    expect(codes).toEqual(['NOT_PERMITTED', 'NOT_PERMITTED', 'ok', 'ok']);
  }
  expect(seen.control).toEqual([1, 1]);
});

test('G7 secrets stay: native verify and exportPublicKey make no trip to the host', async ({ site }) => {
  const tab = await tappedTab(site);
  const trips = await tab.evaluate(async () => {
    const { ED25519, P256, SECP256K1, utf8 } = window.kit;
    const { keys } = window;
    const data = utf8('data');
    const count = async (work: () => Promise<unknown>) => {
      const { length } = window.tap.sent;
      await work();
      return window.tap.sent.length - length;
    };
    const seen: Record<string, number[]> = {};
    for (const [name, kind] of Object.entries({ P256, ED25519, SECP256K1 })) {
      const key = await keys.generateKey({ id: name, lifetime: 'persistent', ...kind });
      const opened = await keys.openKey(name);
      const signature = await key.sign(data);
      seen[name] = [
        await count(() => key.verify(signature, data)),
        await count(() => opened.verify(signature, data)),
        await count(() => opened.exportPublicKey('spki')),
        await count(() => opened.exportPublicKey('raw')),
        await count(() => opened.exportPublicKey('jwk')),
        await count(() => opened.sign(data)),
      ];
    }
    return seen;
  });
  expect(trips).toEqual({
    P256: [0, 0, 0, 0, 0, 1],
    ED25519: [0, 0, 0, 0, 0, 1],
    // Noble work runs in the host.
    SECP256K1: [1, 1, 1, 1, 1, 1],
  });
});

test('bytes are copied before the call returns: what the caller writes later is not signed', async ({
  site,
}) => {
  const tab = await site.tab();
  const seen = await tab.evaluate(async () => {
    const { AES, ED448, P256, utf8 } = window.kit;
    const { keys } = window;
    const results: boolean[] = [];
    for (const kind of [P256, ED448]) {
      const key = await keys.generateKey({ lifetime: 'session', ...kind });
      const data = utf8('as it was when sign was called');
      const signing = key.sign(data);
      data.fill(0);
      const original = utf8('as it was when sign was called');
      const signature = await signing;
      const copy = signature.slice();
      const verifying = key.verify(copy, original);
      copy.fill(0);
      original.fill(0);
      results.push(await verifying);
    }
    const key = await keys.generateKey({ lifetime: 'session', ...AES });
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const kept = iv.slice();
    const plaintext = utf8('plaintext');
    const encrypting = key.encrypt(plaintext, { iv });
    plaintext.fill(0);
    iv.fill(0);
    const decrypted = await key.decrypt(await encrypting, { iv: kept });
    // Handed over only where that is asked for.
    const large = new Uint8Array(1 << 20);
    await key.encrypt(large, { iv });
    const before = large.byteLength;
    await key.encrypt(large, { iv, transfer: true });
    return { results, text: new TextDecoder().decode(decrypted), sizes: [before, large.byteLength] };
  });
  expect(seen).toEqual({ results: [true, true], text: 'plaintext', sizes: [1 << 20, 0] });
});
