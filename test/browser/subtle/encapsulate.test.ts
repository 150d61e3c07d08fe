// The four methods of KEMs, and getPublicKey.
import { describe, expect, it } from 'vitest';
import { fault, hex, isHandle, make, open, PLACES, present } from './open.ts';

const SHARED = [
  { algorithm: { name: 'AES-GCM', length: 256 }, usages: ['encrypt', 'decrypt'] },
  { algorithm: { name: 'AES-KW', length: 256 }, usages: ['wrapKey', 'unwrapKey'] },
  { algorithm: { name: 'HMAC', hash: 'SHA-256' }, usages: ['sign', 'verify'] },
  { algorithm: { name: 'HMAC', hash: 'SHA3-256' }, usages: ['sign', 'verify'] },
  { algorithm: { name: 'KMAC256' }, usages: ['sign', 'verify'] },
  { algorithm: { name: 'HKDF' }, usages: ['deriveBits'] },
] as const;

for (const place of PLACES) {
  const keys = await open(place);
  const { subtle } = keys;
  const cases = await present(keys);

  describe(`keys that stay with the ${place}`, () => {
    for (const its of cases.filter(({ encapsulate }) => encapsulate)) {
      const { name } = its.generate;

      it(`${name}: the owner of the private key finds the shared bits`, async () => {
        const { secret, open: half } = await make(subtle, its, false);
        const made = await subtle.encapsulateBits({ name }, half);
        expect(Object.keys(made).sort()).toEqual(['ciphertext', 'sharedKey']);
        expect(made.sharedKey.byteLength).toBe(32);
        const ciphertext = made.ciphertext.slice(0);
        const found = subtle.decapsulateBits(name, secret, ciphertext);
        new Uint8Array(ciphertext).fill(0);
        expect(hex(await found)).toBe(hex(made.sharedKey));
        const short = await fault(() => subtle.decapsulateBits(name, secret, new Uint8Array(9)));
        // The draft's name; some engines have another.
        if (isHandle(secret)) expect(short.name).toBe('OperationError');
        expect((await fault(() => subtle.encapsulateBits(name, secret))).name).toBe('InvalidAccessError');
        expect((await fault(() => subtle.decapsulateBits(name, half, ciphertext))).name).toBe(
          'InvalidAccessError',
        );
        expect((await fault(() => subtle.encapsulateBits('Ed25519', half))).name).toBe('NotSupportedError');
      });

      it.each(SHARED)(
        `${name}: both sides share a key for $algorithm.name`,
        async ({ algorithm, usages }) => {
          const { secret, open: half } = await make(subtle, its, false);
          const isLocked = algorithm.name === 'HKDF';
          const made = await subtle.encapsulateKey(name, half, algorithm, !isLocked, usages);
          const found = await subtle.decapsulateKey(
            name,
            secret,
            made.ciphertext,
            algorithm,
            !isLocked,
            usages,
          );
          expect(
            [made.sharedKey, found].map((key) => [key.type, key.algorithm.name, new Set(key.usages)]),
          ).toEqual([1, 2].map(() => ['secret', algorithm.name, new Set(usages)]));
          const bytesOf = async (key: CryptoKey) =>
            hex(
              isLocked
                ? await subtle.deriveBits(
                    { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(), info: new Uint8Array() },
                    ...([key, 256] as const),
                  )
                : await subtle.exportKey('raw-secret', key),
            );
          expect(await bytesOf(found)).toBe(await bytesOf(made.sharedKey));
          expect((await fault(() => subtle.encapsulateKey(name, half, algorithm, false, []))).name).toBe(
            'SyntaxError',
          );
        },
      );
    }

    it.each(cases.filter(({ publicUsages }) => publicUsages))('getPublicKey: $title', async (its) => {
      const { publicUsages = [], publicFormats: [format = 'spki'] = [] } = its;
      const { secret, open: half } = await make(subtle, its, false);
      const found = await subtle.getPublicKey(secret, publicUsages);
      expect([found.type, found.extractable, found.algorithm]).toEqual(['public', true, half.algorithm]);
      expect(new Set(found.usages)).toEqual(new Set(publicUsages));
      expect(await subtle.exportKey(format, found)).toEqual(await subtle.exportKey(format, half));
      expect((await subtle.getPublicKey(secret, [])).usages).toEqual([]);
      expect((await fault(() => subtle.getPublicKey(half, publicUsages))).name).toBe('InvalidAccessError');
      const foreign = publicUsages.includes('encrypt') ? 'verify' : 'encrypt';
      expect((await fault(() => subtle.getPublicKey(secret, [foreign]))).name).toBe('SyntaxError');
      if (its.sign === undefined) return;
      const data = new Uint8Array(5);
      expect(await subtle.verify(its.sign, found, await subtle.sign(its.sign, secret, data), data)).toBe(
        true,
      );
    });

    it('getPublicKey: of secret keys there is none', async () => {
      for (const name of ['AES-GCM', 'AES-OCB']) {
        const key = await subtle.generateKey({ name, length: 256 }, false, ['encrypt']);
        if ('privateKey' in key) throw new TypeError('a pair');
        expect((await fault(() => subtle.getPublicKey(key, []))).name).toBe('NotSupportedError');
      }
    });
  });
}
