// What a person can do about each error code. The error's own message is shown beside it.
import type { ErrorCode } from 'keyslot';

const ADVICE: Readonly<Record<ErrorCode, string>> = {
  DOES_NOT_EXIST: 'No key has this id now: create it, or pick one from the list.',
  INVALID_HANDLE: 'That key was destroyed or ended. Press the button again to use whatever has its id now.',
  ALREADY_EXISTS: 'The id is taken: use Ensure to share that key, choose another id, or destroy it first.',
  NOT_PERMITTED: 'The key’s policy forbids this. Policies are fixed when a key is made: make another key.',
  INVALID_ARGUMENT: 'Correct the input and try again; nothing was changed.',
  NOT_SUPPORTED: 'This browser cannot do that: choose another algorithm, or try Chromium or Firefox.',
  BAD_STATE: 'Reload this tab to open the keystore again.',
  INVALID_SIGNATURE: 'The data or the key is not the one it was made with.',
  INSUFFICIENT_MEMORY: 'The host is full or busy: destroy keys you do not need, or try again.',
  INSUFFICIENT_STORAGE: 'Free some of this site’s storage and try again; nothing was written.',
  STORAGE_FAILURE: 'The browser’s database refused. Nothing was changed; try again.',
  DATA_CORRUPT: 'The stored record is damaged. Destroying the key by its id still works.',
  DATA_INVALID: 'The record was written by another version. Use that version, or destroy the key.',
  SERVICE_FAILURE: 'Close other tabs of this site that run another build, then reload.',
  COMMUNICATION_FAILURE: 'The host went away. Look at the list of keys before you repeat a change.',
  CORRUPTION_DETECTED: 'This is a bug in keyslot: please report it with the lines of this log.',
};

export interface Failure {
  /** keyslot's code, or the name of another error. */
  readonly code: string;
  readonly message: string;
  readonly advice: string;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { code: 'ERROR', message: String(error), advice: '' };
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return { code, message: error.message, advice: isKnown(code) ? ADVICE[code] : '' };
}

function isKnown(code: string): code is ErrorCode {
  return Object.hasOwn(ADVICE, code);
}
