// Keys that the host makes of what it unwraps, derives or shares. The specification says whether that fails before it says
// what is wrong with the usages: with wrong ones the work is done all the same, and its key is released.
import type { ImportAlgorithm, KeyType, Usage } from '../../algorithms/types.ts';
import { KeystoreError } from '../../errors.ts';
import type { Key } from '../key.ts';
import { type Context, handleOf } from './context.ts';
import { checkUsages } from './create.ts';
import type { Into } from './host.ts';
import { initOf, policyOf } from './policy.ts';

export interface Making {
  /** What the host is to make. */
  readonly into: Into;
  /** What its caller is told in place of the key. */
  readonly fault?: unknown;
}

/** Bytes of any length and content are a key of HKDF. */
const ANYTHING = initOf(policyOf({ name: 'HKDF' }, 'import'), ['deriveBits'], false);

/** A key that nobody gets, for an operation that may fail before its caller is told the fault. */
export const instead = (fault: unknown): Making => ({
  into: { format: 'raw-secret', init: ANYTHING },
  fault,
});

/** As {@link instead}, of a text: no JWK is a key of HKDF, and what is said of that comes when it has been found to be one. */
const insteadOfJwk = (fault: unknown): Making => ({ into: { format: 'jwk', init: ANYTHING }, fault });

export function makingOf(
  into: Into,
  policy: ImportAlgorithm,
  type: KeyType,
  usages: readonly Usage[],
  extractable: boolean,
): Making {
  try {
    checkUsages(policy, type, usages, extractable);
    return { into };
  } catch (fault) {
    return into.format === 'jwk' ? insteadOfJwk(fault) : instead(fault);
  }
}

/** To be thrown in place of what an operation has failed with. */
export function faultOf({ into, fault }: Making, error: unknown): unknown {
  const isJwk = into.format === 'jwk' && error instanceof KeystoreError && error.code === 'NOT_SUPPORTED';
  return fault !== undefined && isJwk ? fault : error;
}

/** What the caller gets of a key that the host has made. */
export function taken(
  context: Context,
  made: Key | CryptoKey,
  { fault }: Making,
  shown: { readonly namedCurve?: unknown; readonly extractable: boolean },
): CryptoKey {
  if (fault === undefined) return handleOf(context, made, shown);
  if (!(made instanceof CryptoKey)) context.host.release(made.ref);
  throw fault;
}
