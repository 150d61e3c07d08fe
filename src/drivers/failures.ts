// How the faults of engines and libraries become keyslot's errors. Touches no key.
import { invalid } from '../algorithms/input.ts';
import { KeystoreError } from '../errors.ts';

export { invalid, unsupported } from '../algorithms/input.ts';

/** One message for every cause, and no cause kept: which check failed is what an attacker asks. */
export function decryptionFailed(): KeystoreError {
  return new KeystoreError(
    'INVALID_SIGNATURE',
    'decryption failed: the data, the iv, the additionalData or the key is not what it was encrypted with',
  );
}

/** An operation on a key whose material was cleared: the host let go of it while it was in use. */
export function wiped(): KeystoreError {
  return new KeystoreError('BAD_STATE', 'this key was wiped; open it again');
}

export function noPublicHalf(): KeystoreError {
  return invalid('this key has no public half; it is a secret key, or was adopted without its public key');
}

/** WebCrypto's name of a fault (`NotSupportedError`, `DataError`, …), or '' for any other error. */
export function faultName(error: unknown): string {
  return error instanceof DOMException ? error.name : '';
}
