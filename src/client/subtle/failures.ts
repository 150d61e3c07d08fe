// WebCrypto's exceptions: `subtle` speaks its language, not keyslot's.
import { type ErrorCode, KeystoreError } from '../../errors.ts';

type Names = Readonly<Partial<Record<ErrorCode, string>>>;

/** What a code means depends on what was asked for; the rest, ceilings and lost hosts, is an OperationError. */
const NAMES: Readonly<Record<'create' | 'import' | 'operate', Names>> = {
  create: { NOT_SUPPORTED: 'NotSupportedError' },
  import: { NOT_SUPPORTED: 'NotSupportedError', INVALID_ARGUMENT: 'DataError' },
  operate: {},
};

/** A {@link KeystoreError} as the DOMException that WebCrypto prescribes. */
function asDOMException(error: unknown, during: keyof typeof NAMES): unknown {
  if (!(error instanceof KeystoreError)) return error;
  if (during === 'import' && isOfUsages(error)) return syntaxError(error.message);
  const name = error.code === 'NOT_PERMITTED' ? 'InvalidAccessError' : NAMES[during][error.code];
  return new DOMException(error.message, name ?? 'OperationError');
}

/** Usages that do not fit what the material turned out to be: the host says so as the engine does. */
const isOfUsages = ({ cause }: KeystoreError): boolean =>
  cause instanceof Error && cause.name === 'SyntaxError';

/** Work whose KeystoreErrors become DOMExceptions. */
export async function attempt<T>(during: keyof typeof NAMES, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDOMException(error, during);
  }
}

export const invalidAccess = (message: string): DOMException =>
  new DOMException(message, 'InvalidAccessError');
export const notSupported = (message: string): DOMException => new DOMException(message, 'NotSupportedError');
export const syntaxError = (message: string): DOMException => new DOMException(message, 'SyntaxError');
export const dataError = (message: string): DOMException => new DOMException(message, 'DataError');
export const operationError = (message: string): DOMException => new DOMException(message, 'OperationError');
