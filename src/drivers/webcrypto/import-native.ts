// One call of the engine's importKey, its faults as keyslot's errors. Touches key material on its way into the engine.
import { isBytes } from '../../algorithms/input.ts';
import type { ImportAlgorithm, KeyFormat, Usage } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { faultName, invalid, unsupported } from '../failures.ts';
import { engine } from './engine.ts';
import { keyRefused } from './faults.ts';
import { nativeAlgorithm, nativeFormat } from './params.ts';

/** @throws KeystoreError `INVALID_ARGUMENT` for malformed material, `NOT_SUPPORTED` for what the engine lacks. */
export async function importNative(
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: ImportAlgorithm,
  extractable: boolean,
  usages: readonly Usage[],
): Promise<CryptoKey> {
  const subtle = engine();
  const native = nativeAlgorithm(algorithm);
  if (isBytes(data) === (format === 'jwk')) {
    throw invalid(`a key in format '${format}' must be a ${format === 'jwk' ? 'JWK object' : 'Uint8Array'}`);
  }
  try {
    return await subtle.importKey(nativeFormat(algorithm.name, format), data, native, extractable, usages);
  } catch (cause) {
    // Chromium says OperationError, not NotSupportedError, to 192-bit AES keys.
    if (algorithm.name.startsWith('AES-') && faultName(cause) === 'OperationError') {
      throw unsupported('this browser does not support AES keys of this length', cause);
    }
    throw keyRefused(cause);
  }
}
