// noble's curves against Node's WebCrypto, in both directions: what one side makes, the other one takes, and writes the
// same way.
import { describe, expect, it } from 'vitest';
import type { EcCurve, HashName, KeyAlgorithm } from '../../../src/algorithms/types.ts';
import type { Bytes, WorkingKey } from '../../../src/drivers/driver.ts';
import {
  asBytes,
  asJwk,
  code,
  generate,
  hex,
  importKey,
  open,
  sign,
  toHex,
  utf8,
  verify,
} from './support.ts';

const { subtle } = globalThis.crypto;
const message = utf8('the message');
const bytes = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer);

const NATIVE_HASHES = ['SHA-1', 'SHA-256', 'SHA-384', 'SHA-512'] as const;
const HASHES: readonly HashName[] = [...NATIVE_HASHES, 'SHA3-256', 'SHA3-384', 'SHA3-512'];
const EC: readonly EcCurve[] = ['P-256', 'P-384', 'P-521'];

/** As Node's WebCrypto names it, with the usages of both halves. */
interface Pair {
  readonly algorithm: KeyAlgorithm;
  readonly native: Algorithm & { namedCurve?: string };
  readonly usages: readonly [KeyUsage[], KeyUsage[]];
}
const AGREES: Pair['usages'] = [['deriveKey', 'deriveBits'], []];
const SIGNS: Pair['usages'] = [['sign'], ['verify']];
const okp = (name: 'Ed25519' | 'Ed448' | 'X25519' | 'X448', usages: Pair['usages']): Pair => ({
  algorithm: { name },
  native: { name },
  usages,
});
const PAIRS: readonly (Pair & { what: string })[] = [
  ...EC.map(
    (namedCurve): Pair => ({
      algorithm: { name: 'ECDSA', namedCurve, hash: 'any' },
      native: { name: 'ECDSA', namedCurve },
      usages: SIGNS,
    }),
  ),
  ...EC.map(
    (namedCurve): Pair => ({
      algorithm: { name: 'ECDH', namedCurve },
      native: { name: 'ECDH', namedCurve },
      usages: AGREES,
    }),
  ),
  okp('Ed25519', SIGNS),
  okp('Ed448', SIGNS),
  okp('X25519', AGREES),
  okp('X448', AGREES),
].map((pair) => ({ ...pair, what: `${pair.native.name} ${pair.native.namedCurve ?? ''}`.trim() }));

async function nativePair({ native, usages }: Pair): Promise<CryptoKeyPair> {
  const pair = await subtle.generateKey(native, true, usages.flat());
  if ('privateKey' in pair) return pair;
  throw new Error('expected a pair');
}

async function nobleKey(algorithm: KeyAlgorithm): Promise<WorkingKey> {
  return open(await generate('noble', algorithm), algorithm);
}

/** A JWK's key, without what others say of it: Node 20 leaves out `alg`, which Level 2 has for EdDSA. */
function material({ alg: _, ext: __, ...jwk }: JsonWebKey): JsonWebKey {
  return { ...jwk, key_ops: [...(jwk.key_ops ?? [])].sort() };
}

