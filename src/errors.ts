// The one error class of keyslot, on both sides of the wire. It holds no key material: messages are
// written by keyslot from names and sizes, never from argument contents.

/**
 * The stable codes of a {@link KeystoreError}: the PSA Crypto status names without their prefix
 * (PSA Certified Crypto API 1.2, "Status codes").
 *
 * | code | meaning |
 * |---|---|
 * | `DOES_NOT_EXIST` | no key has this id |
 * | `INVALID_HANDLE` | the key of this `Key` was destroyed, or ended with its client or host |
 * | `ALREADY_EXISTS` | the id is in use |
 * | `NOT_PERMITTED` | the key's policy does not allow this usage, algorithm or export |
 * | `INVALID_ARGUMENT` | an argument is malformed |
 * | `NOT_SUPPORTED` | no driver of this browser can do it |
 * | `BAD_STATE` | the keystore is closed, the step is out of order, or the key is where this cannot be done |
 * | `INVALID_SIGNATURE` | a decryption failed; never says why |
 * | `INSUFFICIENT_MEMORY` | a deadline passed while waiting for a slot or lane, or the ceiling of volatile keys is reached |
 * | `INSUFFICIENT_STORAGE` | the origin's quota is used up; nothing was written |
 * | `STORAGE_FAILURE` | the store refused; nothing changed |
 * | `DATA_CORRUPT` | this key's record is damaged; destroying it by id works |
 * | `DATA_INVALID` | this key's record is of a version or form that this code does not know |
 * | `SERVICE_FAILURE` | no host can be reached, another build or protocol owns the store, or a script does not load |
 * | `COMMUNICATION_FAILURE` | the host went away or fell silent, or the database failed amid a change; the message says whether that is unknown or nothing changed |
 * | `CORRUPTION_DETECTED` | an invariant of the host was broken: a bug in keyslot |
 */
export type ErrorCode = (typeof CODES)[number];

const CODES = [
  'DOES_NOT_EXIST',
  'INVALID_HANDLE',
  'ALREADY_EXISTS',
  'NOT_PERMITTED',
  'INVALID_ARGUMENT',
  'NOT_SUPPORTED',
  'BAD_STATE',
  'INVALID_SIGNATURE',
  'INSUFFICIENT_MEMORY',
  'INSUFFICIENT_STORAGE',
  'STORAGE_FAILURE',
  'DATA_CORRUPT',
  'DATA_INVALID',
  'SERVICE_FAILURE',
  'COMMUNICATION_FAILURE',
  'CORRUPTION_DETECTED',
] as const;

const known: ReadonlySet<unknown> = new Set(CODES);

export function isErrorCode(value: unknown): value is ErrorCode {
  return known.has(value);
}

/** What went wrong, by a stable `code`, with a message that says what to do. */
export class KeystoreError extends Error {
  override readonly name = 'KeystoreError';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/**
 * @internal Another host owns the store, or is about to. The client asks that host instead and its caller never sees
 * this.
 */
export class StoreMoved extends Error {
  override readonly name = 'StoreMoved';
  /** Whether something may have changed before that: the new owner finds the outcome by its request. */
  readonly unsure: boolean;

  constructor(unsure = false) {
    super();
    this.unsure = unsure;
  }
}
