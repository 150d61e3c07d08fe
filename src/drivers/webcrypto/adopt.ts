// Taking over CryptoKeys that an app already has. Touches extractable material only to lock it away.
import { privateUsages, publicUsages } from '../../algorithms/family.ts';
import { familyOf } from '../../algorithms/index.ts';
import { isBytes, isCryptoKey } from '../../algorithms/input.ts';
import type { ImportAlgorithm, KeyAlgorithm, Usage } from '../../algorithms/types.ts';
import type { Bytes, Imported } from '../driver.ts';
import { invalid } from '../failures.ts';
import { completedBy } from './complete.ts';
import { exportNative } from './export.ts';
import { askForPublic } from './halves.ts';
import { importMaterial } from './import.ts';
import { proveHalves } from './proof.ts';
import { importPublicKey } from './public.ts';
import { exportSpki } from './spki.ts';

/**
 * Makes keyslot's material of existing CryptoKeys.
 *
 * A non-extractable key is kept as it is, never exported. An extractable one is exported and imported
 * anew, non-extractable unless `extractable`; the app's own copy stays extractable all the same.
 * A private key without its public one, if non-extractable, cannot verify in engines without getPublicKey: its
 * `publicKey` is `null`.
 *
 * @param algorithm - the algorithm it must have; with ECDSA's hash, which a CryptoKey does not know.
 * @param usages - what the new key's policy will allow; checked here because a native key's own usages
 * can never grow.
 * @throws KeystoreError `INVALID_ARGUMENT` if something that is no CryptoKey was passed, its algorithm or
 * type is not the stated one, the halves do not belong together, or it cannot do what is asked of it.
 */
export async function adopt(
  key: unknown,
  algorithm: ImportAlgorithm,
  extractable: boolean,
  usages: readonly Usage[] = [],
): Promise<Imported> {
  const { main, publicKey } = halves(key);
  const type = main.type;
  const { usages: ofTypes } = familyOf(algorithm);
  if (ofTypes[type] === undefined) throw invalid(`a ${algorithm.name} key is never of type '${type}'`);
  if (main.algorithm.name !== algorithm.name) {
    throw invalid(`the key is no ${algorithm.name} key; state the algorithm it has`);
  }
  const complete = completedBy(main, algorithm);
  if (type === 'public') {
    const spki = await exportSpki(main);
    await importPublicKey(spki, complete);
    const material = { driver: 'webcrypto', type, secret: null, publicKey: spki } as const;
    return { material, algorithm: complete };
  }
  if (publicKey && !equalAlgorithms(publicKey, complete)) {
    throw invalid('the public key is of another algorithm than the private key');
  }
  if (main.extractable) return reimport(main, publicKey, complete, extractable);
  if (extractable) throw invalid('the CryptoKey is not extractable; pass extractable: false');
  return keep(main, publicKey, complete, usages);
}

async function keep(
  main: CryptoKey,
  publicKey: CryptoKey | null,
  algorithm: KeyAlgorithm,
  usages: readonly Usage[],
): Promise<Imported> {
  const { type } = main;
  const own = type === 'private' ? privateUsages(usages) : usages;
  const natives: readonly Usage[] = main.usages;
  const missing = own.find((usage) => !natives.includes(usage));
  if (missing) throw invalid(`the CryptoKey lacks the usage '${missing}'; leave it out of the usages`);
  const told = publicKey ?? (type === 'private' ? await askForPublic(main, algorithm) : undefined);
  let spki: Bytes | null = null;
  if (told) {
    spki = await exportSpki(told);
    await proveHalves(main, spki, algorithm);
  } else if (type === 'private' && publicUsages(usages).length > 0) {
    const what = publicUsages(usages).join("', '");
    throw invalid(
      `to '${what}', pass { privateKey, publicKey }: in this browser the private key does not tell its public half`,
    );
  }
  return { material: { driver: 'webcrypto', type, secret: main, publicKey: spki }, algorithm };
}

async function reimport(
  main: CryptoKey,
  publicKey: CryptoKey | null,
  algorithm: KeyAlgorithm,
  extractable: boolean,
): Promise<Imported> {
  const format = main.type === 'private' ? 'pkcs8' : 'raw-secret';
  const exported = await exportNative(main, format);
  if (!isBytes(exported)) throw invalid('the CryptoKey cannot be exported');
  try {
    const imported = await importMaterial(format, exported, algorithm, extractable);
    const { publicKey: own } = imported.material;
    // Both are of this engine, which writes one encoding of a key.
    if (publicKey && String(await exportSpki(publicKey)) !== String(own)) {
      throw invalid('the public key does not belong to the private key');
    }
    return imported;
  } finally {
    exported.fill(0);
  }
}

function equalAlgorithms(publicKey: CryptoKey, algorithm: KeyAlgorithm): boolean {
  return publicKey.algorithm.name === algorithm.name && completedBy(publicKey, algorithm) !== null;
}

/** Tells a lone key from a pair, and both from everything else. */
function halves(key: unknown): { main: CryptoKey; publicKey: CryptoKey | null } {
  if (isCryptoKey(key)) return { main: key, publicKey: null };
  if (typeof key === 'object' && key !== null && 'privateKey' in key && 'publicKey' in key) {
    const { privateKey, publicKey } = key;
    if (isCryptoKey(privateKey) && isCryptoKey(publicKey)) {
      if (privateKey.type === 'private' && publicKey.type === 'public')
        return { main: privateKey, publicKey };
    }
  }
  throw invalid('pass a CryptoKey, or { privateKey, publicKey } of a private and a public CryptoKey');
}
