// The private key inside of PKCS #8 for ML-DSA (RFC 9881, section 6) and ML-KEM (RFC 9935, section 6): a choice of the
// seed, what it expands to, or both. Touches private keys.
import type { Bytes } from '../driver.ts';
import { unsupported } from '../failures.ts';
import { malformed, read } from './asn1.ts';
import { decodeOctets, encodeOctets, sequenceOf, stringOf } from './der.ts';

/** Of `[0]`. */
const SEED = 0;
const SEED_TAG = 0x80;
const SEQUENCE_TAG = 0x30;

/** As the engines write it. */
export function encodeSeed(seed: Bytes): Bytes {
  return encodeOctets(seed, SEED);
}

/**
 * Keys without a seed cannot be exported again. Of a key that has both, only a new expansion shows that they belong
 * together, and engines refuse it too (the Modern Algorithms draft lets them).
 *
 * @param expandedSize - in bytes.
 * @returns the seed, in a buffer of its own.
 * @throws KeystoreError `NOT_SUPPORTED` for the two forms with an expanded key, `INVALID_ARGUMENT` for anything else.
 */
export function decodeSeed(octets: Bytes, seedSize: number, expandedSize: number): Bytes {
  if (octets[0] === SEED_TAG) return decodeOctets(octets, SEED);
  const parts = octets[0] === SEQUENCE_TAG ? sequenceOf(octets) : [read(octets)];
  const sizes = parts.map((part) => stringOf(part).length);
  const known = [`${expandedSize}`, `${seedSize},${expandedSize}`];
  if (known.includes(sizes.join()))
    throw unsupported('a private key with its expansion is not supported; pass its seed');
  throw malformed();
}
