// generateKey: what comes out, and the specification's faults in its order and time. Names and parameters are refused
// before the call returns, usages after it.
import { describe, expect, it } from 'vitest';
import { fault, isHandle, make, open, PLACES, present } from './open.ts';

for (const place of PLACES) {
  const keys = await open(place);
  const { subtle } = keys;
  const cases = await present(keys);

  describe(`keys that stay with the ${place}`, () => {
    for (const its of cases) {
      const { title, generate, usages, publicUsages, shown } = its;
      const { name, namedCurve, length } = generate;
      const algorithm = shown ?? {
        name,
        ...(namedCurve === undefined ? {} : { namedCurve }),
        ...(length === undefined ? {} : { length }),
      };

      it(`${title}: a key is what was asked for`, async () => {
        const { secret, open: half } = await make(subtle, its, false);
        for (const key of [secret, half]) {
          expect(key.constructor).toBe(CryptoKey);
          expect(key).toBeInstanceOf(CryptoKey);
          expect(Object.prototype.toString.call(key)).toBe('[object CryptoKey]');
          expect({ ...key.algorithm }).toEqual(algorithm);
          // An engine's own keys are as the engine has them.
          if (!isHandle(key)) continue;
          expect(key.algorithm).toBe(key.algorithm);
          expect(key.usages).toBe(key.usages);
        }
        expect(secret.extractable).toBe(false);
        if (publicUsages === undefined) {
          expect([secret.type, new Set(secret.usages)]).toEqual(['secret', new Set(usages)]);
        } else {
          const rest = usages.filter((usage) => !(publicUsages as readonly string[]).includes(usage));
          expect([secret.type, new Set(secret.usages)]).toEqual(['private', new Set(rest)]);
          expect([half.type, half.extractable]).toEqual(['public', true]);
          expect(new Set(half.usages)).toEqual(new Set(publicUsages));
        }
      });

      it(`${title}: the name is known in any case`, async () => {
        const odd = { ...generate, name: name.toLowerCase() };
        const made = await subtle.generateKey(odd, true, usages);
        expect(('privateKey' in made ? made.privateKey : made).algorithm.name).toBe(name);
      });

      it(`${title}: a usage of another algorithm, or none, is a SyntaxError that comes later`, async () => {
        const foreign = usages.includes('encrypt') ? 'sign' : 'encrypt';
        const hosted = isHandle((await make(subtle, its)).secret);
        for (const bad of [[foreign], [...usages, foreign], []] as const) {
          const { name, atOnce } = await fault(() => subtle.generateKey(generate, true, bad));
          expect([bad, name, atOnce && hosted]).toEqual([bad, 'SyntaxError', false]);
        }
      });

      if (its.publicUsages?.[0]) {
        it(`${title}: usages of the public half alone are a SyntaxError`, async () => {
          const found = await fault(() => subtle.generateKey(generate, true, its.publicUsages ?? []));
          expect(found.name).toBe('SyntaxError');
        });
      }
    }

    it.each([64, 127, 129, 255, 257, 1024])('AES keys of %i bits are refused at once', async (length) => {
      for (const name of ['AES-GCM', 'AES-CBC', 'AES-OCB', 'AES-GCM-SIV']) {
        for (const usages of [['encrypt'], []] as const) {
          const found = await fault(() => subtle.generateKey({ name, length }, true, usages));
          expect([name, found]).toEqual([name, { name: 'OperationError', atOnce: true }]);
        }
      }
    });

    it.each([
      ['AES'],
      [{ name: 'AES', length: 128 }],
      [{ name: 'AES-CMAC', length: 128 }],
      [{ name: 'AES-CFB', length: 128 }],
      [{ name: 'HMAC', hash: 'MD5' }],
      [{ name: 'RSA-PSS', hash: 'SHA', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) }],
      [{ name: 'ECDSA', namedCurve: 'P-512' }],
      [{ name: 'ECDH', namedCurve: 'Curve25519' }],
      [{ name: 'HKDF' }],
      [{ name: 'SHA-256' }],
      [{ name: 'constructor' }],
    ])('%j is not supported', async (algorithm) => {
      const found = await fault(() => subtle.generateKey(algorithm, true, ['sign', 'decrypt']));
      expect(found).toEqual({ name: 'NotSupportedError', atOnce: true });
    });

    it.each([
      [{}],
      [{ name: 'AES-OCB' }],
      [{ name: 'AES-OCB', length: 70_000 }],
      [{ name: 'AES-OCB', length: -1 }],
      [{ name: 'AES-OCB', length: Number.NaN }],
      [{ name: 'HMAC' }],
      [{ name: 'ECDSA' }],
      [{ name: 'KMAC128', length: 2 ** 32 }],
    ])('%j is a TypeError at once', async (algorithm) => {
      const found = await fault(() => subtle.generateKey(algorithm as never, true, ['sign']));
      expect(found).toEqual({ name: 'TypeError', atOnce: true });
    });
  });
}
