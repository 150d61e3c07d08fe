// ML-KEM, X-Wing, ML-DSA and SLH-DSA by noble: Wycheproof, the RFCs' examples, every format there and back, and what
// must be refused.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { SLH_DSA_NAMES } from '../../../src/algorithms/post-quantum.ts';
import type { KeyFormat, OperationParams, PlainName, SlhDsaName } from '../../../src/algorithms/types.ts';
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

const folder = fileURLToPath(new URL('../../../../shared/vectors/wycheproof/', import.meta.url));
const absent = !existsSync(folder);
const promise = (text: string) => (absent ? `${text} (SKIPPED: no vectors in ../shared/vectors)` : text);
const groupsOf = (file: string) => JSON.parse(readFileSync(`${folder}${file}`, 'utf8')).testGroups;

const message = utf8('the message');
const counting = (length: number) => Uint8Array.from({ length }, (_, index) => index);
const flipped = (bytes: Bytes, at = 0) => bytes.map((byte, index) => (index === at ? byte ^ 1 : byte));

/** One DER element, by hand (X.690, section 8.1). */
function element(tag: number, ...parts: Bytes[]): Bytes {
  const contents = Uint8Array.from(parts.flatMap((part) => [...part]));
  const { length } = contents;
  const size =
    length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Uint8Array.of(tag, ...size, ...contents);
}

const KEMS = ['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024', 'X-Wing'] as const;
const DSAS = ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const;

/** Sizes in bytes, by FIPS 203, table 3, FIPS 204, table 2, and X-Wing's draft. */
const SIZES = {
  'ML-KEM-512': { seed: 64, publicKey: 800, expanded: 1632, result: 768 },
  'ML-KEM-768': { seed: 64, publicKey: 1184, expanded: 2400, result: 1088 },
  'ML-KEM-1024': { seed: 64, publicKey: 1568, expanded: 3168, result: 1568 },
  'X-Wing': { seed: 32, publicKey: 1216, expanded: 32, result: 1120 },
  'ML-DSA-44': { seed: 32, publicKey: 1312, expanded: 2560, result: 2420 },
  'ML-DSA-65': { seed: 32, publicKey: 1952, expanded: 4032, result: 3309 },
  'ML-DSA-87': { seed: 32, publicKey: 2592, expanded: 4896, result: 4627 },
} as const;

async function keyOf(name: PlainName, format: KeyFormat, data: Bytes | JsonWebKey): Promise<WorkingKey> {
  const { material, algorithm } = await importKey('noble', format, data, { name });
  expect(algorithm).toStrictEqual({ name });
  return open(material, algorithm);
}

async function encapsulate(key: WorkingKey) {
  if (!key.encapsulate) throw new Error('the key cannot encapsulate');
  return key.encapsulate({});
}

async function decapsulate(key: WorkingKey, ciphertext: Bytes): Promise<Bytes> {
  if (!key.decapsulate) throw new Error('the key cannot decapsulate');
  return key.decapsulate(ciphertext, {});
}

describe('Wycheproof', { timeout: 60_000 }, () => {
  it.skipIf(absent).each([
    ['mlkem_512_test.json', 'ML-KEM-512'],
    ['mlkem_1024_test.json', 'ML-KEM-1024'],
  ] as const)(promise('%s: keys from seeds, and what they decapsulate'), async (file, name) => {
    let count = 0;
    for (const { tests } of groupsOf(file)) {
      for (const { tcId, seed, ek, c, K, result } of tests) {
        const judged = (async () => {
          const key = await keyOf(name, 'raw-seed', hex(seed));
          expect(toHex(asBytes(await key.exportPublicKey('raw-public'))), `vector ${tcId}`).toBe(ek);
          return toHex(await decapsulate(key, hex(c)));
        })();
        if (result === 'valid') expect(await judged, `vector ${tcId}`).toBe(K);
        else await expect(judged, `vector ${tcId}`).rejects.toThrow(code('INVALID_ARGUMENT'));
        count += 1;
      }
    }
    expect(count).toBe(193);
  });

  it.skipIf(absent)(promise('mldsa_44_verify_test.json: public keys and signatures'), async () => {
    let count = 0;
    for (const { tests, publicKey } of groupsOf('mldsa_44_verify_test.json')) {
      for (const { tcId, msg, sig, ctx, result, flags } of tests) {
        const key = keyOf('ML-DSA-44', 'raw-public', hex(publicKey));
        const what = `vector ${tcId}`;
        count += 1;
        if (flags.includes('IncorrectPublicKeyLength')) {
          await expect(key, what).rejects.toThrow(code('INVALID_ARGUMENT'));
          continue;
        }
        const params = ctx === undefined ? {} : { context: hex(ctx) };
        const verdict = verify(await key, hex(sig), hex(msg), params);
        if ((params.context?.length ?? 0) > 255) {
          await expect(verdict, what).rejects.toThrow(code('INVALID_ARGUMENT'));
        } else {
          expect(await verdict, what).toBe(result === 'valid');
        }
      }
    }
    expect(count).toBe(180);
  });
});

