// The promises of adopt: existing CryptoKeys become keyslot's, locked unless asked, and never mismatched.
import { describe, expect, it } from 'vitest';
import { adopt } from '../../../src/drivers/webcrypto/adopt.ts';
import { code, open, sign, utf8, verify } from './support.ts';

const { subtle } = globalThis.crypto;
const message = utf8('the message');
const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const p256 = { name: 'ECDSA', namedCurve: 'P-256' };
const hmac = { name: 'HMAC', hash: 'SHA-256', length: 512 } as const;

const pair = (extractable: boolean) => subtle.generateKey(p256, extractable, ['sign', 'verify']);
const secret = (extractable: boolean) => subtle.generateKey(hmac, extractable, ['sign', 'verify']);

describe('adopt', () => {
  it('keeps a non-extractable pair as it is', async () => {
    const keys = await pair(false);
    const { material, algorithm } = await adopt(keys, ecdsa, false, ['sign', 'verify']);
    expect(material.secret).toBe(keys.privateKey);
    expect(material.publicKey).toStrictEqual(new Uint8Array(await subtle.exportKey('spki', keys.publicKey)));
    expect(algorithm).toStrictEqual(ecdsa);
    const key = await open(material, algorithm);
    expect(await verify(key, await sign(key, message), message)).toBe(true);
  });

  it('takes a lone non-extractable private key to sign, but not to verify', async () => {
    const { privateKey } = await pair(false);
    const { material } = await adopt(privateKey, ecdsa, false, ['sign']);
    expect(material).toStrictEqual({
      driver: 'webcrypto',
      type: 'private',
      secret: privateKey,
      publicKey: null,
    });
    const key = await open(material, ecdsa);
    expect(key.verify).toBeUndefined();
    await expect(key.exportPublicKey('spki')).rejects.toThrow(code('INVALID_ARGUMENT'));
    await expect(adopt(privateKey, ecdsa, false, ['sign', 'verify'])).rejects.toThrow(
      code('INVALID_ARGUMENT'),
    );
  });

  it('locks an extractable key, private or secret, unless asked not to', async () => {
    const { privateKey, publicKey } = await pair(true);
    const locked = await adopt(privateKey, ecdsa, false);
    expect(locked.material.secret).toHaveProperty('extractable', false);
    expect(locked.material.publicKey).toStrictEqual(
      new Uint8Array(await subtle.exportKey('spki', publicKey)),
    );
    expect((await adopt(privateKey, ecdsa, true)).material.secret).toHaveProperty('extractable', true);
    const mac = await secret(true);
    expect((await adopt(mac, hmac, false)).material.secret).toHaveProperty('extractable', false);
    expect((await adopt(mac, { name: 'HMAC', hash: 'SHA-256' }, true)).algorithm).toStrictEqual(hmac);
  });

  it('takes a public key alone', async () => {
    const { publicKey, privateKey } = await pair(false);
    const { material } = await adopt(publicKey, ecdsa, false);
    expect(material.type).toBe('public');
    const signature = await subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, message);
    expect(await verify(await open(material, ecdsa), new Uint8Array(signature), message)).toBe(true);
  });

  it.each([false, true])('refuses halves of two pairs (extractable: %s)', async (extractable) => {
    const { privateKey } = await pair(extractable);
    const { publicKey } = await pair(extractable);
    await expect(adopt({ privateKey, publicKey }, ecdsa, false)).rejects.toThrow(code('INVALID_ARGUMENT'));
  });

  it('refuses another algorithm, curve, hash, length or type than stated', async () => {
    const keys = await pair(false);
    const mac = await secret(false);
    const other = await subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-384' }, false, ['sign', 'verify']);
    for (const [key, algorithm] of [
      [keys, { ...ecdsa, namedCurve: 'P-384' }],
      [keys, { name: 'Ed25519' }],
      [keys, hmac],
      [mac, ecdsa],
      [mac, { ...hmac, hash: 'SHA-512' }],
      [mac, { ...hmac, length: 256 }],
      [{ privateKey: keys.privateKey, publicKey: other.publicKey }, ecdsa],
      [{ privateKey: keys.publicKey, publicKey: keys.privateKey }, ecdsa],
    ] as const) {
      await expect(adopt(key, algorithm, false)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });

  it('refuses what a native key can never do', async () => {
    const verifyOnly = await subtle.generateKey(hmac, false, ['verify']);
    await expect(adopt(verifyOnly, hmac, false, ['sign'])).rejects.toThrow(code('INVALID_ARGUMENT'));
    expect((await adopt(verifyOnly, hmac, false, ['verify'])).material.secret).toBe(verifyOnly);
    await expect(adopt(await secret(false), hmac, true)).rejects.toThrow(code('INVALID_ARGUMENT'));
  });

  it('refuses what is no CryptoKey', async () => {
    for (const junk of [
      null,
      {},
      'key',
      Object.create(CryptoKey.prototype),
      { privateKey: 1, publicKey: 2 },
    ]) {
      await expect(adopt(Object(junk), ecdsa, false)).rejects.toThrow(code('INVALID_ARGUMENT'));
    }
  });
});
