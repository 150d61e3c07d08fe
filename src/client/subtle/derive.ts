// deriveBits and deriveKey (Web Cryptography API, sections 14.3.7 and 14.3.8) where a handle takes part, or a hash that
// the engine lacks. Results of deriveBits are secret, and the caller's.

import { DIGEST_BYTES } from '../../algorithms/hash.ts';
import { familyNamed } from '../../algorithms/index.ts';
import { isLostInClones } from '../../algorithms/macs.ts';
import type { KeyAlgorithm, OperationParams, Usage } from '../../algorithms/types.ts';
import { engine } from '../../drivers/webcrypto/engine.ts';
import { type HostedKey, targetOf } from '../handle.ts';
import { PATIENT } from '../options.ts';
import { type Context, check, factsOf, staysHere } from './context.ts';
import { toInteger, toUsages } from './convert.ts';
import { attempt, dataError, invalidAccess, notSupported, operationError, syntaxError } from './failures.ts';
import type { Into } from './host.ts';
import { instead, type Making, makingOf, taken } from './into.ts';
import { importPublic, isEmpty, publicHalfOf, rawFormat, twinOf } from './native.ts';
import { canonicalName, type Normalized, nameOf, normalize, toKey } from './normalize.ts';
import { initOf, isNobleHash, keyLengthOf, opened, paramsOf, policyOf } from './policy.ts';
import { during } from './reach.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Whether the other side's key, or the hash, is one that only the host has. The engine reads these members again. */
export function isWithHosts(input: unknown): boolean {
  if (typeof input !== 'object' || input === null) return false;
  const { public: peer, hash } = input as { public?: unknown; hash?: unknown };
  return (
    targetOf(peer) !== undefined ||
    isNobleHash(typeof hash === 'object' && hash !== null ? Reflect.get(hash, 'name') : hash)
  );
}

/** Not of whole bytes: shared secrets are cut here, since Firefox refuses that for X25519. */
export const isPartial = (length: unknown): boolean => Number.isInteger(length) && Number(length) % 8 !== 0;

/** Whether a secret key of this algorithm is made by the engine, in the caller. */
export function makesHere(context: Context, input: unknown, bits?: number): boolean {
  const name = canonicalName(nameOf(input));
  if (name === undefined) return true;
  if (familyNamed(name)?.formats.secret === undefined) return context.place === 'caller';
  const algorithm = normalize('importKey', input, name);
  const { length = bits } = normalize('get key length', input, name);
  return staysHere(context, policyOf(algorithm, 'import'), 'secret', length);
}

export function deriveBits(
  context: Context,
  input: unknown,
  key: unknown,
  length: unknown,
): Promise<ArrayBuffer> {
  const base = toKey(key);
  const bits = length === null || length === undefined ? null : toInteger(length, 'ulong', 'The length');
  const algorithm = normalize('deriveBits', input);
  return attempt('operate', async () => {
    check(factsOf(base), algorithm.name, 'deriveBits');
    checkLength(algorithm, bits);
    if (bits === 0 && algorithm.public === undefined) return new ArrayBuffer(0);
    const source = await sourceOf(context, base, algorithm);
    if (source.hosted === undefined) {
      const isCut = algorithm.public !== undefined && isPartial(bits);
      const input = nativeInput(algorithm, source.params);
      const derived = await engine().deriveBits(input, base, isCut ? null : bits);
      return isCut ? truncate(new Uint8Array(derived), bits) : derived;
    }
    const work = context.host.deriveBits(source.hosted, source.params, algorithm.public ? null : bits);
    const derived = await during([key], work);
    return algorithm.public === undefined ? derived.buffer : truncate(derived, bits);
  });
}

export function deriveKey(
  context: Context,
  input: unknown,
  key: unknown,
  derivedType: unknown,
  extractable: boolean,
  keyUsages: unknown,
): Promise<CryptoKey> {
  const base = toKey(key);
  const usages = toUsages(keyUsages);
  const algorithm = normalize('deriveBits', input);
  const { name, ...rest } = normalize('importKey', derivedType);
  const sized = normalize('get key length', derivedType, name);
  return attempt('create', async () => {
    check(factsOf(base), algorithm.name, 'deriveKey');
    const length = keyLengthOf(sized);
    checkLength(algorithm, length);
    const { params, hosted } = await sourceOf(context, base, algorithm);
    const making = secretOf(context, { ...sized, ...rest, name }, extractable, usages, length);
    const work = context.host.deriveKey(hosted ?? base, params, length, making.into);
    return taken(context, await during([key], work), making, { extractable });
  });
}

/** A secret key that the host makes of bits. */
export function secretOf(
  context: Context,
  algorithm: Normalized,
  extractable: boolean,
  usages: readonly Usage[],
  bits: number | null,
): Making {
  const policy = policyOf(algorithm, 'import');
  const { name } = policy;
  if (!familyNamed(name)?.formats.secret) throw notSupported(`${name} has no secret keys`);
  const isNative = staysHere(context, policy, 'secret', bits ?? undefined) && !isLostInClones(algorithm);
  const into: Into = isNative
    ? { format: rawFormat(name), native: { algorithm: { ...algorithm }, extractable, usages } }
    : { format: 'raw-secret', init: initOf(policy, usages, extractable) };
  const making = makingOf(into, policy, 'secret', usages, extractable);
  if (making.fault !== undefined) return making;
  // Then what an import says of material, which of bits is their number only, and of no usages at last.
  if (!fits(algorithm.length, bits)) {
    return instead(dataError(`${bits} bits are no key of the length that was asked for`));
  }
  return usages.length > 0 ? making : instead(syntaxError('a key without usages is of no use'));
}

