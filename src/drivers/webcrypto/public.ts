// The part of the native driver that a tab may load: public keys and the engine's parameter objects.
// No function here takes a secret or private key.
import type { ImportAlgorithm, KeyAlgorithm, KeyFormat, OperationParams } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { faultName, invalid, unsupported } from '../failures.ts';
import { engine } from './engine.ts';

/** The algorithm as WebCrypto's generateKey and importKey take it: ECDSA without its hash. */
export function nativeAlgorithm(algorithm: ImportAlgorithm): Algorithm {
  if (algorithm.name !== 'ECDSA') return algorithm;
  const { name, namedCurve } = algorithm;
  const parameters: EcKeyGenParams = { name, namedCurve };
  return parameters;
}

/** The parameter object of one operation, by its checked parameters. */
export type NativeOperation = (params: OperationParams) => Algorithm;

/** Builds once per key what does not depend on the parameters of the call. */
export function nativeOperation(algorithm: KeyAlgorithm): NativeOperation {
  const { name } = algorithm;
  if (name === 'RSA-PSS') {
    return ({ saltLength = 0 }): RsaPssParams => ({ name, saltLength });
  }
  if (name === 'AES-GCM') {
    return ({ iv, additionalData }) => {
      if (iv === undefined) throw invalid('iv of AES-GCM is missing');
      // Engines differ on `additionalData: undefined`, so the member is there only with a value.
      const parameters: AesGcmParams = { name, iv, tagLength: 128 };
      if (additionalData !== undefined) parameters.additionalData = additionalData;
      return parameters;
    };
  }
  const fixed = Object.freeze<Algorithm | EcdsaParams>(
    name === 'ECDSA' ? { name, hash: algorithm.hash } : { name },
  );
  return () => fixed;
}

/** The error for material that the engine refused. The cause names a fault of form, never contents. */
export function keyRefused(cause: unknown): Error {
  return faultName(cause) === 'NotSupportedError'
    ? unsupported('this browser does not support keys of this algorithm and format', cause)
    : invalid('the key is malformed, or is of another algorithm or format than stated', cause);
}

/** The error for an operation that the engine began and did not finish. */
export function operationRefused(cause: unknown): Error {
  return unsupported('the browser refused the operation; the cause says why', cause);
}

/**
 * Imports a public key for `verify`.
 *
 * @param spki - DER of the SubjectPublicKeyInfo (RFC 5280, section 4.1).
 * @throws KeystoreError `INVALID_ARGUMENT` for a malformed key, `NOT_SUPPORTED` if the engine lacks it.
 */
export async function importPublicKey(spki: Bytes, algorithm: ImportAlgorithm): Promise<CryptoKey> {
  try {
    return await engine().importKey('spki', spki, nativeAlgorithm(algorithm), true, ['verify']);
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
  return verifyNative(key, nativeOperation(algorithm)(params), signature, data);
}

export function verifyNative(
  key: CryptoKey,
  operation: Algorithm,
  signature: BufferSource,
  data: BufferSource,
): Promise<boolean> {
  return engine()
    .verify(operation, key, signature, data)
    .catch((cause: unknown) => {
      throw operationRefused(cause);
    });
}

/**
 * Exports a key of {@link importPublicKey}.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` for `pkcs8`, `NOT_SUPPORTED` for a format its algorithm lacks.
 */
export async function exportPublicWith(key: CryptoKey, format: KeyFormat): Promise<Bytes | JsonWebKey> {
  if (format === 'pkcs8') throw invalid("a public key has no format 'pkcs8'; pass 'spki', 'raw' or 'jwk'");
  return exportNative(key, format);
}

export async function exportNative(key: CryptoKey, format: KeyFormat): Promise<Bytes | JsonWebKey> {
  try {
    const exported = await engine().exportKey(format, key);
    return exported instanceof ArrayBuffer ? new Uint8Array(exported) : exported;
  } catch (cause) {
    throw unsupported(`the browser cannot export this key as '${format}'`, cause);
  }
}