describe.each(PAIRS)('noble $what and the engine', (pair) => {
  const { algorithm, native, usages } = pair;

  it('write a key of the engine the same way in every format', async () => {
    for (let i = 0; i < 4; i++) {
      const { privateKey, publicKey } = await nativePair(pair);
      const pkcs8 = bytes(await subtle.exportKey('pkcs8', privateKey));
      const jwk = await subtle.exportKey('jwk', privateKey);
      for (const [format, data] of [['pkcs8', pkcs8] as const, ['jwk', jwk] as const]) {
        const imported = await importKey('noble', format, data, algorithm);
        expect(imported.algorithm).toStrictEqual(algorithm);
        const key = await open(imported.material, algorithm);
        expect(toHex(asBytes(await key.exportKey('pkcs8')))).toBe(toHex(pkcs8));
        expect(material(asJwk(await key.exportKey('jwk')))).toStrictEqual(material(jwk));
      }
      const publicJwk = await subtle.exportKey('jwk', publicKey);
      const raw = bytes(await subtle.exportKey('raw', publicKey));
      const spki = bytes(await subtle.exportKey('spki', publicKey));
      const formats = [
        ['spki', spki],
        ['raw', raw],
        ['raw-public', raw],
        ['jwk', publicJwk],
      ] as const;
      for (const [format, data] of formats) {
        const imported = await importKey('noble', format, data, algorithm);
        expect(imported.material).toStrictEqual({
          driver: 'noble',
          type: 'public',
          secret: null,
          publicKey: spki,
        });
        const key = await open(imported.material, algorithm);
        expect(key.exportKey('spki')).toStrictEqual(spki);
        expect(key.exportPublicKey('raw')).toStrictEqual(raw);
        expect(key.exportPublicKey('raw-public')).toStrictEqual(raw);
        expect(material(asJwk(await key.exportPublicKey('jwk')))).toStrictEqual(material(publicJwk));
        expect(key.sign).toBeUndefined();
        expect(key.deriveBits).toBeUndefined();
      }
    }
  });

  it('write a key of noble the same way in every format', async () => {
    const key = await nobleKey(algorithm);
    const [privately, publicly] = usages;
    for (const format of ['pkcs8', 'jwk'] as const) {
      const data = await key.exportKey(format);
      const taken = await (format === 'jwk'
        ? subtle.importKey('jwk', asJwk(data), native, true, privately)
        : subtle.importKey('pkcs8', asBytes(data), native, true, privately));
      expect(bytes(await subtle.exportKey('pkcs8', taken))).toStrictEqual(await key.exportKey('pkcs8'));
    }
    for (const format of ['spki', 'raw'] as const) {
      const data = asBytes(await key.exportPublicKey(format));
      const taken = await subtle.importKey(format, data, native, true, publicly);
      expect(bytes(await subtle.exportKey(format, taken))).toStrictEqual(data);
    }
  });

  it('take the private half of a JWK only with its own public half', async () => {
    const [a, b] = [await nobleKey(algorithm), await nobleKey(algorithm)];
    const mixed = { ...asJwk(await a.exportKey('jwk')), ...asJwk(await b.exportPublicKey('jwk')) };
    await expect(importKey('noble', 'jwk', mixed, algorithm)).rejects.toThrow(code('INVALID_ARGUMENT'));
  });

  it('have no key once it is wiped, and leave the record alone', async () => {
    const made = await generate('noble', algorithm);
    const key = await open(made, algorithm);
    const before = toHex(key.copySecret() instanceof Uint8Array ? asBytes(Object(made.secret)) : hex(''));
    const peer = asBytes(await key.exportPublicKey('raw'));
    key.wipe();
    expect(toHex(asBytes(Object(made.secret)))).toBe(before);
    expect(before).not.toMatch(/^0*$/);
    for (const use of [
      () => key.sign?.(message, { hash: 'SHA-256' }) ?? key.deriveBits?.({ publicKey: peer }, null),
      () => key.exportKey('pkcs8'),
      () => key.exportKey('jwk'),
      () => key.copySecret(),
    ]) {
      expect(use).toThrow(code('BAD_STATE'));
    }
  });
});