/** HMAC and KMAC keys may be some bits shorter than their bytes (Web Cryptography API, Import Key of HMAC). */
const fits = (length: unknown, bits: number | null): boolean =>
  length === undefined || bits === null || (Number(length) <= bits && Number(length) > bits - 8);

/** RFC 9106, section 3.1: at least 4 bytes. */
const MIN_ARGON2_BITS = 32;

/** RFC 5869, section 2.3. */
const MAX_HKDF_BLOCKS = 255;
const digestBytes: Readonly<Record<string, number>> = DIGEST_BYTES;

/** @throws DOMException `OperationError` for a length that cannot be derived. */
export function checkLength({ name, hash, public: peer }: Normalized, bits: number | null): void {
  if (peer !== undefined) return;
  if (bits === null || bits % 8 !== 0 || (name.startsWith('Argon2') && bits < MIN_ARGON2_BITS)) {
    throw operationError('the length must be a number of bits, in whole bytes');
  }
  if (
    name === 'HKDF' &&
    bits > MAX_HKDF_BLOCKS * 8 * (digestBytes[String(hash)] ?? Number.POSITIVE_INFINITY)
  ) {
    throw operationError('HKDF derives no more than 255 times the output of its hash');
  }
}

interface Source {
  /** `undefined` for the engine's own key. */
  readonly hosted: HostedKey | undefined;
  readonly params: OperationParams;
}

/** The key to derive from, where it can be derived from, and the parameters in its terms. */
async function sourceOf(context: Context, base: CryptoKey, algorithm: Normalized): Promise<Source> {
  const target = targetOf(base);
  const peer = algorithm.public;
  if (peer !== undefined) checkPeer(base, peer);
  const hosted = needsTwin(context, algorithm, base, target?.key)
    ? await twinOf(target?.key ?? base)
    : target?.key;
  const its: KeyAlgorithm = hosted?.attributes.algorithm ?? opened(base.algorithm);
  const publicKey = peer && (await (hosted ? bytesOf(peer) : nativeOf(peer)));
  return { hosted, params: paramsOf(algorithm, its, 'deriveBits', publicKey) };
}

/** Hosts have secrets to derive from twice where the engine lacks hashes: the engine's key, and noble's. */
function needsTwin({ host }: Context, { name, hash }: Normalized, base: CryptoKey, key?: HostedKey): boolean {
  if (!isNobleHash(hash)) return isEmpty(base);
  return key === undefined || host.algorithms()[name] === 'webcrypto';
}

function curveOf(algorithm: Readonly<globalThis.KeyAlgorithm>): unknown {
  const namedCurve: unknown = Reflect.get(algorithm, 'namedCurve');
  return namedCurve === 'K-256' ? 'secp256k1' : namedCurve;
}

function checkPeer(base: CryptoKey, peer: CryptoKey): void {
  const [mine, theirs] = [factsOf(base), factsOf(peer)];
  if (mine.type !== 'private') throw invalidAccess('the base key is not a private key');
  if (theirs.type !== 'public') throw invalidAccess('the other key is not a public key');
  if (
    mine.algorithm.name !== theirs.algorithm.name ||
    curveOf(mine.algorithm) !== curveOf(theirs.algorithm)
  ) {
    throw invalidAccess('the keys are of different algorithms');
  }
}

/** Of keys in the host. A public half never changes, and asking for it is a trip as long as the derivation's. */
const publicBytes = new WeakMap<HostedKey, Bytes>();

/** A public key's bytes; the key itself if the engine does not give them out. */
async function bytesOf(peer: CryptoKey): Promise<Bytes | CryptoKey> {
  const key = targetOf(peer)?.key;
  if (key === undefined && !peer.extractable) return peer;
  const known = key && publicBytes.get(key);
  if (known !== undefined) return known;
  const raw = await (key
    ? during([peer], key.exportPublicKey('raw', PATIENT))
    : engine().exportKey('raw', peer));
  if (raw instanceof ArrayBuffer) return new Uint8Array(raw);
  if (!(raw instanceof Uint8Array)) throw new TypeError('A public key was exported as something else.');
  if (key !== undefined) publicBytes.set(key, raw);
  return raw;
}

async function nativeOf(peer: CryptoKey): Promise<CryptoKey> {
  const target = targetOf(peer);
  if (target === undefined) return peer;
  return importPublic(await during([peer], publicHalfOf(target.key)), target.key.attributes.algorithm, []);
}

/** The engine's parameters again, with a public key of its own. */
function nativeInput({ name, ...members }: Normalized, { publicKey }: OperationParams): Algorithm {
  return { ...members, name, ...(publicKey === undefined ? {} : { public: publicKey }) } as Algorithm;
}

/** The first bits of a shared secret; those past them in the last byte are zero. */
function truncate(secret: Bytes, bits: number | null): ArrayBuffer {
  if (bits === null) return secret.buffer;
  try {
    if (bits > secret.length * 8) throw operationError('the shared secret is shorter than that');
    const result = secret.slice(0, Math.ceil(bits / 8));
    const last = result.length - 1;
    if (bits % 8 !== 0) result[last] = (result[last] ?? 0) & (0xff << (8 - (bits % 8)));
    return result.buffer;
  } finally {
    secret.fill(0);
  }
}