describe('PKCS #8', () => {
  it.each([
    // RFC 9881, appendix C.1.1, and RFC 9935, appendix C.1: the examples of the seed form.
    ['ML-DSA-44', 'MDQCAQAwCwYJYIZIAWUDBAMRBCKAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f'],
    [
      'ML-KEM-512',
      'MFQCAQAwCwYJYIZIAWUDBAQBBEKAQAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4fICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8=',
    ],
  ] as const)('of %s is that of its RFC', async (name, pem) => {
    const pkcs8 = new Uint8Array(Buffer.from(pem, 'base64'));
    const key = await keyOf(name, 'pkcs8', pkcs8);
    expect(await key.exportKey('raw-seed')).toStrictEqual(counting(SIZES[name].seed));
    expect(await key.exportKey('pkcs8')).toStrictEqual(pkcs8);
  });

  it.each([...DSAS, 'ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024'] as const)(
    'of %s without a seed, or with more than a seed, is not supported; other contents are malformed',
    async (name) => {
      const { seed, expanded } = SIZES[name];
      const key = await keyOf(name, 'raw-seed', counting(seed));
      const whole = asBytes(await key.exportKey('pkcs8'));
      const around = (inner: Bytes) => element(0x30, whole.slice(2, 18), element(4, inner));
      expect(around(element(0x80, counting(seed)))).toStrictEqual(whole);
      const alone = element(4, new Uint8Array(expanded));
      const both = element(0x30, element(4, counting(seed)), alone);
      for (const inner of [alone, both]) {
        await expect(keyOf(name, 'pkcs8', around(inner))).rejects.toThrow(code('NOT_SUPPORTED'));
      }
      for (const inner of [
        element(0x80, counting(seed - 1)),
        element(0x80, counting(seed + 1)),
        element(0x80),
        element(0x81, counting(seed)),
        element(4, counting(seed)),
        element(4, new Uint8Array(expanded - 1)),
        element(0x30, element(4, counting(seed))),
        element(0x30, alone, element(4, counting(seed))),
        element(0x30, element(0x80, counting(seed)), alone),
        Uint8Array.of(...element(0x80, counting(seed)), 0),
        Uint8Array.of(...element(0xa0, counting(seed))),
        counting(seed),
        new Uint8Array(),
      ]) {
        await expect(keyOf(name, 'pkcs8', around(inner)), toHex(inner)).rejects.toThrow(
          code('INVALID_ARGUMENT'),
        );
      }
    },
  );
});

