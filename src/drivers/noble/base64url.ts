// base64url without padding (RFC 4648, section 5), for JWKs. Handles secrets: its strings cannot be
// cleared, so it is called only where the caller asked for, or brought, such a string.
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';

/** Octets that become arguments of one call: a worker's stack is small. */
const PIECE = 8192;

export function encodeBase64url(bytes: Bytes): string {
  let octets = '';
  for (let at = 0; at < bytes.length; at += PIECE) {
    octets += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  const text = btoa(octets);
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

/**
 * @param what - names the value in the error, which never repeats it.
 * @throws KeystoreError `INVALID_ARGUMENT` unless `text` is the one encoding of exactly `size` bytes.
 */
export function decodeBase64url(text: unknown, size: number, what: string): Bytes {
  if (typeof text === 'string' && text.length === Math.ceil((size * 4) / 3) && /^[\w-]*$/.test(text)) {
    const bytes = Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
    // The unused bits of the last character must be zero, or one key would have several encodings.
    if (encodeBase64url(bytes) === text) return bytes;
    bytes.fill(0);
  }
  throw invalid(`${what} must be base64url of ${size} bytes, without padding`);
}
