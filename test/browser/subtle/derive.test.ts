// deriveBits and deriveKey: agreement between native keys and handles in every mixture, and derivations that the
// engine lacks, to native and to hosted keys.
import { describe, expect, it, vi } from 'vitest';
import { fault, hex, isHandle, make, open, PLACES, present } from './open.ts';

const bytes = (length: number) => new Uint8Array(length).fill(7);
const SECRET = new TextEncoder().encode('password');

const DERIVATIONS = [
  { name: 'HKDF', hash: 'SHA-256', salt: bytes(8), info: bytes(4) },
  { name: 'HKDF', hash: 'SHA3-256', salt: bytes(8), info: bytes(4) },
  { name: 'PBKDF2', hash: 'SHA-512', salt: bytes(8), iterations: 10 },
  { name: 'PBKDF2', hash: 'SHA3-512', salt: bytes(8), iterations: 10 },
  { name: 'Argon2id', nonce: bytes(8), parallelism: 1, memory: 32, passes: 1, version: 0x13 },
  { name: 'Argon2i', nonce: bytes(8), parallelism: 2, memory: 32, passes: 1, secretValue: bytes(3) },
  { name: 'Argon2d', nonce: bytes(8), parallelism: 1, memory: 32, passes: 2, associatedData: bytes(3) },
  { name: 'scrypt', salt: bytes(8), cost: 16, blockSize: 8, parallelism: 1 },
] as const;

const DERIVED = [
  { algorithm: { name: 'AES-GCM', length: 256 }, usages: ['encrypt', 'decrypt'] },
  { algorithm: { name: 'AES-CBC', length: 192 }, usages: ['encrypt', 'decrypt'] },
  { algorithm: { name: 'AES-OCB', length: 128 }, usages: ['encrypt', 'decrypt'] },
  { algorithm: { name: 'XChaCha20-Poly1305' }, usages: ['encrypt'] },
  { algorithm: { name: 'AES-CMAC', length: 128 }, usages: ['sign'] },
  { algorithm: { name: 'HMAC', hash: 'SHA-256' }, usages: ['sign', 'verify'] },
  { algorithm: { name: 'HMAC', hash: 'SHA3-256', length: 256 }, usages: ['sign', 'verify'] },
  { algorithm: { name: 'KMAC128' }, usages: ['sign'] },
] as const;

const BITS: Readonly<Record<string, number>> = {
  'AES-GCM': 256,
  'AES-CBC': 192,
  'AES-OCB': 128,
  'AES-CMAC': 128,
  KMAC128: 128,
  'XChaCha20-Poly1305': 256,
};

