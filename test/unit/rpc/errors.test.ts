// Errors across the wire: a KeystoreError arrives whole, and no sentence that keyslot did not write arrives.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ErrorCode, isErrorCode, KeystoreError } from '../../../src/errors.ts';
import { CallAborted, decodeError, encodeError, type WireError } from '../../../src/rpc/errors.ts';

/** The codes of the table in SLOTS.md and of the README, spelled out. */
const CODES: readonly ErrorCode[] = Object.keys({
  DOES_NOT_EXIST: true,
  INVALID_HANDLE: true,
  ALREADY_EXISTS: true,
  NOT_PERMITTED: true,
  INVALID_ARGUMENT: true,
  NOT_SUPPORTED: true,
  BAD_STATE: true,
  INVALID_SIGNATURE: true,
  INSUFFICIENT_MEMORY: true,
  INSUFFICIENT_STORAGE: true,
  STORAGE_FAILURE: true,
  DATA_CORRUPT: true,
  DATA_INVALID: true,
  SERVICE_FAILURE: true,
  COMMUNICATION_FAILURE: true,
  CORRUPTION_DETECTED: true,
} satisfies Record<ErrorCode, true>).filter(isErrorCode);

const SECRET = 'd97f-the-private-scalar-d97f';

const throughWire = (error: unknown): WireError => structuredClone(encodeError(error));
const roundTrip = (error: unknown) => decodeError(throughWire(error));

/** All that can be read of an error, its causes included. */
function textOf(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? '';
  return `${error.name} ${error.message} ${textOf(error.cause)}`;
}

class LibraryError extends Error {
  override readonly name = 'LibraryError';
  readonly scalar = SECRET;
}

const foreign = [
  new Error(SECRET),
  new TypeError(SECRET, { cause: new Error(SECRET) }),
  new LibraryError(SECRET),
  new AggregateError([new Error(SECRET)], SECRET),
  { message: SECRET, name: SECRET, code: SECRET },
  [SECRET],
  Symbol(SECRET),
  () => SECRET,
  123n,
  42,
  true,
  null,
];

describe('the wire', () => {
  it('knows every code', () => {
    expect(CODES).toHaveLength(16);
  });

  it.each(CODES)('carries %s with its message and its cause', (code) => {
    fc.assert(
      fc.property(
        fc.string(),
        fc.oneof(
          fc.constant(undefined),
          fc.string(),
          fc
            .tuple(fc.constantFrom(...CODES), fc.string())
            .map(([inner, text]) => new KeystoreError(inner, text)),
        ),
        (message, cause) => {
          const arrived = roundTrip(new KeystoreError(code, message, cause === undefined ? {} : { cause }));
          expect(arrived).toBeInstanceOf(KeystoreError);
          expect(arrived).toMatchObject({ name: 'KeystoreError', code, message });
          if (cause instanceof KeystoreError) {
            expect(arrived.cause).toBeInstanceOf(KeystoreError);
            expect(arrived.cause).toMatchObject({ code: cause.code, message: cause.message });
          } else {
            expect(arrived.cause).toBe(cause);
          }
        },
      ),
    );
  });

  it("carries the engine's own DOMExceptions as causes", () => {
    const cause = new DOMException('The quota has been exceeded.', 'QuotaExceededError');
    const arrived = roundTrip(new KeystoreError('INSUFFICIENT_STORAGE', 'no room', { cause }));
    expect(arrived.cause).toMatchObject({ name: cause.name, message: cause.message });
    expect(arrived.cause).toBeInstanceOf(Error);
  });

  it("carries a caller's own abort, and nothing with it", () => {
    const error = new CallAborted(SECRET);
    expect(roundTrip(error)).toBeInstanceOf(CallAborted);
    expect(roundTrip(error)).not.toBeInstanceOf(KeystoreError);
    expect(JSON.stringify(throughWire(error))).not.toContain(SECRET);
  });

  it.each(foreign.map((thrown) => ({ kind: typeof thrown, thrown })))(
    'leaves the words of others behind: $kind thrown',
    ({ thrown }) => {
      const arrived = roundTrip(thrown);
      expect(arrived).toMatchObject({ code: 'CORRUPTION_DETECTED' });
      expect(arrived.message).toMatch(/report/);
      expect(JSON.stringify(throughWire(thrown)) + textOf(arrived)).not.toContain(SECRET);
    },
  );

  it.each(foreign.map((cause) => ({ kind: typeof cause, cause })))(
    'leaves the words of others behind: $kind as a cause',
    ({ cause }) => {
      const error = new KeystoreError('INVALID_ARGUMENT', 'the key is malformed', { cause });
      const arrived = roundTrip(error);
      expect(arrived).toMatchObject({ code: 'INVALID_ARGUMENT', message: 'the key is malformed' });
      expect(JSON.stringify(throughWire(error)) + textOf(arrived)).not.toContain(SECRET);
    },
  );

  it("leaves the causes of causes behind, which may be others' words", () => {
    const inner = new KeystoreError('STORAGE_FAILURE', 'inner', { cause: new Error(SECRET) });
    const arrived = roundTrip(new KeystoreError('DATA_CORRUPT', 'outer', { cause: inner }));
    expect(arrived.cause).toMatchObject({ code: 'STORAGE_FAILURE', message: 'inner' });
    expect(textOf(arrived)).not.toContain(SECRET);
  });

  it('names the kind of a foreign error, for reports', () => {
    expect(encodeError(new RangeError(SECRET)).cause).toStrictEqual({ name: 'RangeError' });
    expect(encodeError('text').cause).toStrictEqual({ name: 'string' });
  });

  it('takes a code of a later version for a failure of the service', () => {
    const wire = { code: 'OF_TOMORROW', message: 'what it says' };
    expect(decodeError(JSON.parse(JSON.stringify(wire)))).toMatchObject({
      code: 'SERVICE_FAILURE',
      message: 'what it says',
    });
  });

  it('takes no cause for a KeystoreError whose code it does not know', () => {
    const cause = { name: 'KeystoreError', code: 'OF_TOMORROW', message: 'what it says' };
    const wire = { code: 'STORAGE_FAILURE', message: 'no room', cause };
    const arrived = decodeError(JSON.parse(JSON.stringify(wire)));
    expect(arrived.cause).not.toBeInstanceOf(KeystoreError);
    expect(arrived.cause).toBeInstanceOf(Error);
    expect(arrived.cause).toMatchObject({ name: 'KeystoreError', message: 'what it says' });
  });
});
