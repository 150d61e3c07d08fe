// The drivers in a real browser: what Chromium does natively, and noble for the rest.
import { describe, expect, it } from 'vitest';
import { familyOf, parseAlgorithm, VARIANTS } from '../../../src/algorithms/index.ts';
import type { KeyAlgorithm, Usage } from '../../../src/algorithms/types.ts';
import { chooseDriver } from '../../../src/drivers/choose.ts';
import { drivers } from '../../../src/drivers/index.ts';
import { NOBLE_VARIANTS } from '../../../src/drivers/noble/index.ts';
import { probeNative } from '../../../src/drivers/probe.ts';
import { agree, trialMaterial } from '../../../src/drivers/trial.ts';
import { adopt } from '../../../src/drivers/webcrypto/adopt.ts';
import { engine } from '../../../src/drivers/webcrypto/engine.ts';
import { openForeign } from '../../../src/drivers/webcrypto/foreign.ts';
import { nativeUsages } from '../../../src/drivers/webcrypto/params.ts';

/** What a pair cannot be made without. */
const counterparts = (usages: readonly Usage[]): Usage[] => {
  if (usages.includes('sign')) return ['verify'];
  return usages.includes('decapsulateKey') ? ['encapsulateKey'] : [];
};

const native = await probeNative();
/** Of noble's SLH-DSA, whose signatures take up to seconds each, the quickest stands for all. */
const slow = (variant: string) => variant.startsWith('SLH-DSA-') && variant !== 'SLH-DSA-SHA2-128f';
const there = VARIANTS.filter(
  ({ variant }) => native.has(variant) || (NOBLE_VARIANTS.has(variant) && !slow(variant)),
);
const pairs = there.filter(({ sample }) => familyOf(sample).usages.private !== undefined);
const familyHere = (algorithm: KeyAlgorithm) => drivers[chooseDriver(algorithm, native)].family(algorithm);

describe('in this browser', () => {
  it('the probe finds what Chromium has, and not what it lacks', () => {
    for (const variant of [
      ...['ECDSA/P-256', 'ECDSA/P-384', 'ECDSA/P-521', 'ECDH/P-256', 'ECDH/P-384', 'ECDH/P-521'],
      ...['Ed25519', 'X25519', 'HMAC', 'HKDF', 'PBKDF2', 'RSA-PSS', 'RSASSA-PKCS1-v1_5', 'RSA-OAEP'],
      ...['AES-GCM/256', 'AES-CTR/128', 'AES-CBC/256', 'AES-KW/128'],
    ]) {
      expect(native).toContain(variant);
    }
    for (const variant of ['AES-GCM/192', 'Ed448', 'ECDSA/secp256k1', 'X-Wing', 'scrypt']) {
      expect(native).not.toContain(variant);
    }
  });

  it.each(there)('$variant is made, used, exported and imported by its driver', async ({ sample }) => {
    const family = await familyHere(sample);
    const derives = familyOf(sample).usages.secret?.includes('deriveBits') === true;
    const material = await trialMaterial(family, sample, !derives);
    const key = await family.open(material, sample);
    expect(await agree(key, key, sample)).toBe(true);
    if (derives) return;
    const { formats } = familyOf(sample);
    for (const format of formats[material.type] ?? []) {
      const imported = await family.import(format, await key.exportKey(format), sample, false);
      expect(imported.algorithm).toStrictEqual(sample);
      expect(imported.material.publicKey).toStrictEqual(material.publicKey);
      const again = await family.open(imported.material, sample);
      expect(await agree(key, again, sample)).toBe(true);
    }
    if (material.type === 'secret') return;
    for (const format of formats.public ?? []) {
      const { material: half } = await family.import(
        format,
        await key.exportPublicKey(format),
        sample,
        false,
      );
      expect(half.publicKey).toStrictEqual(material.publicKey);
    }
  });

  it.each(pairs)('$variant with a public half of another key is refused', async ({ sample }) => {
    const family = await familyHere(sample);
    const [a, b] = [await family.generate(sample, true), await family.generate(sample, true)];
    const stolen = await (await family.open(a, sample)).exportKey('jwk');
    const foreign = await (await family.open(b, sample)).exportPublicKey('jwk');
    const mixed = { ...stolen, ...foreign, key_ops: ['sign'] };
    const imported = (async () => family.import('jwk', mixed, sample, false))();
    await expect(imported).rejects.toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
  });

  it.each([
    [{ name: 'ECDH', namedCurve: 'P-256' }, ['deriveKey']],
    [{ name: 'X25519' }, ['deriveKey', 'deriveBits']],
    [{ name: 'Ed25519' }, ['sign']],
    [{ name: 'ML-KEM-768' }, ['decapsulateKey']],
    [{ name: 'AES-GCM', length: 256 }, ['wrapKey', 'unwrapKey']],
    [{ name: 'AES-KW', length: 128 }, ['wrapKey', 'unwrapKey']],
  ] as const)('a locked %o key with %o is adopted and does what it may', async (algorithm, usages) => {
    const made = await engine().generateKey(algorithm, false, [...usages, ...counterparts(usages)]);
    const main = 'privateKey' in made ? made.privateKey : made;
    // The engine tells the public half.
    const { material, algorithm: complete } = await adopt(main, algorithm, false, usages);
    expect(material.secret).toBe(main);
    const key = await (await drivers.webcrypto.family(complete)).open(material, complete);
    expect(await agree(key, key, complete)).toBe(true);
  });

  it('halves of two pairs are not adopted', async () => {
    for (const name of ['X25519', 'ML-KEM-768', 'Ed25519']) {
      for (const extractable of [false, true]) {
        const algorithm = parseAlgorithm(name, 'generate');
        const usages = nativeUsages(algorithm, 'generate');
        const [a, b] = await Promise.all([0, 1].map(() => engine().generateKey(name, extractable, usages)));
        if (!a || !b || !('privateKey' in a && 'privateKey' in b)) throw new Error('no pairs');
        const mixed = { privateKey: a.privateKey, publicKey: b.publicKey };
        const refused = expect.objectContaining({ code: 'INVALID_ARGUMENT' });
        await expect(adopt(mixed, algorithm, false)).rejects.toThrow(refused);
        expect((await adopt(a, algorithm, false)).material.publicKey).not.toBeNull();
      }
    }
  });

  it('a caller’s own ML-KEM keys encapsulate and decapsulate keys only', async () => {
    const made = await engine().generateKey('ML-KEM-768', false, ['encapsulateKey', 'decapsulateKey']);
    if (!('privateKey' in made)) throw new Error('no pair');
    const { sharedKey, ciphertext } = await openForeign(made.publicKey).encapsulate({});
    expect(sharedKey).toHaveLength(32);
    expect(await openForeign(made.privateKey).decapsulate(ciphertext, {})).toStrictEqual(sharedKey);
    const short = openForeign(made.privateKey).decapsulate(ciphertext.slice(1), {});
    await expect(short).rejects.toThrow(expect.objectContaining({ code: 'INVALID_ARGUMENT' }));
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
