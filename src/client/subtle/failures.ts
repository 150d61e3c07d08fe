// WebCrypto's exceptions: `subtle` speaks its language, not keyslot's.
import { type ErrorCode, KeystoreError } from '../../errors.ts';

const NAMES: Readonly<Partial<Record<ErrorCode, string>>> = {
  NOT_SUPPORTED: 'NotSupportedError',
  NOT_PERMITTED: 'InvalidAccessError',
  INVALID_ARGUMENT: 'DataError',
};

/** A {@link KeystoreError} as the DOMException that WebCrypto prescribes; `OperationError` where it has none. */
export function asDOMException(error: unknown, names: typeof NAMES = {}): unknown {
  if (!(error instanceof KeystoreError)) return error;
  const name = names[error.code] ?? NAMES[error.code] ?? 'OperationError';
  return new DOMException(error.message, name);
}

export function invalidAccess(message: string): DOMException {
  return new DOMException(message, 'InvalidAccessError');
}
