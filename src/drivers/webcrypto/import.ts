// Native key import. Touches key material on its way into the engine.
import { keyTypeOfImport } from '../../algorithms/material.ts';
import type { ImportAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes, Imported } from '../driver.ts';
import { unsupported } from '../failures.ts';
import { pickJwk } from '../jwk.ts';
import { completedBy } from './complete.ts';
import { publicHalf } from './halves.ts';
import { importNative } from './import-native.ts';
import { nativeUsages } from './params.ts';
import { exportSpki } from './spki.ts';

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
  // WebCrypto, section 32.4.4 and its like: what is there to derive from never comes out again.
  if (extractable && usages.includes('deriveBits') && type === 'secret') {
    throw unsupported(`this browser exports no ${algorithm.name} secrets; pass extractable: false`);
  }
  const key = await importNative(format, material, algorithm, extractable, usages);
  const complete = completedBy(key, algorithm);
  const publicKey = type === 'private' ? await publicHalf(key, format, material, complete) : null;
  return { material: { driver: 'webcrypto', type, secret: key, publicKey }, algorithm: complete };
}
