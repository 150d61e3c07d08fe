// wrapKey and unwrapKey (Web Cryptography API, sections 14.3.11 and 14.3.12) where a handle takes part: the host does
// both, so that the material of a handle never travels to meet a native key.
import { isLostInClones } from '../../algorithms/macs.ts';
import type { ImportAlgorithm, KeyFormat, KeyType, Operation, Usage } from '../../algorithms/types.ts';
import { engine } from '../../drivers/webcrypto/engine.ts';
import { targetOf } from '../handle.ts';
import {
  type Context,
  check,
  checkExport,
  engineHas,
  factsOf,
  isForeign,
  nativeFormat,
  operandOf,
  policyOfKey,
  staysHere,
} from './context.ts';
import { bytesAt, copyOf, toFormat, toUsages } from './convert.ts';
import { typeOf } from './create.ts';
import { attempt, notSupported, operationError, syntaxError } from './failures.ts';
import type { Into } from './host.ts';
import { faultOf, makingOf, taken } from './into.ts';
import { canonicalName, type Normalized, named, nameOf, normalize, readOnce, toKey } from './normalize.ts';
import { hasUsages, initOf, paramsOf, policyOf } from './policy.ts';
import { during } from './reach.ts';

interface Wrapping {
  readonly algorithm: Normalized;
  readonly operation: Operation;
}

/** Ciphers wrap by encrypting; AES-KW has operations of its own. */
function wrappingOf(method: 'wrapKey' | 'unwrapKey', input: unknown): Wrapping {
  const name = nameOf(input);
  const isWrap = method === 'wrapKey';
  if (canonicalName(name) === 'AES-KW') {
    return { algorithm: normalize(method, input, name), operation: isWrap ? 'wrap' : 'unwrap' };
  }
  const operation = isWrap ? 'encrypt' : 'decrypt';
  return { algorithm: normalize(operation, input, name), operation };
}

export function wrapKey(
  context: Context,
  keyFormat: unknown,
  ...[toWrap, wrapper, input]: [unknown, unknown, unknown]
): Promise<ArrayBuffer> {
  const format = toFormat(keyFormat);
  const [key, wrapping] = [toKey(toWrap), toKey(wrapper)];
  const isHere = targetOf(key) === undefined && targetOf(wrapping) === undefined;
  if (isHere && !isForeign(context, input)) {
    const wrapped = engine().wrapKey(
      nativeFormat(key.algorithm.name, format),
      key,
      wrapping,
      readOnce(input as Algorithm),
    );
    return wrapping.algorithm.name === 'AES-KW' ? wrapped.catch(refuseLength) : wrapped;
  }
  const { algorithm, operation } = wrappingOf('wrapKey', input);
  return attempt('operate', async () => {
    check(factsOf(wrapping), algorithm.name, 'wrapKey');
    const facts = factsOf(key);
    checkExport(facts, format);
    const params = paramsOf(algorithm, policyOfKey(wrapping), operation);
    const half = facts.type === 'public' && facts.key?.type === 'private' ? 'public' : undefined;
    const work = context.host.wrapKey(format, operandOf(key), operandOf(wrapping), params, half);
    return (await during([key, wrapping], work)).buffer;
  });
}

/** RFC 3394 wraps what is of whole 8 bytes. Firefox says DataError to what is not. */
function refuseLength(error: unknown): never {
  if (error instanceof DOMException && error.name === 'DataError') {
    throw operationError('AES-KW wraps keys of whole 8 bytes only');
  }
  throw error;
}

export interface UnwrapArguments {
  readonly format: unknown;
  readonly wrapped: unknown;
  readonly unwrappingKey: unknown;
  readonly algorithm: unknown;
  readonly keyAlgorithm: unknown;
  readonly extractable: boolean;
  readonly usages: unknown;
}

