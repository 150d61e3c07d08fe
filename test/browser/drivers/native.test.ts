// The drivers in a real browser: what Chromium does natively, and noble for the rest.
import { describe, expect, it } from 'vitest';
import { VARIANTS } from '../../../src/algorithms/index.ts';
import type { WorkingKey } from '../../../src/drivers/driver.ts';
import { drivers } from '../../../src/drivers/index.ts';
import { chooseDriver, probeNative } from '../../../src/drivers/probe.ts';
import { adopt } from '../../../src/drivers/webcrypto/index.ts';

const message = new TextEncoder().encode('the message');
const native = await probeNative();

async function works(key: WorkingKey): Promise<boolean> {
  const { sign, verify, encrypt, decrypt } = key;
  const params = { iv: new Uint8Array(12), saltLength: 32 };
  if (sign && verify) return verify(await sign(message, params), message, params);
  if (!encrypt || !decrypt) return false;
  const plaintext = await decrypt(await encrypt(message, params), params);
  return new TextDecoder().decode(plaintext) === 'the message';
}

describe('in this browser', () => {
  it('the probe finds what Chromium has, and not what it lacks', () => {
    for (const variant of ['ECDSA/P-256', 'ECDSA/P-384', 'ECDSA/P-521', 'Ed25519', 'HMAC', 'RSA-PSS']) {
      expect(native).toContain(variant);
    }
    expect(native).toContain('AES-GCM/256');
    for (const variant of ['AES-GCM/192', 'Ed448', 'ECDSA/secp256k1']) expect(native).not.toContain(variant);
  });

  it.each(VARIANTS)(
    '$variant is generated, used, exported and imported by its driver',
    async ({ sample }) => {
      const family = await drivers[chooseDriver(sample, native)].family(sample);
      const material = await family.generate(sample, true);
      const key = await family.open(material, sample);
      expect(await works(key)).toBe(true);
      for (const format of material.type === 'secret'
        ? (['raw', 'jwk'] as const)
        : (['pkcs8', 'jwk'] as const)) {
        const imported = await family.import(format, await key.exportKey(format), sample, false);
        expect(imported.algorithm).toStrictEqual(sample);
        expect(imported.material.publicKey).toStrictEqual(material.publicKey);
        expect(await works(await family.open(imported.material, sample))).toBe(true);
      }
      if (material.type === 'secret') return;
      const publicJwk = await key.exportPublicKey('jwk');
      const { material: verifier } = await family.import('jwk', publicJwk, sample, false);
      expect(verifier.publicKey).toStrictEqual(material.publicKey);
    },
  );

  it.each(VARIANTS)('$variant with a public half of another key is refused', async ({ sample }) => {
    const family = await drivers[chooseDriver(sample, native)].family(sample);
    const [a, b] = [await family.generate(sample, true), await family.generate(sample, true)];
    if (a.type === 'secret') return;
    const stolen = await (await family.open(a, sample)).exportKey('jwk');
    const foreign = await (await family.open(b, sample)).exportPublicKey('jwk');
    const mixed = { ...stolen, ...foreign, key_ops: ['sign'] };
    const imported = (async () => family.import('jwk', mixed, sample, false))();
    await expect(imported).rejects.toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it('an extractable CryptoKey is adopted and locked', async () => {
    const algorithm = { name: 'RSA-PSS', hash: 'SHA-256' } as const;
    const pair = await crypto.subtle.generateKey(
      { ...algorithm, modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
      true,
      ['sign', 'verify'],
    );
    const adopted = await adopt(pair, algorithm, false, ['sign', 'verify']);
    expect(adopted.algorithm).toMatchObject({ modulusLength: 2048 });
    expect(adopted.material.secret).toHaveProperty('extractable', false);
  });

  it('AES-192 asked of the engine gives NOT_SUPPORTED', async () => {
    const algorithm = { name: 'AES-GCM', length: 192 } as const;
    const family = await drivers.webcrypto.family(algorithm);
    const refused = expect.objectContaining({ code: 'NOT_SUPPORTED' });
    await expect((async () => family.generate(algorithm, false))()).rejects.toThrow(refused);
    await expect((async () => family.import('raw', new Uint8Array(24), algorithm, false))()).rejects.toThrow(
      refused,
    );
  });
});
