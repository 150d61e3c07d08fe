// What tests use inside a page, as `window.kit`: attributes of keys by algorithm, and outcomes as data.
import type { KeyInit } from 'keyslot';
import { commonClock, tellTime } from './clock.ts';
import { atGate, closeGate, gate, openGate } from './gate.ts';
import { recordHistory } from './history.ts';
import { RawPort } from './raw.ts';
import { damageRecord, readEpoch, withChecksum } from './records.ts';
import { signBoth } from './slow.ts';
import { endScript, runSteps } from './steps.ts';

type Kind = Pick<KeyInit, 'algorithm' | 'usages'>;

const signing = ['sign', 'verify'] as const;
const ciphering = ['encrypt', 'decrypt'] as const;

/** Natively done: */
const P256: Kind = {
  algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  usages: signing,
};
const ED25519: Kind = { algorithm: { name: 'Ed25519' }, usages: signing };
const HMAC: Kind = { algorithm: { name: 'HMAC', hash: 'SHA-256', length: 256 }, usages: signing };
const AES: Kind = { algorithm: { name: 'AES-GCM', length: 256 }, usages: ciphering };

/** Done by noble: */
const SECP256K1: Kind = {
  algorithm: { name: 'ECDSA', namedCurve: 'secp256k1', hash: 'SHA-256' },
  usages: signing,
};
const ED448: Kind = { algorithm: { name: 'Ed448' }, usages: signing };
const AES192: Kind = { algorithm: { name: 'AES-GCM', length: 192 }, usages: ciphering };

export interface Failure {
  readonly name: string;
  readonly code: unknown;
  readonly message: string;
  readonly cause: unknown;
}

const NO_FAILURE: Failure = { name: '', code: 'ok', message: '', cause: undefined };

/** How a promise ended; `code` is `ok` if it was fulfilled. */
async function outcome(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
    return NO_FAILURE;
  } catch (error) {
    if (!(error instanceof Error)) return { ...NO_FAILURE, name: String(error), code: 'not an error' };
    const { name, message, cause } = error;
    const code = 'code' in error ? error.code : undefined;
    return { name, message, code, cause: cause instanceof Error ? cause.name : cause };
  }
}

/** The code of a KeystoreError, `ok`, or the name of whatever else was thrown. */
async function code(promise: Promise<unknown>): Promise<string> {
  const { name, code: its } = await outcome(promise);
  return name === '' || name === 'KeystoreError' ? String(its) : name;
}

/** How often each value occurs. */
function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** `count` values by number. */
function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const kit = {
  ...{ P256, ED25519, HMAC, AES, SECP256K1, ED448, AES192 },
  ...{ code, outcome, signBoth, tally, times, utf8, hex },
  ...{ damageRecord, readEpoch, withChecksum, runSteps, endScript },
  ...{ closeGate, openGate, gate, atGate, RawPort },
  ...{ commonClock, tellTime, recordHistory },
};
