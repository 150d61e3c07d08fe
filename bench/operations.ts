// The operations under test and the plainest code that does each: what the tab, the bare port and comlink
// run. keyslot computes with the same engine, the same library and the same options.
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';

export type Bytes = Uint8Array<ArrayBuffer>;
export type OperationName = 'ECDSA P-256' | 'Ed25519' | 'HMAC-SHA-256' | 'secp256k1';

/** A key to sign with, as it is sent to a worker. */
export type SigningKey = CryptoKey | Bytes;
export type Sign = (data: Bytes) => Promise<Uint8Array> | Uint8Array;

/** By operation: `keyslot` is how keyslot is asked for a key; `native` how the engine is, where it can. */
export const OPERATIONS = {
  'ECDSA P-256': {
    keyslot: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    native: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  },
  Ed25519: { keyslot: 'Ed25519', native: { name: 'Ed25519' } },
  'HMAC-SHA-256': {
    keyslot: { name: 'HMAC', hash: 'SHA-256' },
    native: { name: 'HMAC', hash: 'SHA-256' },
  },
  secp256k1: { keyslot: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' }, native: null },
} as const;

/** As keyslot signs: hedged nonces, low s. */
const NOBLE_SIGN = { prehash: false, lowS: true, extraEntropy: true } as const;

/** A new key. `verifying` is its native public half, where it has one. */
export async function generate(
  name: OperationName,
): Promise<{ signing: SigningKey; verifying: CryptoKey | null }> {
  const { native } = OPERATIONS[name];
  if (native === null) return { signing: new Uint8Array(secp256k1.utils.randomSecretKey()), verifying: null };
  const key = await crypto.subtle.generateKey(native, false, ['sign', 'verify']);
  if (key instanceof CryptoKey) return { signing: key, verifying: null };
  return { signing: key.privateKey, verifying: key.publicKey };
}

export function signer(name: OperationName, key: SigningKey): Sign {
  const { native } = OPERATIONS[name];
  if (key instanceof Uint8Array) return (data) => secp256k1.sign(sha256(data), key, NOBLE_SIGN);
  if (native === null) throw new Error(`${name} has no native keys`);
  return async (data) => new Uint8Array(await crypto.subtle.sign(native, key, data));
}
