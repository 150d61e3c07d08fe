// What the material of a key that is imported says of it: its length, its type, its format. Looks at members and lengths, and
// repeats none.
import { FORMATS, familyOf } from './index.ts';
import { invalid, isBytes, readFields, unsupported } from './input.ts';
import { hasPrivateMember, octetBits } from './jwk.ts';
import type { ImportAlgorithm, KeyFormat, KeyType } from './types.ts';

/**
 * Fills in the length of a secret key from its material, so that a driver can be chosen by it, and
 * checks that `data` has the type its format asks for. RSA stays open: its numbers are known after the
 * import only.
 *
 * @param data - bytes for `raw`, `pkcs8` and `spki`; a JWK object for `jwk`.
 * @throws KeystoreError `INVALID_ARGUMENT` if `data` is of the wrong type, if its length is not the
 * stated one or not one that the algorithm allows.
 */
export function completeAlgorithm(
  algorithm: ImportAlgorithm,
  format: KeyFormat,
  data: unknown,
): ImportAlgorithm {
  checkKeyData(format, data);
  const { withLength } = familyOf(algorithm);
  if (withLength === undefined) return algorithm;
  const bits = isBytes(data) ? data.length * 8 : octetBits(data);
  const stated = 'length' in algorithm ? algorithm.length : undefined;
  // A length within the last byte leaves the rest of that byte out (WebCrypto, import of HMAC keys).
  if (stated !== undefined && Math.ceil(stated / 8) * 8 !== bits) {
    throw invalid(`the key has ${bits} bits but the algorithm says length: ${stated}; leave length out`);
  }
  return withLength(algorithm, stated ?? bits);
}

function checkKeyData(format: KeyFormat, data: unknown): void {
  if (format === 'jwk') readFields(data, 'the key', "a JWK: { kty: 'EC', … }");
  else if (!isBytes(data)) throw invalid(`a key in format '${format}' must be a Uint8Array`);
}

/**
 * The type of key that `format` and `data` make on import.
 *
 * @param data - looked at for `jwk` only: with `d` or `priv` it is a private key.
 * @throws KeystoreError as {@link checkFormat}.
 */
export function keyTypeOfImport(algorithm: ImportAlgorithm, format: unknown, data: unknown): KeyType {
  const { formats } = familyOf(algorithm);
  const known = checkFormat(algorithm, undefined, format);
  if (formats.secret) return 'secret';
  if (known === 'jwk') return hasPrivateMember(data) ? 'private' : 'public';
  return formats.private?.includes(known) ? 'private' : 'public';
}

/**
 * Checks that keys of this algorithm (and type, unless `undefined`) have this format.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` for no format at all, or one of another key type;
 * `NOT_SUPPORTED` for one that this algorithm never has.
 */
export function checkFormat(
  algorithm: ImportAlgorithm,
  type: KeyType | undefined,
  format: unknown,
): KeyFormat {
  const { formats } = familyOf(algorithm);
  const known = FORMATS.find((candidate) => candidate === format);
  if (!known) throw invalid(`format must be one of '${FORMATS.join("', '")}'`);
  const every = new Set(Object.values(formats).flat());
  if (!every.has(known)) {
    throw unsupported(
      `${algorithm.name} keys have no format '${known}'; pass one of ${[...every].join(', ')}`,
    );
  }
  if (type === undefined || formats[type]?.includes(known)) return known;
  const allowed = formats[type]?.join(', ') ?? 'none';
  throw invalid(`a ${type} ${algorithm.name} key has no format '${known}'; its formats: ${allowed}`);
}
