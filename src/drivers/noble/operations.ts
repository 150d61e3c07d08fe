// The two kinds of work that secret keys do with noble: authenticate, and encrypt so that decryption has one way to
// fail. Sees tags and plaintexts; the key stays in the functions that it is given.
import { equalBytes } from '@noble/ciphers/utils.js';
import type { OperationParams } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { decryptionFailed, invalid } from '../failures.ts';
import type { SecretOperations } from './secret.ts';

/** One cipher of noble, with key and nonce, for one call. */
export interface Cipher {
  encrypt(data: Bytes): Bytes;
  /** Throws (anything) for what it did not encrypt. */
  decrypt(data: Bytes): Bytes;
}

/**
 * @param cipher - made for each call: noble forbids a second encryption under one nonce, and clears the key schedule
 * when it is done.
 */
export function cipherOf(cipher: (params: OperationParams) => Cipher): SecretOperations {
  return {
    encrypt: (data, params) => cipher(params).encrypt(data),
    decrypt: (data, params) => decryptWith(cipher(params), data),
  };
}

/** @throws KeystoreError `INVALID_SIGNATURE` */
export function decryptWith(cipher: Cipher, data: Bytes): Bytes {
  try {
    return ownBuffer(cipher.decrypt(data));
  } catch {
    throw decryptionFailed();
  }
}

/** A MAC by its one function. Tags are compared in constant time; one of another length is false. */
export function macOf(tag: (data: Bytes, params: OperationParams) => Bytes): SecretOperations {
  return {
    sign: tag,
    verify(signature, data, params) {
      const expected = tag(data, params);
      try {
        return equalBytes(expected, signature);
      } finally {
        expected.fill(0);
      }
    },
  };
}

/**
 * The families' tables have checked it, but the types cannot say so, and noble's own complaint is not to be seen.
 *
 * @param min - in bytes, as is `max`.
 */
export function ivOf({ iv }: OperationParams, min: number, max = min): Bytes {
  if (iv !== undefined && iv.length >= min && iv.length <= max) return iv;
  throw invalid('iv is missing, or has a length that this algorithm does not take');
}

/** noble returns plaintexts as views that end before the padding or tag; what travels is a buffer of its own. */
function ownBuffer(view: Bytes): Bytes {
  if (view.byteLength === view.buffer.byteLength) return view;
  const bytes = view.slice();
  new Uint8Array(view.buffer).fill(0);
  return bytes;
}
