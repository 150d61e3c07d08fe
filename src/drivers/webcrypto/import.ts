// Native key import. Touches key material on its way into the engine.
import { isBytes } from '../../algorithms/input.ts';
import { keyTypeOfImport } from '../../algorithms/material.ts';
import type { ImportAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes, Imported } from '../driver.ts';
import { unsupported } from '../failures.ts';
import { pickJwk } from '../jwk.ts';
import { completedBy } from './complete.ts';
import { publicHalf, Untold } from './halves.ts';
import { importNative } from './import-native.ts';
import { nativeUsages } from './params.ts';
import { exportSpki } from './spki.ts';
import { withPublicHalf } from './whole.ts';

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
  if (type === 'secret') {
    return { material: { driver: 'webcrypto', type, secret: key, publicKey: null }, algorithm: complete };
  }
  try {
    const publicKey = await publicHalf(key, format, material, complete);
    return { material: { driver: 'webcrypto', type, secret: key, publicKey }, algorithm: complete };
  } catch (error) {
    if (!(error instanceof Untold)) throw error;
    return importWhole(material, algorithm, extractable, error);
  }
}

/** Once more, with the public half that the material lacks. */
async function importWhole(
  data: Bytes | JsonWebKey,
  algorithm: ImportAlgorithm,
  extractable: boolean,
  untold: Untold,
): Promise<Imported> {
  const isLone = isBytes(data) && 'namedCurve' in algorithm;
  const whole = isLone ? await withPublicHalf(data, algorithm) : undefined;
  // What is no longer for it had its public half with it, and gets none by a further turn.
  if (whole === undefined || !isBytes(data) || whole.length <= data.length) {
    whole?.fill(0);
    throw unsupported('this browser does not tell the public half of this key', untold);
  }
  try {
    return await importMaterial('pkcs8', whole, algorithm, extractable);
  } finally {
    whole.fill(0);
  }
}
