// Native key import. Touches key material on its way into the engine.
import { keyTypeOfImport, parseAlgorithm, sameAlgorithm } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import type { ImportAlgorithm, KeyAlgorithm, KeyFormat, Usage } from '../../algorithms/types.ts';
import type { Bytes, Imported } from '../driver.ts';
import { faultName, invalid, unsupported } from '../failures.ts';
import { pickJwk, publicMembers } from '../jwk.ts';
import { engine } from './engine.ts';
import { importPublicKey, keyRefused, nativeAlgorithm, nativeOperation } from './public.ts';
import { nativeUsages } from './usages.ts';

/**
 * @throws KeystoreError `INVALID_ARGUMENT` for material that is malformed, of another algorithm, or whose
 * public half is not that of its private one; `NOT_SUPPORTED` for what the engine lacks.
 */
export async function importMaterial(
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: ImportAlgorithm,
  extractable: boolean,
): Promise<Imported> {
  const type = keyTypeOfImport(algorithm, format, data);
  const usages = nativeUsages(algorithm, type);
  const material = format === 'jwk' ? pickJwk(data) : data;
  if (type === 'public') {
    const key = await importNative(format, material, algorithm, true, usages);
    const complete = completedBy(key, algorithm);
    const publicKey = await exportSpki(key);
    return { material: { driver: 'webcrypto', type, secret: null, publicKey }, algorithm: complete };
  }
  const key = await importNative(format, material, algorithm, extractable, usages);
  const complete = completedBy(key, algorithm);
  const publicKey = type === 'private' ? await publicHalf(key, format, material, complete) : null;
  return { material: { driver: 'webcrypto', type, secret: key, publicKey }, algorithm: complete };
}

export async function importNative(
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: ImportAlgorithm,
  extractable: boolean,
  usages: Usage[],
): Promise<CryptoKey> {
  const subtle = engine();
  const native = nativeAlgorithm(algorithm);
  try {
    if (format === 'jwk') {
      if (isBytes(data)) throw invalid("a key in format 'jwk' must be a JWK object");
      return await subtle.importKey(format, data, native, extractable, usages);
    }
    if (!isBytes(data)) throw invalid(`a key in format '${format}' must be a Uint8Array`);
    return await subtle.importKey(format, data, native, extractable, usages);
  } catch (cause) {
    // Chromium says OperationError, not NotSupportedError, to 192-bit AES keys.
    if (algorithm.name === 'AES-GCM' && faultName(cause) === 'OperationError') {
      throw unsupported('this browser does not support AES keys of this length', cause);
    }
    throw keyRefused(cause);
  }
}

/**
 * The SPKI of a private key's public half. WebCrypto derives none, so a copy of the key that can be
 * exported is made here and its public members are imported by themselves. The copy, and the private
 * members of its JWK, are strings and objects of the engine: they cannot be cleared, only dropped, and
 * stay in memory until they are collected. The caller held the same material a moment ago.
 */
async function publicHalf(
  key: CryptoKey,
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: KeyAlgorithm,
): Promise<Bytes> {
  const subtle = engine();
  const transient = key.extractable ? key : await importNative(format, data, algorithm, true, ['sign']);
  const members = publicMembers(pickJwk(await subtle.exportKey('jwk', transient)));
  const publicKey = await importNative('jwk', members, algorithm, true, ['verify']);
  await proveHalves(key, publicKey, algorithm);
  return exportSpki(publicKey);
}

/**
 * Not every engine compares the halves of an imported pair, and an EdDSA signature made with a foreign
 * public half gives the private one away. One signature tells.
 */
export async function proveHalves(
  privateKey: CryptoKey,
  publicKey: CryptoKey,
  algorithm: KeyAlgorithm,
): Promise<void> {
  const subtle = engine();
  const operation = nativeOperation(algorithm)({ saltLength: 32 });
  const message = new TextEncoder().encode('keyslot: do these halves belong together?');
  let belongs: boolean;
  try {
    const signature = await subtle.sign(operation, privateKey, message);
    belongs = await subtle.verify(operation, publicKey, signature, message);
  } catch (cause) {
    throw keyRefused(cause);
  }
  if (!belongs) throw invalid('the public half does not belong to the private key');
}

/** A public key's SPKI, from any extractable public CryptoKey. */
export async function exportSpki(publicKey: CryptoKey): Promise<Bytes> {
  try {
    const exported = await engine().exportKey('spki', publicKey);
    if (exported instanceof ArrayBuffer) return new Uint8Array(exported);
    throw new TypeError('the engine exported something that is no SPKI');
  } catch (cause) {
    throw invalid('the public key cannot be exported; pass one that is extractable', cause);
  }
}

/** Re-imports a public key, whatever its own usages, so that it verifies. */
export async function verifyingKey(
  publicKey: CryptoKey,
  algorithm: ImportAlgorithm,
): Promise<[CryptoKey, Bytes]> {
  const spki = await exportSpki(publicKey);
  return [await importPublicKey(spki, algorithm), spki];
}

/**
 * The stated algorithm with what the engine found in the material.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` if the key is not of the stated algorithm, `NOT_SUPPORTED` if
 * its size is none of keyslot's.
 */
export function completedBy(key: CryptoKey, stated: ImportAlgorithm): KeyAlgorithm {
  // The engine leaves ECDSA's hash to each call; it is keyslot's policy, so the statement settles it.
  const hash = stated.name === 'ECDSA' ? { hash: stated.hash } : {};
  const actual = parseAlgorithm({ ...key.algorithm, ...hash }, 'import');
  const merged = parseAlgorithm({ ...actual, ...stated }, 'import');
  if (!sameAlgorithm(actual, merged)) {
    throw invalid(`the key is not of the stated ${stated.name} algorithm; state the one it has`);
  }
  return parseAlgorithm(actual, 'generate');
}