describe.each([...KEMS, ...DSAS])('%s', { timeout: 30_000 }, (name) => {
  const { seed, publicKey } = SIZES[name];

  it('comes back from every format the same', async () => {
    const material = await generate('noble', { name });
    const key = await open(material, { name });
    expect(material.secret).toHaveLength(seed);
    expect(material.publicKey).toStrictEqual(await key.exportPublicKey('spki'));
    for (const format of ['pkcs8', 'raw-seed', 'jwk'] as const) {
      const exported = await key.exportKey(format);
      const again = await importKey('noble', format, exported, { name });
      expect(again.material).toStrictEqual(material);
    }
    for (const format of ['spki', 'raw-public', 'jwk'] as const) {
      const exported = await key.exportPublicKey(format);
      const half = await importKey('noble', format, exported, { name });
      expect(half.material).toStrictEqual({ ...material, type: 'public', secret: null });
      const opened = await open(half.material, { name });
      expect(await opened.exportKey(format)).toStrictEqual(exported);
      expect(opened.sign ?? opened.decapsulate).toBeUndefined();
      expect(() => opened.exportKey('pkcs8')).toThrow(code('INVALID_ARGUMENT'));
    }
    expect(asBytes(await key.exportPublicKey('raw-public'))).toHaveLength(publicKey);
    const jwk = asJwk(await key.exportKey('jwk'));
    expect(Object.keys(jwk).sort()).toStrictEqual(['alg', 'kty', 'priv', 'pub']);
    expect(jwk).toMatchObject({ kty: 'AKP', alg: name });
    expect(() => key.exportKey('raw-private')).toThrow(code('INVALID_ARGUMENT'));
    expect(() => key.exportPublicKey('raw')).toThrow(code('INVALID_ARGUMENT'));
  });

  it('refuses malformed keys and JWKs of other algorithms', async () => {
    const key = await keyOf(name, 'raw-seed', counting(seed));
    const jwk = asJwk(await key.exportKey('jwk'));
    const { pub = '', priv = '' } = Object(jwk);
    const spki = asBytes(await key.exportPublicKey('spki'));
    const pkcs8 = asBytes(await key.exportKey('pkcs8'));
    const cases: readonly [KeyFormat, Bytes | object][] = [
      ['raw-seed', counting(seed - 1)],
      ['raw-seed', counting(seed + 1)],
      ['raw-seed', new Uint8Array()],
      ['raw-public', new Uint8Array(publicKey - 1)],
      ['raw-public', new Uint8Array(publicKey + 1)],
      ['spki', spki.slice(1)],
      ['spki', Uint8Array.of(...spki, 0)],
      ['spki', flipped(spki, 14)],
      ['spki', pkcs8],
      ['pkcs8', pkcs8.slice(0, -1)],
      ['pkcs8', Uint8Array.of(...pkcs8, 0)],
      ['pkcs8', flipped(pkcs8, 15)],
      ['pkcs8', spki],
      ['jwk', { ...jwk, kty: 'OKP' }],
      ['jwk', { ...jwk, alg: 'ML-DSA-99' }],
      ['jwk', { kty: 'AKP', pub, priv }],
      ['jwk', { ...jwk, priv: priv.slice(1) }],
      ['jwk', { ...jwk, priv: `${priv}A` }],
      ['jwk', { ...jwk, priv: `${priv}=` }],
      ['jwk', { ...jwk, priv: 7 }],
      ['jwk', { ...jwk, pub: pub.slice(4) }],
      ['jwk', { ...jwk, pub: `${pub.startsWith('A') ? 'B' : 'A'}${pub.slice(1)}` }],
      ['jwk', { kty: 'AKP', alg: name, priv }],
      ['jwk', { kty: 'AKP', alg: name }],
    ];
    for (const [format, data] of cases) {
      const what = `${format} ${JSON.stringify(data).slice(0, 80)}`;
      await expect(importKey('noble', format, Object(data), { name }), what).rejects.toThrow(
        code('INVALID_ARGUMENT'),
      );
    }
    await expect(importKey('noble', 'raw-private', counting(seed), { name })).rejects.toThrow(
      code('NOT_SUPPORTED'),
    );
  });

  it('works no more after wipe, and clears its own copy only', async () => {
    const material = await generate('noble', { name });
    const before = asBytes(Object(material.secret)).slice();
    const key = await open(material, { name });
    await (key.sign ? sign(key, message) : decapsulate(key, (await encapsulate(key)).ciphertext));
    const copied = key.copySecret();
    key.wipe();
    key.wipe();
    expect(copied).toStrictEqual(before);
    expect(material.secret).toStrictEqual(before);
    expect(() => key.exportKey('raw-seed')).toThrow(code('BAD_STATE'));
    expect(() => key.copySecret()).toThrow(code('BAD_STATE'));
    const use = key.sign ? sign(key, message) : decapsulate(key, (await encapsulate(key)).ciphertext);
    await expect(use).rejects.toThrow(code('BAD_STATE'));
  });
});

