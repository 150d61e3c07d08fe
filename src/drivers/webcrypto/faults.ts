// How this engine's faults become keyslot's errors. Touches no key; causes name a fault of form, never contents.
import { decryptionFailed, faultName, invalid, unsupported } from '../failures.ts';

/** For material that the engine refused. */
export function keyRefused(cause: unknown): Error {
  return faultName(cause) === 'NotSupportedError'
    ? unsupported('this browser does not support keys of this algorithm and format', cause)
    : invalid('the key is malformed, or is of another algorithm or format than stated', cause);
}

/** WebCrypto's names for arguments that can never be right. */
const OF_ARGUMENTS = ['DataError', 'InvalidAccessError', 'SyntaxError'];

/** For an operation that the engine began and did not finish. */
export function operationRefused(cause: unknown): Error {
  if (cause instanceof TypeError || OF_ARGUMENTS.includes(faultName(cause))) {
    return invalid('the parameters are not those of this operation; the cause says why', cause);
  }
  return unsupported('the browser refused the operation; the cause says why', cause);
}

/**
 * As {@link operationRefused}, of operations that fail for their arguments only: an output that is too long, a public
 * key of small order, a message longer than the modulus.
 */
export function argumentsRefused(cause: unknown): Error {
  if (faultName(cause) !== 'OperationError') return operationRefused(cause);
  return invalid('the parameters are out of the range of this algorithm; the cause says why', cause);
}

/** Of what was encrypted, one message says all; what the engine does not have is no secret. */
export function decryptionRefused(cause: unknown): Error {
  if (cause instanceof TypeError || faultName(cause) === 'NotSupportedError') return operationRefused(cause);
  return decryptionFailed();
}

/** For an operation of the drafts that this engine does not know by name. */
export function lacking(method: string): Error {
  return unsupported(`this browser has no ${method}`);
}

/** What a rejected promise is turned into. */
export function refuseWith(refused: (cause: unknown) => Error): (cause: unknown) => never {
  return (cause) => {
    throw refused(cause);
  };
}
