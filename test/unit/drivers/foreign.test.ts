// The promises of openForeign: native keys of a caller do what their own usages allow, and nothing else.
import { hkdfSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { parseParams } from '../../../src/algorithms/index.ts';
import { openForeign } from '../../../src/drivers/webcrypto/foreign.ts';
import { code, utf8 } from './support.ts';

const { subtle } = globalThis.crypto;
const secret = Uint8Array.from({ length: 40 }, (_, index) => index);
const iv = new Uint8Array(12).fill(3);

async function pairOf(algorithm: Algorithm | EcKeyGenParams, usages: KeyUsage[]): Promise<CryptoKeyPair> {
  const made = await subtle.generateKey(algorithm, false, usages);
  if ('privateKey' in made) return made;
  throw new Error('no pair');
}

describe('a foreign key', () => {
  it.each([
    ['AES-GCM', 'AES-GCM', { iv, tagLength: 32 }],
    ['AES-CBC', 'AES-CBC', { iv: new Uint8Array(16) }],
    ['AES-CTR', 'AES-CTR', { iv: new Uint8Array(16), counterLength: 64 }],
    ['AES-KW', 'AES-KW', {}],
  ] as const)('of %s wraps and unwraps with no other usage', async (_, name, params) => {
    const key = await subtle.generateKey({ name, length: 256 }, false, ['wrapKey', 'unwrapKey']);
    const foreign = openForeign(key);
    const operation = name === 'AES-KW' ? 'wrap' : 'encrypt';
    const checked = parseParams(foreign.algorithm, operation, params);
    const wrapped = await foreign.wrap(secret, checked);
    expect(wrapped.length).toBeGreaterThanOrEqual(secret.length);
    expect(await foreign.unwrap(wrapped, checked)).toStrictEqual(secret);
    const spoilt = wrapped.map((byte, index) => (index === wrapped.length - 1 ? byte ^ 0x80 : byte));
    if (name === 'AES-GCM' || name === 'AES-KW') {
      await expect(foreign.unwrap(spoilt, checked)).rejects.toThrow(code('INVALID_SIGNATURE'));
    }
  });

  it('of RSA-OAEP wraps with its public half and unwraps with its private one', async () => {
    const rsa = { name: 'RSA-OAEP', hash: 'SHA-1', modulusLength: 2048, publicExponent: Uint8Array.of(3) };
    const pair = await subtle.generateKey(rsa, false, ['wrapKey', 'unwrapKey']);
    const label = utf8('label');
    const wrapped = await openForeign(pair.publicKey).wrap(secret, { label });
    const own = openForeign(pair.privateKey);
    expect(own.algorithm).toMatchObject({ modulusLength: 2048, publicExponent: Uint8Array.of(3) });
    expect(await own.unwrap(wrapped, { label })).toStrictEqual(secret);
    await expect(own.unwrap(wrapped, {})).rejects.toThrow(code('INVALID_SIGNATURE'));
    await expect(openForeign(pair.publicKey).wrap(new Uint8Array(300), {})).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
  });

  it('derives by deriveKey what deriveBits would give', async () => {
    const key = await subtle.importKey('raw', secret, 'HKDF', false, ['deriveKey']);
    const salt = utf8('salt');
    const info = utf8('info');
    const foreign = openForeign(key);
    const params = parseParams(foreign.algorithm, 'deriveBits', { hash: 'SHA-256', salt, info });
    const expected = new Uint8Array(hkdfSync('sha256', secret, salt, info, 20));
    expect(await foreign.deriveBits(params, 160)).toStrictEqual(expected);
    await expect(foreign.deriveBits(params, null)).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(foreign.deriveBits(params, 255 * 256 + 8)).rejects.toThrow(code('INVALID_ARGUMENT'));
  });

  it.each([
    [{ name: 'ECDH', namedCurve: 'P-256' }, 32],
    [{ name: 'ECDH', namedCurve: 'P-384' }, 48],
    [{ name: 'ECDH', namedCurve: 'P-521' }, 66],
    [{ name: 'X25519' }, 32],
    [{ name: 'X448' }, 56],
  ] as const)('of %o agrees, with bytes or a key, on all there is', async (algorithm, size) => {
    const here = await pairOf(algorithm, ['deriveKey']);
    const there = await pairOf(algorithm, ['deriveBits']);
    const expected = new Uint8Array(
      await subtle.deriveBits({ name: algorithm.name, public: here.publicKey }, there.privateKey, size * 8),
    );
    const raw = new Uint8Array(await subtle.exportKey('raw', there.publicKey));
    const foreign = openForeign(here.privateKey);
    for (const publicKey of [raw, there.publicKey]) {
      expect(await foreign.deriveBits({ publicKey }, null)).toStrictEqual(expected);
      expect(await foreign.deriveBits({ publicKey }, 128)).toStrictEqual(expected.slice(0, 16));
    }
    await expect(foreign.deriveBits({ publicKey: raw.slice(1) }, null)).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
    await expect(foreign.deriveBits({ publicKey: here.privateKey }, null)).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
  });

  it('leaves hash and tag to each call', async () => {
    const { publicKey } = await pairOf({ name: 'ECDSA', namedCurve: 'P-256' }, ['sign', 'verify']);
    expect(openForeign(publicKey).algorithm).toStrictEqual({
      name: 'ECDSA',
      namedCurve: 'P-256',
      hash: 'any',
    });
    const aes = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
    expect(openForeign(aes).algorithm).toStrictEqual({ name: 'AES-GCM', length: 128, tagLength: 32 });
  });

  it('does nothing that its own usages do not allow', async () => {
    const key = await subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt', 'decrypt']);
    const foreign = openForeign(key);
    for (const refused of [
      foreign.wrap(secret, { iv }),
      foreign.unwrap(secret, { iv }),
      foreign.deriveBits({}, 128),
      foreign.encapsulate({}),
      foreign.decapsulate(secret, {}),
      foreign.exportKey('raw'),
    ]) {
      await expect(refused).rejects.toThrow(code('NOT_PERMITTED'));
    }
  });

  it('is exported if it is extractable, whatever its algorithm and length', async () => {
    const key = await subtle.importKey('raw', secret, { name: 'HMAC', hash: 'SHA-1' }, true, ['sign']);
    const foreign = openForeign(key);
    expect(await foreign.exportKey('raw')).toStrictEqual(secret);
    expect(await foreign.exportKey('raw-secret')).toStrictEqual(secret);
    expect(await foreign.exportKey('jwk')).toMatchObject({ kty: 'oct', alg: 'HS1' });
    await expect(foreign.exportKey('spki')).rejects.toThrow(code('NOT_SUPPORTED'));
  });
});
