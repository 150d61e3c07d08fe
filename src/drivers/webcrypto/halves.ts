// The two halves of a pair: finding the public one of a private key, and proving that they belong together. Touches
// private keys, and for engines without getPublicKey a copy of one that can be exported.
import { familyOf } from '../../algorithms/index.ts';
import type { ImportAlgorithm, KeyAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import { pickJwk, publicMembers } from '../jwk.ts';
import { engine } from './engine.ts';
import { keyRefused } from './faults.ts';
import { importNative } from './import-native.ts';
import { nativeOperation, nativeUsages } from './params.ts';
import { importPublicKey } from './public.ts';

/** The SPKI of a private key that was imported from `data`. */
export async function publicHalf(
  key: CryptoKey,
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: KeyAlgorithm,
): Promise<Bytes> {
  const publicKey = (await askForPublic(key, algorithm)) ?? (await copyPublic(key, format, data, algorithm));
  await proveHalves(key, publicKey, algorithm);
  return exportSpki(publicKey);
}

/** The public half, if this engine tells it of a key that it does not export (Modern Algorithms: getPublicKey). */
export async function askForPublic(key: CryptoKey, algorithm: KeyAlgorithm): Promise<CryptoKey | undefined> {
  const subtle = engine();
  // Engines that have the method need not have it for every algorithm; then the other way is open.
  return subtle.getPublicKey?.(key, nativeUsages(algorithm, 'public')).catch(() => undefined);
}

/**
 * By a copy of the key that can be exported, whose public members are imported by themselves. The copy, and the
 * private members of its JWK, are strings and objects of the engine: they cannot be cleared, only dropped, and stay in
 * memory until they are collected. The caller held the same material a moment ago.
 */
async function copyPublic(
  key: CryptoKey,
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: KeyAlgorithm,
): Promise<CryptoKey> {
  const usages = nativeUsages(algorithm, 'private');
  const transient = key.extractable ? key : await importNative(format, data, algorithm, true, usages);
  const members = publicMembers(pickJwk(await engine().exportKey('jwk', transient)));
  return importNative('jwk', members, algorithm, true, nativeUsages(algorithm, 'public'));
}

/**
 * Not every engine compares the halves of an imported pair, and an EdDSA signature made with a foreign public half
 * gives the private one away. One signature tells. Keys that do not sign give nothing away by a wrong public half.
 *
 * @param publicKey - with the usage `verify`, if its kind has it.
 */
export async function proveHalves(
  privateKey: CryptoKey,
  publicKey: CryptoKey,
  algorithm: KeyAlgorithm,
): Promise<void> {
  if (familyOf(algorithm).operations.sign === undefined) return;
  const subtle = engine();
  const operation = nativeOperation(algorithm)({ saltLength: 0, hash: 'SHA-256' });
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

/** Re-imports a public key, whatever its own usages, so that it does all that its kind can. */
export async function workingPublicKey(
  publicKey: CryptoKey,
  algorithm: ImportAlgorithm,
): Promise<[CryptoKey, Bytes]> {
  const spki = await exportSpki(publicKey);
  return [await importPublicKey(spki, algorithm), spki];
}