export function unwrapKey(context: Context, args: UnwrapArguments): Promise<CryptoKey> {
  const { extractable } = args;
  const format = toFormat(args.format);
  const source = bytesAt(args.wrapped, 'The wrapped key');
  const unwrapping = toKey(args.unwrappingKey);
  const usages = toUsages(args.usages);
  const given = readOnce(args.algorithm as Algorithm);
  const isHere = targetOf(unwrapping) === undefined && !isForeign(context, given);
  const read = (): Wrapping => wrappingOf('unwrapKey', given);
  // The specification's order: what unwraps is judged before what comes out. The engine keeps it by itself.
  const early = isHere ? undefined : read();
  const name = nameOf(args.keyAlgorithm);
  const canonical = canonicalName(name);
  const forward = (): Promise<CryptoKey> =>
    engine().unwrapKey(
      nativeFormat(name, format),
      source,
      ...([unwrapping, given, named(args.keyAlgorithm, name)] as const),
      extractable,
      usages,
    );
  if (isHere && canonical === undefined) return forward();
  const isJudge = isHere && canonical !== undefined && engineHas(context, canonical);
  const wrapping = early ?? (isJudge ? undefined : read());
  const madeOf = (): Made => {
    const imported = normalize('importKey', args.keyAlgorithm, name);
    return { imported, policy: policyOf(imported, 'import') };
  };
  const made = isJudge ? orNothing(madeOf) : madeOf();
  if (made === undefined) return forward();
  const { imported, policy } = made;
  const type =
    typeOf(name, format) === 'public' ? publicOrPrivate(policy.name, format, usages) : typeOf(name, format);
  if (type === undefined) throw notSupported(`${policy.name} keys have no format ${format}`);
  // What the engine unwraps here makes no trip.
  const native = staysHere(context, policy, type) && (isHere || !isLostInClones(policy));
  // The engine may lack the length of the AES key that comes out, which nobody knows before.
  const isCertain = native && !lacksLength(context, policy.name);
  if (isHere && isCertain) return forward();
  const { algorithm, operation } = wrapping ?? read();
  const wrapped = copyOf(source, 'The wrapped key');
  const init: Into = { format, init: initOf(policy, usages, extractable) };
  const nativeInit: Into = {
    format: nativeFormat(policy.name, format),
    native: { algorithm: { ...imported }, extractable, usages },
  };
  const unwrap = async (into: Into): Promise<CryptoKey> => {
    check(factsOf(unwrapping), algorithm.name, 'unwrapKey');
    const making = makingOf(into, policy, type, usages, extractable);
    const params = paramsOf(algorithm, policyOfKey(unwrapping), operation);
    const work = context.host.unwrapKey(wrapped.slice(), operandOf(unwrapping), params, making.into);
    const key = await during([unwrapping], work).catch((error: unknown) => {
      throw faultOf(making, error);
    });
    // A JWK says what it is no sooner. One of the other half has been judged by usages that are not its own.
    if (!(key instanceof CryptoKey) && making.fault === undefined && key.type !== type) {
      context.host.release(key.ref);
      throw syntaxError(`these usages are those of a ${type} key, and the JWK holds a ${key.type} one`);
    }
    return taken(context, key, making, { namedCurve: imported.namedCurve, extractable });
  };
  const first = isHere && native ? forward() : attempt('import', () => unwrap(native ? nativeInit : init));
  if (!native || isCertain) return first;
  return first.catch((error: unknown) =>
    // What was wrong with the first attempt is what is wrong, unless the engine lacks the length that came out: then it is
    // usages at most.
    attempt('import', () => unwrap(init)).catch((second: unknown) =>
      Promise.reject(second instanceof DOMException && second.name === 'SyntaxError' ? second : error),
    ),
  );
}

interface Made {
  readonly imported: Normalized;
  readonly policy: ImportAlgorithm;
}

/** `undefined` for what is wrong, where the engine is to say so. */
function orNothing<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

/** A JWK says what it is when it is unwrapped; before that, the usages do. */
function publicOrPrivate(name: string, format: KeyFormat, usages: readonly Usage[]): KeyType {
  return format !== 'jwk' || hasUsages({ name }, 'public', usages) ? 'public' : 'private';
}

/** Whether the engine lacks one of the lengths that a wrapped AES key may turn out to have. */
function lacksLength({ host }: Context, name: string): boolean {
  const drivers = host.algorithms();
  return [128, 192, 256].some((length) => drivers[`${name}/${length}`] === 'noble');
}
