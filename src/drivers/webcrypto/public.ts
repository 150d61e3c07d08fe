// The part of the native driver that a tab may load: public keys. No function here takes a secret or private key.
import { publicFormatOf } from '../../algorithms/index.ts';
import type { ImportAlgorithm, KeyAlgorithm, OperationParams } from '../../algorithms/types.ts';
import type { Bytes, Encapsulation } from '../driver.ts';
import { encapsulate, encrypt, verify } from './compute.ts';
import { engine } from './engine.ts';
import { keyRefused } from './faults.ts';
import { nativeAlgorithm, nativeOperation, nativeUsages } from './params.ts';

/**
 * Imports a public key for all that its kind can do.
 *
 * @param spki - DER of the SubjectPublicKeyInfo (RFC 5280, section 4.1), or what stands for it (`publicFormatOf`).
 * @throws KeystoreError `INVALID_ARGUMENT` for a malformed key, `NOT_SUPPORTED` if the engine lacks it.
 */
export async function importPublicKey(spki: Bytes, algorithm: ImportAlgorithm): Promise<CryptoKey> {
  try {
    const usages = nativeUsages(algorithm, 'public');
    const format = publicFormatOf(algorithm);
    return await engine().importKey(format, spki, nativeAlgorithm(algorithm), true, usages);
  } catch (cause) {
    throw keyRefused(cause);
  }
}

/** Verifies with a key of {@link importPublicKey}. ECDSA signatures are r ‖ s (IEEE P1363). */
export function verifyWith(
  key: CryptoKey,
  algorithm: KeyAlgorithm,
  signature: BufferSource,
  data: BufferSource,
  params: OperationParams,
): Promise<boolean> {
  return verify(key, nativeOperation(algorithm)(params), signature, data);
}

/** Encrypts with a key of {@link importPublicKey}: RSA-OAEP. */
export function encryptWith(
  key: CryptoKey,
  algorithm: KeyAlgorithm,
  data: BufferSource,
  params: OperationParams,
): Promise<Bytes> {
  return encrypt(key, nativeOperation(algorithm)(params), data);
}

/** Encapsulates with a key of {@link importPublicKey}: ML-KEM. */
export function encapsulateWith(
  key: CryptoKey,
  algorithm: KeyAlgorithm,
  params: OperationParams,
): Promise<Encapsulation> {
  return encapsulate(key, nativeOperation(algorithm)(params));
}
