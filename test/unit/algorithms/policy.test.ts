// The promises of checkUsages, checkJwkPolicy and parseParams.
import { describe, expect, it } from 'vitest';
import { checkUsages, parseParams } from '../../../src/algorithms/index.ts';
import { checkJwkPolicy } from '../../../src/algorithms/jwk.ts';

const code = (name: string) => expect.objectContaining({ name: 'KeystoreError', code: name });

const ed = { name: 'Ed25519' } as const;
const hmac = { name: 'HMAC', hash: 'SHA-256', length: 512 } as const;
const aes = { name: 'AES-GCM', length: 256 } as const;
const rsa = {
  name: 'RSA-PSS',
  hash: 'SHA-512',
  modulusLength: 2048,
  publicExponent: Uint8Array.of(1, 0, 1),
} as const;

describe('checkUsages', () => {
  it('puts usages in canonical order, each once', () => {
    expect(checkUsages(ed, 'private', ['verify', 'sign', 'verify'])).toStrictEqual(['sign', 'verify']);
    expect(checkUsages(aes, 'secret', ['decrypt', 'encrypt'])).toStrictEqual(['encrypt', 'decrypt']);
    expect(checkUsages(ed, 'public', ['verify'])).toStrictEqual(['verify']);
  });

  it.each([
    [ed, 'private', []],
    [ed, 'private', 'sign'],
    [ed, 'private', undefined],
    [ed, 'private', { 0: 'sign', length: 1 }],
    [ed, 'private', ['encrypt']],
    [ed, 'private', ['sign', 'constructor']],
    [ed, 'private', new Array(1000).fill('sign')],
    [ed, 'public', ['sign']],
    [ed, 'secret', ['sign']],
    [aes, 'secret', ['sign']],
    [hmac, 'secret', ['encrypt']],
    [aes, 'private', ['encrypt']],
  ] as const)('refuses %o %s %o', (algorithm, type, usages) => {
    expect(() => checkUsages(algorithm, type, usages)).toThrow(code('INVALID_ARGUMENT'));
  });
});

describe('checkJwkPolicy', () => {
  it('lets a JWK limit what is made of it', () => {
    const check =
      (jwk: unknown, extractable = false) =>
      () =>
        checkJwkPolicy(jwk, 'private', ['sign', 'verify'], extractable);
    expect(check({ kty: 'EC' }, true)).not.toThrow();
    expect(check({ kty: 'EC', ext: false })).not.toThrow();
    expect(check({ kty: 'EC', key_ops: ['sign'], use: 'sig' })).not.toThrow();
    expect(check({ kty: 'EC', ext: false }, true)).toThrow(code('INVALID_ARGUMENT'));
    expect(check({ kty: 'EC', use: 'enc' })).toThrow(code('INVALID_ARGUMENT'));
    expect(check({ kty: 'EC', key_ops: ['verify'] })).toThrow(code('INVALID_ARGUMENT'));
    expect(check({ kty: 'EC', key_ops: 'sign' })).toThrow(code('INVALID_ARGUMENT'));
    expect(check(undefined)).toThrow(code('INVALID_ARGUMENT'));
    expect(() => checkJwkPolicy({ key_ops: ['encrypt'] }, 'secret', ['encrypt', 'decrypt'], false)).toThrow(
      code('INVALID_ARGUMENT'),
    );
  });
});

describe('parseParams', () => {
  const iv = new Uint8Array(12);

  it('gives RSA-PSS a salt as long as its hash', () => {
    expect(parseParams(rsa, 'sign', undefined)).toStrictEqual({ saltLength: 64 });
    expect(parseParams(rsa, 'verify', {})).toStrictEqual({ saltLength: 64 });
    expect(parseParams(rsa, 'sign', { saltLength: 0 })).toStrictEqual({ saltLength: 0 });
  });

  it('bounds the salt by the modulus (RFC 8017, 9.1.1)', () => {
    expect(parseParams(rsa, 'sign', { saltLength: 190 })).toStrictEqual({ saltLength: 190 });
    for (const saltLength of [191, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '32', 32n]) {
      expect(() => parseParams(rsa, 'sign', { saltLength })).toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('passes AES-GCM parameters on as they are', () => {
    const additionalData = new Uint8Array(3);
    expect(parseParams(aes, 'encrypt', { iv })).toStrictEqual({ iv });
    expect(parseParams(aes, 'decrypt', { iv, additionalData })).toStrictEqual({ iv, additionalData });
    expect(parseParams(aes, 'encrypt', { iv }).iv).toBe(iv);
  });

  it.each([
    undefined,
    null,
    {},
    { iv: new Uint8Array(7) },
    { iv: new Uint8Array(129) },
    { iv: new Uint16Array(12) },
    { iv: new Uint8Array(new SharedArrayBuffer(12)) },
    { iv: [1, 2, 3] },
    { iv, additionalData: 'text' },
    { iv, additionalData: null },
    { iv, tagLength: 32 },
    iv,
  ])('refuses %o for AES-GCM', (input) => {
    expect(() => parseParams(aes, 'encrypt', input)).toThrow(code('INVALID_ARGUMENT'));
  });

  it('says how to make an iv', () => {
    expect(() => parseParams(aes, 'encrypt', {})).toThrow(/getRandomValues/);
  });

  it('takes no parameters for the others, and names what it was given', () => {
    expect(parseParams(ed, 'sign', undefined)).toStrictEqual({});
    expect(parseParams(hmac, 'verify', {})).toStrictEqual({});
    expect(() => parseParams(ed, 'sign', { context: new Uint8Array() })).toThrow(/"context"/);
    expect(() => parseParams(ed, 'sign', null)).toThrow(code('INVALID_ARGUMENT'));
  });

  it('calls an operation that the family lacks NOT_PERMITTED', () => {
    expect(() => parseParams(ed, 'encrypt', { iv })).toThrow(code('NOT_PERMITTED'));
    expect(() => parseParams(aes, 'sign', undefined)).toThrow(code('NOT_PERMITTED'));
    expect(() => parseParams(rsa, 'decrypt', undefined)).toThrow(code('NOT_PERMITTED'));
  });
});
