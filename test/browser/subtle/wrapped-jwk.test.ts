// What unwrapKey says of usages that are not those of the half that a JWK turns out to hold.
import { openKeystore, type Usage } from 'keyslot';
import { describe, expect, it } from 'vitest';
import { fault, PLACES } from './open.ts';

const USAGES: readonly (readonly Usage[])[] = [[], ['sign'], ['verify'], ['sign', 'verify']];
const BOTH = [{ name: 'ECDSA', namedCurve: 'P-256' }, { name: 'Ed25519' }] as const;
const CIPHER = { name: 'AES-GCM', iv: new Uint8Array(12) };
/** Kept before the keystore may be put in its place. */
const native = crypto.subtle;

/** The names of what unwrapKey rejects with, by half and usages. */
async function faults(subtle: SubtleCrypto, algorithm: EcKeyImportParams | Algorithm, isLimited: boolean) {
  const aes = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'unwrapKey']);
  const pair = await subtle.generateKey(algorithm as EcKeyGenParams, true, ['sign', 'verify']);
  const table: Record<string, string> = {};
  for (const key of [pair.privateKey, pair.publicKey]) {
    const { key_ops: operations, ...rest } = await subtle.exportKey('jwk', key);
    const jwk = isLimited ? { ...rest, key_ops: operations } : rest;
    const text = new TextEncoder().encode(JSON.stringify(jwk));
    const wrapped = await subtle.encrypt(CIPHER, aes as CryptoKey, text);
    for (const usages of USAGES) {
      const { name } = await fault(() =>
        subtle.unwrapKey('jwk', wrapped, aes as CryptoKey, CIPHER, algorithm, true, usages as KeyUsage[]),
      );
      table[`${key.type}: ${usages.join()}`] = name;
    }
  }
  return table;
}

/** The specification's: usages are looked at before the JWK's members. */
const PRESCRIBED = {
  ...{ 'private: ': 'SyntaxError', 'private: sign': 'none' },
  ...{ 'private: verify': 'SyntaxError', 'private: sign,verify': 'SyntaxError' },
  ...{ 'public: ': 'none', 'public: sign': 'SyntaxError' },
  ...{ 'public: verify': 'none', 'public: sign,verify': 'SyntaxError' },
};

for (const place of PLACES) {
  for (const fallback of [false, true]) {
    describe(`keys that stay with the ${place}${fallback ? ', made by noble' : ''}`, async () => {
      const keys = await openKeystore({ name: `jwk-${crypto.randomUUID()}`, subtle: place, fallback });
      const subtle = keys.subtle as SubtleCrypto;

      it.each(BOTH)('usages of the other half are refused as the engine does: $name', async (algorithm) => {
        const its = await faults(subtle, algorithm, false);
        expect(its).toEqual(await faults(native, algorithm, false));
        expect(its).toEqual(PRESCRIBED);
      });

      it('and so they are where the JWK has key_ops, by a key that the host has made', async () => {
        expect(await faults(subtle, { name: 'Ed448' }, true)).toEqual(PRESCRIBED);
        if (!fallback) return;
        for (const algorithm of BOTH) expect(await faults(subtle, algorithm, true)).toEqual(PRESCRIBED);
      });
    });
  }
}
