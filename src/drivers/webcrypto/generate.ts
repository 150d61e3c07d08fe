// Native key generation. Touches fresh secrets, as non-extractable keys unless asked otherwise.
import type { KeyAlgorithm } from '../../algorithms/types.ts';
import type { Material } from '../driver.ts';
import { unsupported } from '../failures.ts';
import { engine } from './engine.ts';
import { nativeAlgorithm, nativeUsages } from './params.ts';
import { exportSpki } from './spki.ts';

/** @throws KeystoreError `NOT_SUPPORTED` if the engine cannot generate such keys. */
export async function generate(algorithm: KeyAlgorithm, extractable: boolean): Promise<Material> {
  let made: CryptoKeyPair | CryptoKey;
  try {
    const usages = nativeUsages(algorithm, 'generate');
    made = await engine().generateKey(nativeAlgorithm(algorithm), extractable, usages);
  } catch (cause) {
    throw unsupported(`this browser cannot generate ${algorithm.name} keys of these parameters`, cause);
  }
  if ('privateKey' in made) {
    const publicKey = await exportSpki(made.publicKey);
    return { driver: 'webcrypto', type: 'private', secret: made.privateKey, publicKey };
  }
  return { driver: 'webcrypto', type: 'secret', secret: made, publicKey: null };
}
