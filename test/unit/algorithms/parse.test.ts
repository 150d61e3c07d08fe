// The promises of parseAlgorithm, completeAlgorithm and the tables, without any key.
import { describe, expect, it } from 'vitest';
import { parseAlgorithm, sameAlgorithm, VARIANTS, variantOf } from '../../../src/algorithms/index.ts';
import { checkFormat, completeAlgorithm, keyTypeOfImport } from '../../../src/algorithms/material.ts';

const code = (name: string) => expect.objectContaining({ name: 'KeystoreError', code: name });

describe('parseAlgorithm', () => {
  it.each([
    ['Ed25519', { name: 'Ed25519' }],
    ['eD448', { name: 'Ed448' }],
    [{ name: 'ED25519' }, { name: 'Ed25519' }],
    [
      { name: 'ecdsa', namedCurve: 'P-256', hash: 'sha-256' },
      { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    ],
    [
      { name: 'ECDSA', namedCurve: 'secp256k1', hash: { name: 'SHA-512' } },
      { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-512' },
    ],
    [
      { name: 'HMAC', hash: 'SHA-256' },
      { name: 'HMAC', hash: 'SHA-256', length: 512 },
    ],
    [
      { name: 'HMAC', hash: 'SHA-384' },
      { name: 'HMAC', hash: 'SHA-384', length: 1024 },
    ],
    [
      { name: 'HMAC', hash: 'SHA-512', length: 8 },
      { name: 'HMAC', hash: 'SHA-512', length: 8 },
    ],
    [
      { name: 'aes-gcm', length: 192 },
      { name: 'AES-GCM', length: 192 },
    ],
    [
      { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 3072 },
      { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 3072, publicExponent: Uint8Array.of(1, 0, 1) },
    ],
    [
      { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(0, 1, 0, 1) },
      { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
    ],
  ])('makes %o canonical', (input, expected) => {
    expect(parseAlgorithm(input, 'generate')).toStrictEqual(expected);
  });

  it('leaves to an import what the material tells', () => {
    expect(parseAlgorithm({ name: 'HMAC', hash: 'SHA-256' }, 'import')).toStrictEqual({
      name: 'HMAC',
      hash: 'SHA-256',
    });
    expect(parseAlgorithm('AES-GCM', 'import')).toStrictEqual({ name: 'AES-GCM' });
    const rsa = { name: 'RSA-PSS', hash: 'SHA-384', publicExponent: Uint8Array.of(1, 0, 1) };
    expect(parseAlgorithm(rsa, 'import')).toStrictEqual(rsa);
  });

  it('takes RSA keys that exist already in sizes and with exponents that it does not generate', () => {
    const rsa = { name: 'RSA-OAEP', hash: 'SHA-1', modulusLength: 1024 };
    for (const publicExponent of [Uint8Array.of(3), Uint8Array.of(1, 0, 0, 0, 0, 1)]) {
      const odd = { ...rsa, publicExponent };
      expect(parseAlgorithm(odd, 'import')).toStrictEqual(odd);
      expect(() => parseAlgorithm({ ...odd, modulusLength: 2048 }, 'generate')).toThrow(
        code('NOT_SUPPORTED'),
      );
    }
    for (const modulusLength of [512, 1023, 2049, 16392]) {
      expect(() => parseAlgorithm({ ...rsa, modulusLength }, 'import')).toThrow(code('NOT_SUPPORTED'));
    }
    for (const publicExponent of [Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(1, 0)]) {
      expect(() => parseAlgorithm({ ...rsa, publicExponent }, 'import')).toThrow(code('NOT_SUPPORTED'));
    }
  });

  it.each([
    'Rot13',
    'constructor',
    '__proto__',
    'toString',
    'DH',
    { name: 'ECDSA', namedCurve: 'P-224', hash: 'SHA-256' },
    { name: 'ECDSA', namedCurve: 'constructor', hash: 'SHA-256' },
    { name: 'ECDSA', namedCurve: 'P-256', hash: 'MD5' },
    { name: 'ECDSA', namedCurve: 'P-256', hash: '__proto__' },
    { name: 'AES-GCM', length: 127 },
    { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 1024 },
    { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: Uint8Array.of(3) },
  ])('calls the well-formed but unknown %o NOT_SUPPORTED and lists what there is', (input) => {
    const call = () => parseAlgorithm(input, 'generate');
    expect(call).toThrow(code('NOT_SUPPORTED'));
    expect(call).toThrow(/supported: /);
  });

  it.each([
    undefined,
    null,
    42,
    '',
    'x'.repeat(65),
    [],
    ['Ed25519'],
    new Uint8Array(4),
    {},
    { name: 7 },
    { name: 'ECDSA' },
    'ECDSA',
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', hash: 'SHA-256' },
    { name: 'ECDSA', namedCurve: ['P-256'], hash: 'SHA-256' },
    { name: 'HMAC' },
    { name: 'HMAC', hash: 'SHA-256', length: 0 },
    { name: 'HMAC', hash: 'SHA-256', length: 8.5 },
    { name: 'HMAC', hash: 'SHA-256', length: 524_296 },
    { name: 'HMAC', hash: 'SHA-256', length: '512' },
    { name: 'HMAC', hash: { name: 'SHA-256', extra: 1 } },
    { name: 'AES-GCM' },
    { name: 'AES-GCM', length: Number.NaN },
    { name: 'RSA-PSS', hash: 'SHA-256' },
    { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2 ** 60 },
    { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048, publicExponent: [1, 0, 1] },
  ])('calls the malformed %o INVALID_ARGUMENT', (input) => {
    expect(() => parseAlgorithm(input, 'generate')).toThrow(code('INVALID_ARGUMENT'));
  });

  it('names an unknown member', () => {
    expect(() => parseAlgorithm({ name: 'Ed25519', context: 1 }, 'generate')).toThrow(/"context"/);
  });

  it('reads own members only', () => {
    expect(() => parseAlgorithm(Object.create({ name: 'Ed25519' }), 'generate')).toThrow(
      code('INVALID_ARGUMENT'),
    );
  });

  it('does not share an exponent between two algorithms', () => {
    const input = { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048 };
    const first = parseAlgorithm(input, 'generate');
    if (first.name === 'RSA-PSS') first.publicExponent[0] = 9;
    expect(parseAlgorithm(input, 'generate')).toHaveProperty('publicExponent', Uint8Array.of(1, 0, 1));
  });
});

describe('completeAlgorithm', () => {
  const aes = { name: 'AES-GCM' } as const;
  const hmac = { name: 'HMAC', hash: 'SHA-256' } as const;

  it('takes the length from raw bytes and from k of a JWK', () => {
    expect(completeAlgorithm(aes, 'raw', new Uint8Array(24))).toStrictEqual({ name: 'AES-GCM', length: 192 });
    for (const bytes of [1, 2, 3, 16, 33, 64, 1024]) {
      const k = Buffer.alloc(bytes, 0xa5).toString('base64url');
      const expected = { ...hmac, length: bytes * 8 };
      expect(completeAlgorithm(hmac, 'raw', new Uint8Array(bytes))).toStrictEqual(expected);
      expect(completeAlgorithm(hmac, 'jwk', { kty: 'oct', k })).toStrictEqual(expected);
    }
  });

  it.each([
    [{ ...aes, length: 256 } as const, 'raw', new Uint8Array(16)],
    [aes, 'raw', new Uint8Array(15)],
    [aes, 'raw', { kty: 'oct', k: 'AAAA' }],
    [aes, 'raw', 'a string'],
    [aes, 'jwk', new Uint8Array(16)],
    [aes, 'jwk', { kty: 'RSA', k: 'AAAAAAAAAAAAAAAAAAAAAA' }],
    [aes, 'jwk', { kty: 'oct' }],
    [aes, 'jwk', { kty: 'oct', k: 'AAAAAAAAAAAAAAAAAAAAA=' }],
    [hmac, 'raw', new Uint8Array(0)],
    [hmac, 'raw', new Uint8Array(65_537)],
    [hmac, 'jwk', { kty: 'oct', k: 'A' }],
    [{ name: 'Ed25519' } as const, 'pkcs8', null],
    [{ name: 'Ed25519' } as const, 'jwk', null],
  ] as const)('refuses %o with %s %o', (algorithm, format, data) => {
    expect(() => completeAlgorithm(algorithm, format, data)).toThrow(code('INVALID_ARGUMENT'));
  });
});

describe('formats', () => {
  it('tells the key type of an import', () => {
    const ed = { name: 'Ed25519' } as const;
    expect(keyTypeOfImport(ed, 'pkcs8', new Uint8Array())).toBe('private');
    expect(keyTypeOfImport(ed, 'spki', new Uint8Array())).toBe('public');
    expect(keyTypeOfImport(ed, 'raw', new Uint8Array())).toBe('public');
    expect(keyTypeOfImport(ed, 'jwk', { kty: 'OKP', x: '' })).toBe('public');
    expect(keyTypeOfImport(ed, 'jwk', { kty: 'OKP', x: '', d: '' })).toBe('private');
    expect(keyTypeOfImport({ name: 'AES-GCM' }, 'raw', new Uint8Array())).toBe('secret');
    expect(keyTypeOfImport({ name: 'AES-GCM' }, 'jwk', { d: 'x' })).toBe('secret');
  });

  it('refuses a format that a family or a type does not have', () => {
    const rsa = { name: 'RSA-PSS', hash: 'SHA-256' } as const;
    expect(() => checkFormat(rsa, 'public', 'raw')).toThrow(code('NOT_SUPPORTED'));
    expect(() => checkFormat({ name: 'AES-GCM' }, 'secret', 'spki')).toThrow(code('NOT_SUPPORTED'));
    expect(() => checkFormat(rsa, 'private', 'spki')).toThrow(code('INVALID_ARGUMENT'));
    expect(() => checkFormat(rsa, 'private', 'constructor')).toThrow(code('INVALID_ARGUMENT'));
    expect(() => checkFormat(rsa, undefined, ['jwk'])).toThrow(code('INVALID_ARGUMENT'));
    expect(checkFormat(rsa, 'private', 'jwk')).toBe('jwk');
  });
});

/** Web Cryptography API Level 2, Modern Algorithms, and what apps ask for beyond them. */
const EVERYTHING = [
  ...['RSASSA-PKCS1-v1_5', 'RSA-PSS', 'RSA-OAEP', 'ECDSA', 'ECDH', 'Ed25519', 'Ed448', 'X25519', 'X448'],
  ...['AES-CTR', 'AES-CBC', 'AES-GCM', 'AES-KW', 'HMAC', 'HKDF', 'PBKDF2'],
  ...['AES-OCB', 'ChaCha20-Poly1305', 'KMAC128', 'KMAC256', 'Argon2d', 'Argon2i', 'Argon2id'],
  ...['ML-KEM-512', 'ML-KEM-768', 'ML-KEM-1024', 'ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'],
  ...['128s', '128f', '192s', '192f', '256s', '256f'].flatMap((set) => [
    `SLH-DSA-SHA2-${set}`,
    `SLH-DSA-SHAKE-${set}`,
  ]),
  ...['XChaCha20-Poly1305', 'AES-SIV', 'AES-GCM-SIV', 'AES-CMAC', 'BLAKE2b', 'BLAKE2s', 'BLAKE3', 'scrypt'],
  'X-Wing',
  'MLKEM768-X25519',
  'MLKEM768-P256',
  'MLKEM1024-P384',
];

describe('variants', () => {
  it('are each named once and canonical', () => {
    const names = VARIANTS.map(({ variant }) => variant);
    expect(new Set(names).size).toBe(names.length);
    for (const family of EVERYTHING) {
      expect(names.filter((name) => name === family || name.startsWith(`${family}/`))).not.toHaveLength(0);
    }
    expect(new Set(names.map((name) => name.split('/')[0]))).toStrictEqual(new Set(EVERYTHING));
    for (const { variant, sample } of VARIANTS) {
      expect(parseAlgorithm(sample, 'generate')).toStrictEqual(sample);
      expect(variantOf(sample)).toBe(variant);
    }
  });

  it('differ, and equal themselves, by sameAlgorithm', () => {
    for (const [i, a] of VARIANTS.entries()) {
      for (const [j, b] of VARIANTS.entries()) {
        expect(sameAlgorithm(a.sample, parseAlgorithm(b.sample, 'generate'))).toBe(i === j);
      }
    }
  });

  it('are told apart by every member', () => {
    const rsa = { name: 'RSA-PSS', hash: 'SHA-256', modulusLength: 2048 } as const;
    const f4 = { ...rsa, publicExponent: Uint8Array.of(1, 0, 1) };
    expect(sameAlgorithm(f4, { ...f4, publicExponent: Uint8Array.of(3) })).toBe(false);
    expect(sameAlgorithm(f4, { ...f4, modulusLength: 4096 })).toBe(false);
    expect(sameAlgorithm(f4, { ...f4, hash: 'SHA-512' })).toBe(false);
    const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const;
    expect(sameAlgorithm(hmac, { ...hmac, length: 512 })).toBe(false);
  });
});
