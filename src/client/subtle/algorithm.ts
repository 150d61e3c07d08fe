// WebCrypto's way to name an algorithm, as a keyslot policy.
import { parseAlgorithm, variantOf } from '../../algorithms/index.ts';
import type { HashName, ImportAlgorithm } from '../../algorithms/types.ts';
import { KeystoreError } from '../../errors.ts';

/** WebCrypto chooses ECDSA's hash with each signature, a keyslot policy once: the curve's own. */
const CURVE_HASH: Readonly<Record<string, HashName>> = {
  'P-256': 'SHA-256',
  'P-384': 'SHA-384',
  'P-521': 'SHA-512',
  secp256k1: 'SHA-256',
};

/**
 * The policy of a key that is made with this algorithm; `undefined` for one that keyslot does not have, which
 * then is the engine's to accept or refuse.
 */
export function policyFor(algorithm: unknown, purpose: 'generate' | 'import'): ImportAlgorithm | undefined {
  const { name, namedCurve } = members(algorithm);
  const isEcdsa =
    typeof name === 'string' && name.toLowerCase() === 'ecdsa' && typeof namedCurve === 'string';
  const hash = isEcdsa ? CURVE_HASH[namedCurve] : undefined;
  try {
    return parseAlgorithm(hash === undefined ? algorithm : { name, namedCurve, hash }, purpose);
  } catch (error) {
    if (error instanceof KeystoreError) return undefined;
    throw error;
  }
}

/** The variant, as capabilities list it, as far as it is known. */
export function variantFor(policy: ImportAlgorithm, bits: number | undefined): string {
  return policy.name === 'AES-GCM' && policy.length === undefined ? `AES-GCM/${bits}` : variantOf(policy);
}

/** The name and members of what a caller passed as an algorithm. */
export function members(algorithm: unknown): Record<string, unknown> {
  if (typeof algorithm === 'string') return { name: algorithm };
  return typeof algorithm === 'object' && algorithm !== null ? { ...algorithm } : {};
}
