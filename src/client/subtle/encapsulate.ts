// encapsulateKey, encapsulateBits, decapsulateKey, decapsulateBits and getPublicKey of the Modern Algorithms draft.
import { familyNamed } from '../../algorithms/index.ts';
import type { Usage } from '../../algorithms/types.ts';
import { type HandleTarget, targetOf } from '../handle.ts';
import {
  type Context,
  check,
  factsOf,
  handleOf,
  hosted,
  isForeign,
  operandOf,
  policyOfKey,
} from './context.ts';
import { copyOf, toUsages } from './convert.ts';
import { makesHere, secretOf } from './derive.ts';
import { attempt, invalidAccess, notSupported, syntaxError } from './failures.ts';
import { taken } from './into.ts';
import { findPublicKey, importPublic, publicHalfOf } from './native.ts';
import { normalize, toKey } from './normalize.ts';
import { hasUsages, initOf, isNative, paramsOf } from './policy.ts';
import { during } from './reach.ts';

export interface EncapsulatedKey {
  readonly sharedKey: CryptoKey;
  readonly ciphertext: ArrayBuffer;
}

export interface EncapsulatedBits {
  readonly sharedKey: ArrayBuffer;
  readonly ciphertext: ArrayBuffer;
}

/** The draft's KEMs all share as many bits. */
const SHARED_BITS = 256;

export function encapsulateBits(context: Context, input: unknown, key: unknown): Promise<EncapsulatedBits> {
  const recipient = toKey(key);
  const algorithm = normalize('encapsulate', input);
  return attempt('operate', async () => {
    const target = hosted(recipient, algorithm.name, 'encapsulateBits');
    const params = paramsOf(algorithm, target.key.attributes.algorithm, 'encapsulate');
    const { sharedKey, ciphertext } = await during([key], context.host.encapsulateBits(target.key, params));
    return { sharedKey: sharedKey.buffer, ciphertext: ciphertext.buffer };
  });
}

export function decapsulateBits(
  context: Context,
  input: unknown,
  key: unknown,
  ciphertext: unknown,
): Promise<ArrayBuffer> {
  const recipient = toKey(key);
  const algorithm = normalize('decapsulate', input);
  const bytes = copyOf(ciphertext, 'The ciphertext');
  return attempt('operate', async () => {
    const target = hosted(recipient, algorithm.name, 'decapsulateBits');
    const params = paramsOf(algorithm, target.key.attributes.algorithm, 'decapsulate');
    return (await during([key], context.host.decapsulateBits(target.key, params, bytes))).buffer;
  });
}

/** Whether the engine does all of it, with a key of its own and for one of its own. */
export function sharesHere(context: Context, input: unknown, key: unknown, sharedType: unknown): boolean {
  if (targetOf(key) !== undefined || isForeign(context, input)) return false;
  return makesHere(context, sharedType, SHARED_BITS);
}

export function encapsulateKey(
  context: Context,
  ...[input, key, sharedType, extractable, keyUsages]: [unknown, unknown, unknown, boolean, unknown]
): Promise<EncapsulatedKey> {
  const recipient = toKey(key);
  const usages = toUsages(keyUsages);
  const algorithm = normalize('encapsulate', input);
  const shared = normalize('importKey', sharedType);
  return attempt('create', async () => {
    check(factsOf(recipient), algorithm.name, 'encapsulateKey');
    const params = paramsOf(algorithm, policyOfKey(recipient), 'encapsulate');
    const making = secretOf(context, shared, extractable, usages, SHARED_BITS);
    const made = await during([key], context.host.encapsulateKey(operandOf(recipient), params, making.into));
    const sharedKey = taken(context, made.key, making, { extractable });
    return { sharedKey, ciphertext: made.ciphertext.buffer };
  });
}

export function decapsulateKey(
  context: Context,
  ...[input, key, ciphertext, sharedType, extractable, keyUsages]: [
    unknown,
    unknown,
    unknown,
    unknown,
    boolean,
    unknown,
  ]
): Promise<CryptoKey> {
  const recipient = toKey(key);
  const usages = toUsages(keyUsages);
  const algorithm = normalize('decapsulate', input);
  const shared = normalize('importKey', sharedType);
  const bytes = copyOf(ciphertext, 'The ciphertext');
  return attempt('create', async () => {
    check(factsOf(recipient), algorithm.name, 'decapsulateKey');
    const params = paramsOf(algorithm, policyOfKey(recipient), 'decapsulate');
    const making = secretOf(context, shared, extractable, usages, SHARED_BITS);
    const work = context.host.decapsulateKey(operandOf(recipient), params, bytes, making.into);
    return taken(context, await during([key], work), making, { extractable });
  });
}

export function getPublicKey(context: Context, key: unknown, keyUsages: unknown): Promise<CryptoKey> {
  const given = toKey(key);
  const usages = toUsages(keyUsages);
  const { type, algorithm } = factsOf(given);
  return attempt('create', async () => {
    if (familyNamed(algorithm.name)?.formats.secret !== undefined) {
      throw notSupported(`keys of ${algorithm.name} have no public half`);
    }
    if (type !== 'private') throw invalidAccess('the key is not a private key');
    if (!hasUsages(algorithm, 'public', usages))
      throw syntaxError(`public keys of ${algorithm.name} have other usages`);
    const target = targetOf(given);
    return target === undefined ? findPublicKey(given, usages) : publicOf(context, target, usages);
  });
}

/** The public half of a key in the host: the engine's, if it has the algorithm. */
async function publicOf(
  context: Context,
  { key, algorithm }: HandleTarget,
  usages: readonly Usage[],
): Promise<CryptoKey> {
  const policy = key.attributes.algorithm;
  const half = await during([key], publicHalfOf(key));
  if (isNative(context.host.algorithms(), policy)) return importPublic(half, policy, usages);
  const its = await context.host.importKey(half.format, half.bytes, initOf(policy, usages, true));
  const namedCurve = 'namedCurve' in algorithm ? algorithm.namedCurve : undefined;
  return handleOf(context, its, { namedCurve, extractable: true });
}
