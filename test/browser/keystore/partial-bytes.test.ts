// HMAC keys that end within a byte: Chromium's structured clone makes `null` of the engine's own, and of the message or record
// that they are in. So the host makes them with noble, and those that an app brings are refused at once.
import { openKeystore } from 'keyslot';
import { describe, expect, it } from 'vitest';

const LENGTH = 249;
const HMAC = { name: 'HMAC', hash: 'SHA-256', length: LENGTH } as const;
const DATA = new Uint8Array(40).fill(7);
const material = crypto.getRandomValues(new Uint8Array(32));
const native = await crypto.subtle.importKey('raw', material, HMAC, true, ['sign']).catch(() => undefined);

for (const place of ['caller', 'host'] as const) {
  describe(`HMAC keys of ${LENGTH} bits, with subtle in the ${place}`, async () => {
    const keys = await openKeystore({ name: `partial-${crypto.randomUUID()}`, subtle: place });
    const { subtle } = keys;

    it('are stored, and are the same when they come back', async () => {
      const init = {
        lifetime: 'persistent',
        algorithm: HMAC,
        usages: ['sign'],
        copyable: true,
        cache: false,
      } as const;
      const key = await keys.importKey('raw', material, { ...init, id: 'stored' });
      const mac = await key.sign(DATA);
      await keys.purgeKey('stored');
      expect(await (await keys.openKey('stored')).sign(DATA)).toEqual(mac);
      if (native !== undefined)
        expect(mac).toEqual(new Uint8Array(await crypto.subtle.sign('HMAC', native, DATA)));
      const made = await keys.generateKey({ ...init, id: 'made' });
      expect(await made.sign(DATA)).toHaveLength(32);
      expect(await made.copy({ id: 'copy', lifetime: 'persistent' })).toBeDefined();
    });

    it('come of what the host derives, unwraps and shares', async () => {
      const usages: readonly KeyUsage[] = ['sign'];
      const lengthOf = (key: CryptoKey) => Reflect.get(key.algorithm, 'length');
      const password = await subtle.importKey('raw', new Uint8Array(9), 'PBKDF2', false, ['deriveKey']);
      for (const hash of ['SHA-256', 'SHA3-256']) {
        const pbkdf2 = { name: 'PBKDF2', hash, salt: new Uint8Array(16), iterations: 1 };
        // What is derived has whole bytes: the length is refused as engines do, by an answer.
        await expect(subtle.deriveKey(pbkdf2, password, HMAC, true, usages)).rejects.toThrow();
      }
      const generate = { name: 'AES-OCB', length: 128 };
      const aes = (await subtle.generateKey(generate, false, ['encrypt', 'unwrapKey'])) as CryptoKey;
      const ocb = { name: 'AES-OCB', iv: new Uint8Array(12) };
      const wrapped = await subtle.encrypt(ocb, aes, material);
      expect(lengthOf(await subtle.unwrapKey('raw', wrapped, aes, ocb, HMAC, true, usages))).toBe(LENGTH);

      const kem: readonly string[] = ['encapsulateKey', 'decapsulateKey'];
      const pair = (await subtle.generateKey('X-Wing', false, kem as KeyUsage[])) as CryptoKeyPair;
      const sent = await subtle.encapsulateKey('X-Wing', pair.publicKey, HMAC, true, usages);
      const { privateKey } = pair;
      const got = await subtle.decapsulateKey('X-Wing', privateKey, sent.ciphertext, HMAC, true, usages);
      expect([lengthOf(sent.sharedKey), lengthOf(got)]).toEqual([LENGTH, LENGTH]);
      const macs = [sent.sharedKey, got].map((key) => subtle.sign('HMAC', key, DATA));
      expect(await macs[0]).toEqual(await macs[1]);
    });

    it.skipIf(native === undefined)(
      'of the engine are refused by what would have to pass them on',
      async () => {
        if (native === undefined) return;
        const refused = { code: 'NOT_SUPPORTED' };
        const init = { lifetime: 'session', algorithm: HMAC, usages: ['sign'] } as const;
        await expect(keys.importKey('crypto-key', native, init)).rejects.toMatchObject(refused);
        const pair = { privateKey: native, publicKey: native };
        await expect(keys.importKey('crypto-key', pair, init)).rejects.toMatchObject(refused);
        const ecdh = { name: 'ECDH', namedCurve: 'P-256' } as const;
        const agreeing = { lifetime: 'session', algorithm: ecdh, usages: ['deriveBits'] } as const;
        const own = await keys.generateKey(agreeing);
        await expect(own.deriveBits(256, { publicKey: native })).rejects.toMatchObject(refused);
        await expect(keys.persist(native, 'own')).rejects.toMatchObject(refused);
        const aes = (await subtle.generateKey({ name: 'AES-OCB', length: 128 }, false, [
          'wrapKey',
        ])) as CryptoKey;
        const ocb = { name: 'AES-OCB', iv: new Uint8Array(12) };
        await expect(subtle.wrapKey('raw', native, aes, ocb)).rejects.toMatchObject({
          name: 'OperationError',
        });
        await expect(keys.openKey('own')).rejects.toMatchObject({ code: 'DOES_NOT_EXIST' });
      },
    );
  });
}
