// Errors across the wire. What leaves the host is a code and a sentence written by keyslot. Messages of
// foreign errors stay behind, except the engine's own DOMExceptions: a library may put a number it
// refused (a secret scalar, say) into its message.
import { type ErrorCode, isErrorCode, KeystoreError, StoreMoved } from '../errors.ts';

export interface WireCause {
  readonly name: string;
  readonly message?: string;
  readonly code?: ErrorCode;
}

export interface WireError {
  readonly code: ErrorCode | 'ABORTED' | 'MOVED';
  readonly message: string;
  readonly cause?: string | WireCause;
}

/** Why a call that was sent on may have taken effect all the same. */
const UNSURE = 'UNKNOWN_OUTCOME';

/** A caller's own abort, on its way back to that caller; never shown as it is. */
export class CallAborted extends Error {
  override readonly name = 'CallAborted';
}

export function encodeError(error: unknown): WireError {
  if (error instanceof CallAborted) return { code: 'ABORTED', message: 'The call was aborted.' };
  if (error instanceof StoreMoved) {
    const moved = { code: 'MOVED', message: 'The store is another host’s.' } as const;
    return error.unsure ? { ...moved, cause: UNSURE } : moved;
  }
  if (error instanceof KeystoreError) {
    const cause = encodeCause(error.cause);
    return { code: error.code, message: error.message, ...(cause === undefined ? {} : { cause }) };
  }
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: 'CORRUPTION_DETECTED',
    message: 'keyslot met an error that it does not expect. Please report it with the steps that led to it.',
    cause: { name },
  };
}

function encodeCause(cause: unknown): string | WireCause | undefined {
  if (cause === undefined) return undefined;
  if (typeof cause === 'string') return cause;
  if (cause instanceof KeystoreError) return { name: cause.name, message: cause.message, code: cause.code };
  if (cause instanceof DOMException) return { name: cause.name, message: cause.message };
  return { name: cause instanceof Error ? cause.name : typeof cause };
}

export function decodeError(wire: WireError): KeystoreError | CallAborted | StoreMoved {
  if (wire.code === 'ABORTED') return new CallAborted();
  if (wire.code === 'MOVED') return new StoreMoved(wire.cause === UNSURE);
  const code = isErrorCode(wire.code) ? wire.code : 'SERVICE_FAILURE';
  const cause = decodeCause(wire.cause);
  return new KeystoreError(code, wire.message, cause === undefined ? {} : { cause });
}

function decodeCause(cause: WireError['cause']): unknown {
  if (cause === undefined || typeof cause === 'string') return cause;
  const message = cause.message ?? '';
  // A host of another version may know codes that this one does not: then the name and the words remain.
  if (isErrorCode(cause.code)) return new KeystoreError(cause.code, message);
  const error = new Error(message);
  error.name = cause.name;
  return error;
}
