// What is said first where two things are wrong: the operation, then the material, then usages (Web Cryptography API,
// sections 14.3.7, 14.3.9 and 14.3.12; of wrong usages an import speaks before it looks at the material).
import { describe, expect, it } from 'vitest';
import { fault, open, PLACES } from './open.ts';

const AES = { name: 'AES-GCM', length: 128 };
const CIPHER = { name: 'AES-GCM', iv: new Uint8Array(12) };
const WRONG: readonly KeyUsage[] = ['sign'];
const WRONG_OF_HMAC: readonly KeyUsage[] = ['encrypt'];
const NONE: readonly KeyUsage[] = [];

for (const place of PLACES) {
  const keys = await open(place);
  const { subtle } = keys;
  const nameOf = async (work: () => Promise<unknown>) => (await fault(work)).name;

  describe(`keys that stay with the ${place}`, () => {
    it('importKey: wrong usages, then the material, then no usages', async () => {
      const name = async (bytes: number, usages: readonly KeyUsage[]) =>
        nameOf(() => subtle.importKey('raw-secret', new Uint8Array(bytes), 'AES-OCB', true, usages));
      expect({
        wrong: [await name(5, WRONG), await name(16, WRONG)],
        none: [await name(5, NONE), await name(16, NONE)],
        right: [await name(5, ['encrypt']), await name(16, ['encrypt'])],
      }).toEqual({
        wrong: ['SyntaxError', 'SyntaxError'],
        none: ['DataError', 'SyntaxError'],
        right: ['DataError', 'none'],
      });
    });

    it('importKey: no usages come after all that is wrong with the material', async () => {
      const oct = { kty: 'oct', k: 'AAAAAAAAAAAAAAAAAAAAAA' };
      const names = {
        pkcs8: await nameOf(() => subtle.importKey('pkcs8', new Uint8Array(5), 'X-Wing', false, NONE)),
        seed: await nameOf(() => subtle.importKey('raw-seed', new Uint8Array(5), 'X-Wing', false, NONE)),
        jwk: await nameOf(() => subtle.importKey('jwk', { ...oct, alg: 'wrong' }, 'AES-OCB', true, NONE)),
        good: await nameOf(() => subtle.importKey('jwk', oct, 'AES-OCB', true, NONE)),
      };
      expect(names).toEqual({ pkcs8: 'DataError', seed: 'DataError', jwk: 'DataError', good: 'SyntaxError' });
    });

    it('unwrapKey: a length that the engine may lack, without usages', async () => {
      const ocb = { name: 'AES-OCB', iv: new Uint8Array(12) };
      const generate = { name: 'AES-OCB', length: 128 };
      const key = (await subtle.generateKey(generate, false, ['encrypt', 'unwrapKey'])) as CryptoKey;
      const wrapped = await subtle.encrypt(ocb, key, new Uint8Array(24));
      expect(await nameOf(() => subtle.unwrapKey('raw', wrapped, key, ocb, 'AES-GCM', true, NONE))).toBe(
        'SyntaxError',
      );
    });

    it('deriveBits and deriveKey read a name behind a getter once', async () => {
      const base = await subtle.importKey('raw', new Uint8Array(9), 'HKDF', false, [
        'deriveBits',
        'deriveKey',
      ]);
      for (const hash of ['SHA-256', 'SHA3-256']) {
        let reads = 0;
        const algorithm = {
          get name() {
            reads += 1;
            return reads % 2 === 1 ? 'HKDF' : 'PBKDF2';
          },
          ...{ hash, salt: new Uint8Array(1), info: new Uint8Array(1) },
        };
        expect([hash, await nameOf(() => subtle.deriveBits(algorithm, base, 128)), reads]).toEqual([
          hash,
          'none',
          1,
        ]);
        reads = 0;
        const derived = await nameOf(() => subtle.deriveKey(algorithm, base, AES, true, ['encrypt']));
        expect([hash, derived, reads]).toEqual([hash, 'none', 1]);
      }
    });

    it('unwrapKey: whether it unwraps, wrong usages, the material, no usages', async () => {
      const aes = (await subtle.generateKey(AES, false, ['encrypt', 'unwrapKey'])) as CryptoKey;
      const wrap = (bytes: number) => subtle.encrypt(CIPHER, aes, new Uint8Array(bytes));
      const [good, short] = [await wrap(16), await wrap(5)];
      const broken = good.slice(0);
      new Uint8Array(broken)[0] = 1 - (new Uint8Array(broken)[0] ?? 0);
      for (const algorithm of ['AES-OCB', 'AES-GCM']) {
        const format = algorithm === 'AES-OCB' ? 'raw-secret' : 'raw';
        const names = async (usages: readonly KeyUsage[]) => {
          const found: string[] = [];
          for (const bytes of [broken, short, good]) {
            found.push(
              await nameOf(() => subtle.unwrapKey(format, bytes, aes, CIPHER, algorithm, true, usages)),
            );
          }
          return found;
        };
        expect({ algorithm, wrong: await names(WRONG), none: await names(NONE) }).toEqual({
          algorithm,
          wrong: ['OperationError', 'SyntaxError', 'SyntaxError'],
          none: ['OperationError', 'DataError', 'SyntaxError'],
        });
      }
    });

    it('deriveKey: whether it derives, then usages', async () => {
      const password = await subtle.importKey('raw', new Uint8Array(9), 'PBKDF2', false, ['deriveKey']);
      // The engine's key in the caller, the host's with a hash that the engine lacks.
      for (const hash of ['SHA-256', 'SHA3-256']) {
        const names = async (usages: readonly KeyUsage[]) => {
          const found: string[] = [];
          for (const iterations of [0, 1]) {
            const algorithm = { name: 'PBKDF2', hash, salt: new Uint8Array(16), iterations };
            found.push(await nameOf(() => subtle.deriveKey(algorithm, password, AES, true, usages)));
          }
          return found;
        };
        expect({ hash, wrong: await names(WRONG), none: await names(NONE) }).toEqual({
          hash,
          wrong: ['OperationError', 'SyntaxError'],
          none: ['OperationError', 'SyntaxError'],
        });
      }
    });

    it('encapsulateKey and decapsulateKey: whether a secret is shared, then usages', async () => {
      const name = 'ML-KEM-512';
      const usages: readonly string[] = ['encapsulateKey', 'decapsulateKey'];
      const pair = (await subtle.generateKey(name, false, usages as KeyUsage[])) as CryptoKeyPair;
      const names = async (
        its: readonly KeyUsage[],
        shared: string | { name: string; hash?: string; length: number } = AES,
      ) => {
        const { privateKey, publicKey } = pair;
        const open = (bytes: number) =>
          nameOf(() => subtle.decapsulateKey(name, privateKey, new Uint8Array(bytes), shared, true, its));
        return [
          await open(5),
          await open(768),
          await nameOf(() => subtle.encapsulateKey(name, publicKey, shared, true, its)),
        ];
      };
      const expected = ['OperationError', 'SyntaxError', 'SyntaxError'];
      expect({ wrong: await names(WRONG), none: await names(NONE) }).toEqual({
        wrong: expected,
        none: expected,
      });
      expect(await names(WRONG_OF_HMAC, { name: 'HMAC', hash: 'SHA-256', length: 300 })).toEqual(expected);
      // Then whether the secret is a key of the length that was asked for.
      const hmac = { name: 'HMAC', hash: 'SHA-256' };
      for (const length of [300, 248]) {
        const wrong = ['OperationError', 'DataError', 'DataError'];
        expect([length, ...(await names(['sign'], { ...hmac, length }))]).toEqual([length, ...wrong]);
      }
      for (const length of [256, 249]) {
        const right = ['OperationError', 'none', 'none'];
        expect([length, ...(await names(['sign'], { ...hmac, length }))]).toEqual([length, ...right]);
      }
    });

    it('keeps no key that was made for want of an answer', async () => {
      const own = await open(place);
      const password = await own.subtle.importKey('raw', new Uint8Array(9), 'HKDF', false, ['deriveKey']);
      const [salt, info] = [new Uint8Array(1), new Uint8Array(1)];
      const derive = (usages: readonly KeyUsage[]) =>
        own.subtle.deriveKey({ name: 'HKDF', hash: 'SHA3-256', salt, info }, password, AES, true, usages);
      // The twin for this hash is there from the first derivation on.
      const kept = [await derive(['encrypt']), password];
      const { sessionKeys } = await own.stats();
      for (let call = 0; call < 5; call += 1) {
        expect(await nameOf(() => derive(WRONG))).toBe('SyntaxError');
      }
      await expect.poll(async () => (await own.stats()).sessionKeys).toBe(sessionKeys);
      expect(kept).toHaveLength(2);
      await own.close();
    });
  });
}