describe.each(KEMS)('%s', { timeout: 30_000 }, (name) => {
  it('agrees on a fresh secret with whoever has the public key', async () => {
    const key = await open(await generate('noble', { name }), { name });
    const half = await keyOf(name, 'raw-public', asBytes(await key.exportPublicKey('raw-public')));
    const first = await encapsulate(half);
    const second = await encapsulate(key);
    expect(first.ciphertext).toHaveLength(SIZES[name].result);
    expect(first.sharedKey).toHaveLength(32);
    expect(first.sharedKey.buffer.byteLength).toBe(32);
    expect(first.sharedKey).not.toStrictEqual(second.sharedKey);
    expect(await decapsulate(key, first.ciphertext)).toStrictEqual(first.sharedKey);
    expect(await decapsulate(key, second.ciphertext)).toStrictEqual(second.sharedKey);
    // FIPS 203, 6.3: a ciphertext that was changed gives another secret, not an error.
    const other = await decapsulate(key, flipped(first.ciphertext));
    expect(other).toHaveLength(32);
    expect(other).not.toStrictEqual(first.sharedKey);
    for (const ciphertext of [first.ciphertext.slice(1), new Uint8Array()]) {
      await expect(decapsulate(key, ciphertext)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('refuses a public key with a coefficient out of range', async () => {
    const key = new Uint8Array(SIZES[name].publicKey).fill(0xff);
    await expect(keyOf(name, 'raw-public', key)).rejects.toThrow(code('INVALID_ARGUMENT'));
  });
});

async function checkSignatures(
  key: WorkingKey,
  half: WorkingKey,
  size: number,
  rounds: readonly OperationParams[],
) {
  for (const params of rounds) {
    const signature = await sign(key, message, params);
    expect(signature).toHaveLength(size);
    expect(await verify(half, signature, message, params)).toBe(true);
    expect(await verify(half, signature, utf8('another'), params)).toBe(false);
    expect(await verify(half, signature, message, { context: utf8('another') })).toBe(false);
    expect(await verify(half, flipped(signature, size - 1), message, params)).toBe(false);
    expect(await verify(half, signature.slice(1), message, params)).toBe(false);
    expect(await verify(half, new Uint8Array(), message, params)).toBe(false);
  }
  const context = new Uint8Array(256);
  await expect(sign(key, message, { context })).rejects.toThrow(code('INVALID_ARGUMENT'));
}

describe.each(DSAS)('%s', { timeout: 30_000 }, (name) => {
  it('signs, hedged, with and without a context', async () => {
    const key = await open(await generate('noble', { name }), { name });
    const half = await keyOf(name, 'spki', asBytes(await key.exportPublicKey('spki')));
    const rounds = [{}, { context: utf8('context') }, { context: new Uint8Array(255) }];
    await checkSignatures(key, half, SIZES[name].result, rounds);
    expect(await sign(key, message)).not.toStrictEqual(await sign(key, message));
    // No context and an empty one are the same.
    expect(await verify(half, await sign(key, message), message, { context: new Uint8Array() })).toBe(true);
  });
});

describe('SLH-DSA', () => {
  /** In the order of NIST's arc, 2.16.840.1.101.3.4.3.20 to 31, with n of FIPS 205, table 2. */
  const ROWS = SLH_DSA_NAMES.map((name, index): [SlhDsaName, number, number] => [
    name,
    20 + index,
    Number(/\d{3}/.exec(name)) / 8,
  ]);

  it.each(ROWS)('%s has its identifier and sizes, and comes back from every format', async (name, arc, n) => {
    const identifier = element(0x30, hex(`06096086480165030403${arc.toString(16)}`));
    const secret = counting(4 * n);
    const key = await keyOf(name, 'raw-private', secret);
    const pkcs8 = asBytes(await key.exportKey('pkcs8'));
    expect(pkcs8).toStrictEqual(element(0x30, Uint8Array.of(2, 1, 0), identifier, element(4, secret)));
    const spki = asBytes(await key.exportPublicKey('spki'));
    const bits = element(3, Uint8Array.of(0), secret.slice(2 * n));
    expect(spki).toStrictEqual(element(0x30, identifier, bits));
    for (const format of ['raw-private', 'pkcs8', 'jwk'] as const) {
      const { material } = await importKey('noble', format, await key.exportKey(format), { name });
      expect(material.secret).toStrictEqual(secret);
      expect(material.publicKey).toStrictEqual(spki);
    }
    for (const format of ['spki', 'raw-public', 'jwk'] as const) {
      const { material } = await importKey('noble', format, await key.exportPublicKey(format), { name });
      expect(material).toStrictEqual({ driver: 'noble', type: 'public', secret: null, publicKey: spki });
    }
    const jwk = asJwk(await key.exportKey('jwk'));
    expect(jwk).toMatchObject({ kty: 'AKP', alg: name });
    for (const [format, data] of [
      ['raw-private', secret.slice(1)],
      ['raw-public', secret.slice(2 * n - 1)],
      ['pkcs8', pkcs8.slice(0, -1)],
      ['spki', Uint8Array.of(...spki, 0)],
      ['jwk', { ...jwk, alg: 'SLH-DSA' }],
      ['jwk', { ...jwk, pub: Object(jwk).pub.replace(/^./, 'z') }],
    ] as const) {
      await expect(importKey('noble', format, Object(data), { name })).rejects.toThrow(
        code('INVALID_ARGUMENT'),
      );
    }
    await expect(importKey('noble', 'raw-seed', secret, { name })).rejects.toThrow(code('NOT_SUPPORTED'));
  });

  it.each(['SLH-DSA-SHA2-128f', 'SLH-DSA-SHAKE-128f'] as const)(
    '%s signs, hedged, with a context',
    async (name) => {
      const material = await generate('noble', { name });
      const key = await open(material, { name });
      const half = await keyOf(name, 'spki', asBytes(await key.exportPublicKey('spki')));
      await checkSignatures(key, half, 17088, [{ context: utf8('context') }]);
      key.wipe();
      await expect(sign(key, message)).rejects.toThrow(code('BAD_STATE'));
    },
    60_000,
  );
});