for (const place of PLACES) {
  const keys = await open(place);
  const { subtle } = keys;
  const cases = (await present(keys)).filter(({ agree }) => agree);

  describe(`keys that stay with the ${place}`, () => {
    for (const its of cases) {
      const { title, generate } = its;
      const { name } = generate;

      it(`${title}: both sides agree, on as many bits as are asked for`, async () => {
        const [mine, theirs] = [await make(subtle, its, false), await make(subtle, its, false)];
        const bits = (key: CryptoKey, peer: CryptoKey, length: number | null = null) =>
          subtle.deriveBits({ name, public: peer }, key, length);
        const all = hex(await bits(mine.secret, theirs.open));
        expect(hex(await bits(theirs.secret, mine.open))).toBe(all);
        expect(hex(await bits(mine.secret, theirs.open, 64))).toBe(all.slice(0, 16));
        expect((await bits(mine.secret, theirs.open, 11)).byteLength).toBe(2);
        const tooMany = all.length * 4 + 8;
        expect((await fault(() => bits(mine.secret, theirs.open, tooMany))).name).toBe('OperationError');
      });

      it(`${title}: the other side's key is public and of the same algorithm`, async () => {
        const [mine, theirs] = [await make(subtle, its, false), await make(subtle, its, false)];
        const other = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
        const derive = async (peer: unknown, key = mine.secret) =>
          (await fault(() => subtle.deriveBits({ name, public: peer }, key, 64))).name;
        expect({
          private: await derive(theirs.secret),
          other: await derive(other.publicKey),
          object: await derive({}),
          nothing: await derive(undefined),
          base: await derive(theirs.open, mine.open),
        }).toEqual({
          ...{ private: 'InvalidAccessError', other: 'InvalidAccessError', base: 'InvalidAccessError' },
          ...{ object: 'TypeError', nothing: 'TypeError' },
        });
      });

      it.each(DERIVED)(
        `${title}: both sides derive a key for $algorithm.name`,
        async ({ algorithm, usages }) => {
          if (!(await has(algorithm.name))) return;
          const [mine, theirs] = [await make(subtle, its, false), await make(subtle, its, false)];
          const derive = (key: CryptoKey, peer: CryptoKey) =>
            subtle.deriveKey({ name, public: peer }, key, algorithm, true, usages);
          const needed = BITS[algorithm.name] ?? ('length' in algorithm ? algorithm.length : 512);
          const available =
            (await subtle.deriveBits({ name, public: theirs.open }, mine.secret, null)).byteLength * 8;
          if (needed > available) {
            expect((await fault(() => derive(mine.secret, theirs.open))).name).toBe('OperationError');
            return;
          }
          const one = await derive(mine.secret, theirs.open);
          const two = await derive(theirs.secret, mine.open);
          const raw = hex(await subtle.exportKey('raw-secret', one));
          expect(hex(await subtle.exportKey('raw-secret', two))).toBe(raw);
          expect(raw.length * 4).toBe(needed);
          expect([one.algorithm.name, new Set(one.usages)]).toEqual([algorithm.name, new Set(usages)]);
        },
      );
    }

    const has = async (name: string) =>
      Object.keys((await keys.capabilities()).algorithms).some((variant) => variant.split('/')[0] === name);
    const base = (name: string) =>
      subtle.importKey('raw-secret', SECRET, name, false, ['deriveBits', 'deriveKey']);

    it.each(DERIVATIONS)('$name by $hash: bits and keys are of one derivation', async (algorithm) => {
      const key = await base(algorithm.name);
      const bits = hex(await subtle.deriveBits(algorithm, key, 512));
      expect(bits).toHaveLength(128);
      for (const derived of DERIVED) {
        if (!(await has(derived.algorithm.name))) continue;
        const made = await subtle.deriveKey(algorithm, key, derived.algorithm, true, derived.usages);
        const raw = hex(await subtle.exportKey('raw-secret', made));
        // Argon2's output depends on its length.
        if (!algorithm.name.startsWith('Argon2')) expect(bits.startsWith(raw)).toBe(true);
        expect(made.type).toBe('secret');
        if (place === 'host') expect(isHandle(made)).toBe(true);
      }
    });

    it.each(DERIVATIONS)('$name by $hash: lengths and usages are checked', async (algorithm) => {
      const key = await base(algorithm.name);
      const bitsOf = async (length: number | null) =>
        (await fault(() => subtle.deriveBits(algorithm, key, length))).name;
      expect(await bitsOf(null)).toBe('OperationError');
      expect(await bitsOf(44)).toBe('OperationError');
      const keyOnly = await subtle.importKey('raw-secret', SECRET, algorithm.name, false, ['deriveKey']);
      expect((await fault(() => subtle.deriveBits(algorithm, keyOnly, 256))).name).toBe('InvalidAccessError');
      const bitsOnly = await subtle.importKey('raw-secret', SECRET, algorithm.name, false, ['deriveBits']);
      const aes = { name: 'AES-GCM', length: 256 };
      const derive = async (its: CryptoKey, type: object, usages: readonly ('encrypt' | 'sign')[]) =>
        (await fault(() => subtle.deriveKey(algorithm, its, type as never, true, usages))).name;
      expect({
        usage: await derive(bitsOnly, aes, ['encrypt']),
        none: await derive(key, aes, []),
        foreign: await derive(key, aes, ['sign']),
        length: await derive(key, { name: 'AES-GCM', length: 100 }, ['encrypt']),
        kind: await derive(key, { name: 'Ed448' }, ['sign']),
      }).toEqual({
        ...{ usage: 'InvalidAccessError', none: 'SyntaxError', foreign: 'SyntaxError' },
        ...{ length: 'OperationError', kind: 'NotSupportedError' },
      });
    });

    it('hashes are known by name', async () => {
      const key = await base('HKDF');
      const salted = { name: 'HKDF', salt: bytes(8), info: bytes(4) };
      const derive = async (more: object) =>
        (await fault(() => subtle.deriveBits({ ...salted, ...more } as never, key, 256))).name;
      expect(await derive({})).toBe('TypeError');
      expect(await derive({ hash: 'SHA256' })).toBe('NotSupportedError');
      expect(await derive({ hash: 'PBKDF2' })).toBe('NotSupportedError');
      expect(await derive({ hash: { name: 'sha3-256' } })).toBe('none');
    });

    it('a peer may be the other place’s key', async () => {
      const elsewhere = await open(place === 'host' ? 'caller' : 'host');
      const algorithm = { name: 'ECDH', namedCurve: 'P-256' };
      const mine = await subtle.generateKey(algorithm, false, ['deriveBits']);
      const theirs = await elsewhere.subtle.generateKey(algorithm, false, ['deriveBits']);
      const session = await keys.generateKey({
        ...{ lifetime: 'session', usages: ['deriveBits'] },
        algorithm: { name: 'ECDH', namedCurve: 'P-256' },
      });
      const one = await subtle.deriveBits({ name: 'ECDH', public: theirs.publicKey }, mine.privateKey, 256);
      const agree = { name: 'ECDH', public: mine.publicKey };
      const two = await elsewhere.subtle.deriveBits(agree, theirs.privateKey, 256);
      expect(hex(one)).toBe(hex(two));
      const half = await subtle.getPublicKey(session.cryptoKey, []);
      expect(hex(await subtle.deriveBits({ name: 'ECDH', public: half }, mine.privateKey, 256))).toBe(
        hex(await subtle.deriveBits({ name: 'ECDH', public: mine.publicKey }, session.cryptoKey, 256)),
      );
    });
  });
}

it.each([255, 257])('nothing is left of a shared secret that is cut (to %i bits)', async (length) => {
  const keys = await open('caller');
  const make = () => crypto.subtle.generateKey('X25519', false, ['deriveBits']) as Promise<CryptoKeyPair>;
  const [mine, theirs] = [await make(), await make()];
  const engines = vi.spyOn(Object.getPrototypeOf(crypto.subtle) as SubtleCrypto, 'deriveBits');
  const algorithm = { name: 'X25519', public: theirs.publicKey };
  const { name } = await fault(() => keys.subtle.deriveBits(algorithm, mine.privateKey, length));
  expect(name).toBe(length > 256 ? 'OperationError' : 'none');
  const secret = await engines.mock.results[0]?.value;
  expect(hex(secret)).toBe('00'.repeat(32));
  engines.mockRestore();
  await keys.close();
});
