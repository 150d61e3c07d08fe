// How calls end that get no answer of their host, or one that their caller never sees: in words that say what changed.
import { KeystoreError } from '../errors.ts';
import { CallAborted } from '../rpc/errors.ts';

/** A change, as an error names it. */
interface Asked {
  readonly method: string;
  readonly request: string | undefined;
}

export function notImported(cause: unknown): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    'The host went away before it imported the key, and its bytes with it. Nothing changed. Import it again.',
    { cause },
  );
}

export function notMade(cause: unknown): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    'The store passed to another host before the key was stored in it. Nothing changed. Ask for it again.',
    { cause },
  );
}

/** The database failed during a change, and another host has the store since. */
export function unsure({ method, request }: Asked): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    `The database failed during ${method} (request ${request}), and the new owner of the store was not reached. Whether ` +
      'the call took effect is unknown: look before you repeat a creation or destruction.',
  );
}

/** The link has ended before the answer. */
export function isLost(error: unknown): error is KeystoreError {
  return error instanceof KeystoreError && (error.cause === 'HOST_DIED' || error.cause === 'LOCK_STOLEN');
}

/** The client has left, in its own words or in the host's. */
export function isEnded(error: unknown): error is KeystoreError {
  return error instanceof KeystoreError && (error.cause === 'CLOSED' || error.cause === 'SESSION_ENDED');
}

export function isGone(error: unknown): boolean {
  return error instanceof KeystoreError && error.cause === 'HOST_REPLACED';
}

export function hostReplaced(): KeystoreError {
  return new KeystoreError(
    'INVALID_HANDLE',
    'The key of this handle is gone: it lived in the memory of a host that has ended. Open or create a key anew.',
    { cause: 'HOST_REPLACED' },
  );
}

export function operationLost(cause: 'HOST_REPLACED' | 'SESSION_ENDED'): KeystoreError {
  return new KeystoreError('BAD_STATE', 'This operation ended with its host. Start another.', { cause });
}

export function handedOver(cause: unknown): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    'The host went away with the buffer that was handed over to it, so the call cannot be repeated. Nothing changed.',
    { cause },
  );
}

export function errorFor(error: Error, signal: AbortSignal | undefined): unknown {
  return error instanceof CallAborted
    ? (signal?.reason ?? new DOMException('The call was aborted.', 'AbortError'))
    : error;
}

/** A structured clone fails before anything is sent. */
export function unsendable(error: unknown): unknown {
  if (!(error instanceof DOMException) || error.name !== 'DataCloneError') return error;
  return new KeystoreError(
    'INVALID_ARGUMENT',
    'An argument cannot be sent to the host: it holds a function, a handle of `subtle`, or a buffer that was transferred ' +
      'away. Pass plain data.',
    { cause: error },
  );
}

export function closedError(): KeystoreError {
  return new KeystoreError('BAD_STATE', 'This keystore is closed. Open it again with openKeystore().', {
    cause: 'CLOSED',
  });
}

export function unreached(timeout: number): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    `The deadline of ${timeout} ms passed before a host was reached. Nothing changed. Try again.`,
    { cause: 'DEADLINE' },
  );
}

export function silent(asked: string): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    `The host did not answer ${asked}. Whether the call took effect is unknown: look before you ` +
      'repeat a creation or destruction.',
    { cause: 'SILENCE' },
  );
}
