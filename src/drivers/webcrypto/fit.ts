// What an engine need not look at of a secret key that is imported, though WebCrypto asks for it: Firefox does not. The
// material may be secret; it is only measured.
import { familyNamed } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';

/** @throws KeystoreError `INVALID_ARGUMENT` for a JWK of another kind of key, and for an HMAC key of another length. */
export function checkFit(data: Bytes | JsonWebKey, algorithm: unknown): void {
  const { name, length } = Object(algorithm) as { readonly name?: unknown; readonly length?: unknown };
  if (!isBytes(data)) {
    const isSecret = familyNamed(String(name))?.formats.secret !== undefined;
    if (isSecret && data.kty !== 'oct') throw invalid('the JWK is of another kind of key');
    return;
  }
  if (name !== 'HMAC' || typeof length !== 'number') return;
  const bits = data.length * 8;
  // Bits past the length in the last byte are not the key's.
  if (length > bits || length <= bits - 8) throw invalid('the key is of another length than stated');
}
