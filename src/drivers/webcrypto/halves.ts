// Finding the public half of a private key. Touches private keys, and for engines without getPublicKey a copy of one that can be exported.
import type { KeyAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { pickJwk, publicMembers } from '../jwk.ts';
import { engine } from './engine.ts';
import { importNative } from './import-native.ts';
import { nativeUsages } from './params.ts';
import { proveHalves } from './proof.ts';
import { exportSpki } from './spki.ts';

/** This engine tells the public half of a private key in no way. */
export class Untold extends Error {
  constructor(cause: unknown) {
    super('the engine does not export a private key', { cause });
  }
}

/**
 * The SPKI of a private key that was imported from `data`.
 *
 * @throws Untold
 */
export async function publicHalf(
  key: CryptoKey,
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: KeyAlgorithm,
): Promise<Bytes> {
  const publicKey = (await askForPublic(key, algorithm)) ?? (await copyPublic(key, format, data, algorithm));
  const spki = await exportSpki(publicKey);
  await proveHalves(key, spki, algorithm);
  return spki;
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
  const jwk = await engine()
    .exportKey('jwk', transient)
    .catch((cause: unknown) => {
      throw new Untold(cause);
    });
  const members = publicMembers(pickJwk(jwk));
  return importNative('jwk', members, algorithm, true, nativeUsages(algorithm, 'public'));
}
