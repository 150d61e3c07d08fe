// What the engine writes of a key, for few calls. Of a secret or private key only once the host has checked its policy; a tab
// has public ones.
import type { KeyFormat } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid, unsupported } from '../failures.ts';
import { engine } from './engine.ts';
import { nativeFormat } from './params.ts';

const OF_PRIVATE_KEYS: readonly KeyFormat[] = ['pkcs8', 'raw-private', 'raw-seed'];

/**
 * Exports a public key.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` for a private key's format, `NOT_SUPPORTED` for one its algorithm lacks.
 */
export async function exportPublicWith(key: CryptoKey, format: KeyFormat): Promise<Bytes | JsonWebKey> {
  if (!OF_PRIVATE_KEYS.includes(format)) return exportNative(key, format);
  throw invalid(`a public key has no format '${format}'; pass 'spki', 'raw-public' or 'jwk'`);
}

export async function exportNative(key: CryptoKey, format: KeyFormat): Promise<Bytes | JsonWebKey> {
  try {
    const exported = await engine().exportKey(nativeFormat(key.algorithm.name, format), key);
    return exported instanceof ArrayBuffer ? new Uint8Array(exported) : exported;
  } catch (cause) {
    throw unsupported(`the browser cannot export this key as '${format}'`, cause);
  }
}