describe.each(EC)('noble ECDSA on %s', (namedCurve) => {
  const algorithm: KeyAlgorithm = { name: 'ECDSA', namedCurve, hash: 'any' };
  const native = { name: 'ECDSA', namedCurve };

  it('signs what the engine verifies, and the other way round, with every hash of both', async () => {
    const key = await nobleKey(algorithm);
    const pkcs8 = asBytes(await key.exportKey('pkcs8'));
    const signing = await subtle.importKey('pkcs8', pkcs8, native, false, ['sign']);
    const spki = asBytes(await key.exportPublicKey('spki'));
    const verifying = await subtle.importKey('spki', spki, native, false, ['verify']);
    for (const hash of NATIVE_HASHES) {
      const operation = { name: 'ECDSA', hash };
      for (let i = 0; i < 4; i++) {
        const data = utf8(`message ${i}`);
        const ours = await sign(key, data, { hash });
        expect(await subtle.verify(operation, verifying, ours, data)).toBe(true);
        const theirs = bytes(await subtle.sign(operation, signing, data));
        expect(await verify(key, theirs, data, { hash })).toBe(true);
        expect(await verify(key, theirs, message, { hash })).toBe(false);
      }
    }
  });

  it('signs with the hash of the call, or with that of its policy', async () => {
    const material = await generate('noble', algorithm);
    const free = await open(material, algorithm);
    for (const hash of HASHES) {
      const bound = await open(material, { name: 'ECDSA', namedCurve, hash });
      expect(await verify(bound, await sign(free, message, { hash }), message)).toBe(true);
      expect(await verify(free, await sign(bound, message), message, { hash })).toBe(true);
      const other = hash === 'SHA-256' ? 'SHA-384' : 'SHA-256';
      expect(await verify(free, await sign(bound, message), message, { hash: other })).toBe(false);
    }
    expect(() => free.sign?.(message, {})).toThrow(code('INVALID_ARGUMENT'));
  });

  it('never makes a signature twice', async () => {
    const key = await nobleKey(algorithm);
    const params = { hash: 'SHA-256' } as const;
    expect(await sign(key, message, params)).not.toStrictEqual(await sign(key, message, params));
  });

  it('signs with both s, the high one too', async () => {
    const key = await nobleKey(algorithm);
    const seen = new Set<boolean>();
    for (let i = 0; i < 64 && seen.size < 2; i++) {
      const signature = await sign(key, message, { hash: 'SHA-256' });
      const half = signature.length / 2;
      // The order has 256, 384 or 521 bits, all but none of them zero at its top.
      seen.add((signature[half] ?? 0) >= (namedCurve === 'P-521' ? 1 : 0x80));
    }
    expect(seen.size).toBe(2);
  });

  it('knows the alg of its curve, whatever the hash, and no other', async () => {
    const jwk = asJwk(await (await nobleKey(algorithm)).exportPublicKey('jwk'));
    const alg = { 'P-256': 'ES256', 'P-384': 'ES384', 'P-521': 'ES512', secp256k1: 'ES256K' }[namedCurve];
    expect(jwk.alg).toBeUndefined();
    for (const hash of ['any', 'SHA-256', 'SHA-512'] as const) {
      const asked = { name: 'ECDSA', namedCurve, hash } as const;
      expect((await importKey('noble', 'jwk', { ...jwk, alg }, asked)).material.type).toBe('public');
    }
    for (const other of ['ES256K', 'es256', 'ECDSA', '']) {
      const failure = importKey('noble', 'jwk', { ...jwk, alg: other }, algorithm);
      await expect(failure, other).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('takes compressed points and keeps them uncompressed, as the engine does', async () => {
    const key = await nobleKey(algorithm);
    const raw = asBytes(await key.exportPublicKey('raw'));
    const size = (raw.length - 1) / 2;
    const compressed = Uint8Array.of((raw.at(-1) ?? 0) % 2 === 0 ? 2 : 3, ...raw.slice(1, 1 + size));
    const taken = await subtle.importKey('raw', compressed, native, true, ['verify']);
    expect(bytes(await subtle.exportKey('raw', taken))).toStrictEqual(raw);
    const { material } = await importKey('noble', 'raw', compressed, algorithm);
    expect((await open(material, algorithm)).exportPublicKey('raw')).toStrictEqual(raw);
  });

  it('refuses what is no point of it, and hybrid forms', async () => {
    const raw = asBytes(await (await nobleKey(algorithm)).exportPublicKey('raw'));
    const parity = (raw.at(-1) ?? 0) % 2;
    const bad = [
      new Uint8Array(0),
      new Uint8Array(1),
      new Uint8Array(raw.length),
      raw.slice(0, -1),
      raw.map((byte, at) => (at === raw.length - 1 ? byte ^ 1 : byte)),
      raw.map((byte, at) => (at === 0 ? 6 + parity : byte)),
      raw.map((byte, at) => (at === 0 ? 5 : byte)),
      raw.map((byte, at) => (at === 0 ? byte : 0xff)),
    ];
    for (const data of bad) {
      await expect(importKey('noble', 'raw', data, algorithm)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('belongs to its curve and its operation', async () => {
    const material = await generate('noble', algorithm);
    const other = namedCurve === 'P-256' ? 'P-384' : 'P-256';
    await expect(open(material, { ...algorithm, namedCurve: other })).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
    expect((await open(material, algorithm)).deriveBits).toBeUndefined();
  });
});

describe('noble secp256k1', () => {
  it.each([...HASHES, 'Keccak-256'] as const)('signs with %s, low s', async (hash) => {
    const key = await nobleKey({ name: 'ECDSA', namedCurve: 'secp256k1', hash: 'any' });
    for (let i = 0; i < 8; i++) {
      const signature = await sign(key, message, { hash });
      expect(signature[32]).toBeLessThan(0x80);
      expect(await verify(key, signature, message, { hash })).toBe(true);
      expect(await verify(key, signature, utf8('another'), { hash })).toBe(false);
    }
  });

  it('agrees with itself', async () => {
    const algorithm = { name: 'ECDH', namedCurve: 'secp256k1' } as const;
    const [a, b] = [await nobleKey(algorithm), await nobleKey(algorithm)];
    const ours = await a.deriveBits?.({ publicKey: asBytes(await b.exportPublicKey('raw')) }, null);
    const theirs = await b.deriveBits?.({ publicKey: asBytes(await a.exportPublicKey('raw')) }, null);
    expect(ours).toHaveLength(32);
    expect(ours).toStrictEqual(theirs);
  });

  it('binds ES256K to its hash', async () => {
    const named = { name: 'ECDSA', namedCurve: 'secp256k1' } as const;
    const jwk = asJwk(await (await nobleKey({ ...named, hash: 'any' })).exportPublicKey('jwk'));
    const stated = { ...jwk, alg: 'ES256K' };
    for (const hash of ['any', 'SHA-256'] as const)
      await importKey('noble', 'jwk', stated, { ...named, hash });
    await expect(importKey('noble', 'jwk', stated, { ...named, hash: 'SHA-512' })).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
  });
});

const AGREEMENTS = PAIRS.filter(({ usages }) => usages === AGREES);

describe.each(AGREEMENTS)('noble $what', (pair) => {
  const { algorithm, native } = pair;

  async function agreed() {
    const theirs = await nativePair(pair);
    const key = await nobleKey(algorithm);
    const publicKey = bytes(await subtle.exportKey('raw', theirs.publicKey));
    const raw = asBytes(await key.exportPublicKey('raw'));
    const ours = await subtle.importKey('raw', raw, native, true, []);
    const shared = bytes(
      await subtle.deriveBits({ ...native, public: ours }, theirs.privateKey, null as unknown as number),
    );
    return { key, publicKey, shared };
  }

  it('has one secret with the engine', async () => {
    for (let i = 0; i < 4; i++) {
      const { key, publicKey, shared } = await agreed();
      expect(key.sign).toBeUndefined();
      expect(await key.deriveBits?.({ publicKey }, null)).toStrictEqual(shared);
    }
  });

  it('gives its first bits, and zeros to the end of the byte', async () => {
    const { key, publicKey, shared } = await agreed();
    const bits = [...shared].map((byte) => byte.toString(2).padStart(8, '0')).join('');
    for (const length of [0, 1, 7, 8, 9, 128, 245, shared.length * 8 - 1, shared.length * 8]) {
      const first = await key.deriveBits?.({ publicKey }, length);
      expect(first).toHaveLength(Math.ceil(length / 8));
      const expected = bits.slice(0, length).padEnd(Math.ceil(length / 8) * 8, '0');
      expect([...(first ?? [])].map((byte) => byte.toString(2).padStart(8, '0')).join('')).toBe(expected);
    }
    for (const length of [shared.length * 8 + 1, shared.length * 8 + 8]) {
      expect(() => key.deriveBits?.({ publicKey }, length)).toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('agrees with no key but one of its curve, given as bytes', async () => {
    const { key, publicKey } = await agreed();
    const theirs = await nativePair(pair);
    const bad = [
      new Uint8Array(0),
      publicKey.slice(1),
      Uint8Array.of(...publicKey, 0),
      new Uint8Array(publicKey.length),
    ];
    for (const each of bad) {
      expect(() => key.deriveBits?.({ publicKey: each }, null)).toThrow(code('INVALID_ARGUMENT'));
    }
    expect(() => key.deriveBits?.({}, null)).toThrow(code('INVALID_ARGUMENT'));
    expect(() => key.deriveBits?.({ publicKey: theirs.publicKey }, null)).toThrow(code('NOT_SUPPORTED'));
  });

  it('ignores alg of a JWK', async () => {
    const key = await nobleKey(algorithm);
    const jwk = { ...asJwk(await key.exportKey('jwk')), alg: 'whatever' };
    const { material } = await importKey('noble', 'jwk', jwk, algorithm);
    expect(asJwk(await (await open(material, algorithm)).exportKey('jwk'))).not.toHaveProperty('alg');
  });
});

// RFC 7748, section 6: a point of small order gives everyone the same secret.
describe.each([
  ['X25519', 32, ['00', '01', `ec${'ff'.repeat(30)}7f`, `ed${'ff'.repeat(30)}7f`, `ee${'ff'.repeat(30)}7f`]],
  [
    'X448',
    56,
    ['00', '01', `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`, `${'ff'.repeat(28)}fe${'ff'.repeat(27)}`],
  ],
] as const)('noble %s', (name, size, points) => {
  it('takes points of small order as keys and agrees on nothing with them', async () => {
    const key = await nobleKey({ name });
    for (const point of points) {
      const raw = hex(point.padEnd(size * 2, '0'));
      expect((await importKey('noble', 'raw', raw, { name })).material.type).toBe('public');
      expect(() => key.deriveBits?.({ publicKey: raw }, null), point).toThrow(code('INVALID_ARGUMENT'));
    }
  });
});
