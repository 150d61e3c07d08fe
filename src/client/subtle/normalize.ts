// "Normalize an algorithm" (Web Cryptography API, section 18.4.4), by the tables of dictionaries.ts. Everything is
// read and copied here, synchronously.

import { isCryptoKey, lowerCase } from '../../algorithms/input.ts';
import { targetOf } from '../handle.ts';
import { copyOf, toInteger, toText } from './convert.ts';
import { type Dictionary, REGISTRATIONS, type Registered } from './dictionaries.ts';
import { notSupported } from './failures.ts';

/** A normalised algorithm: its canonical name and its converted members. */
export interface Normalized {
  readonly name: string;
  readonly hash?: string;
  readonly length?: number;
  readonly namedCurve?: string;
  readonly public?: CryptoKey;
  readonly [member: string]: unknown;
}

/** As registered, which is how most callers spell them, and in lower case. */
const bySpelling: ReadonlyMap<string, string> = new Map(
  Object.keys(REGISTRATIONS).flatMap((name) => [
    [name, name],
    [lowerCase(name), name],
  ]),
);

/** The registered name; `undefined` for a name that only the engine may know. */
export function canonicalName(name: string): string | undefined {
  return bySpelling.get(name) ?? bySpelling.get(lowerCase(name));
}

/** AlgorithmIdentifier's name where reading it runs no code of the caller's, so that the engine may read it again. */
export function plainName(algorithm: unknown): string | undefined {
  const name: unknown = isObject(algorithm)
    ? Object.getOwnPropertyDescriptor(algorithm, 'name')?.value
    : algorithm;
  return typeof name === 'string' ? name : undefined;
}

/** AlgorithmIdentifier's name, as it was spelled. Read once: a getter may do anything. */
export function nameOf(algorithm: unknown): string {
  if (!isObject(algorithm)) return toText(algorithm);
  const name: unknown = Reflect.get(algorithm, 'name');
  if (name === undefined) throw new TypeError('The algorithm has no name.');
  return toText(name);
}

/** The same algorithm, whose name has been read already. */
export function named(algorithm: unknown, name: string): Algorithm | string {
  return isObject(algorithm) ? Object.create(algorithm, { name: { value: name } }) : name;
}

/**
 * An algorithm for the engine. Firefox reads a name several times; one behind a getter, which may do anything, is read
 * here, once. What the getter throws is left to the engine, whose calls reject.
 */
export function readOnce<T>(algorithm: T): T | Algorithm | string {
  if (!isObject(algorithm) || !Object.getOwnPropertyDescriptor(algorithm, 'name')?.get) return algorithm;
  try {
    return named(algorithm, nameOf(algorithm));
  } catch {
    return algorithm;
  }
}

/**
 * @param name - of the algorithm, if it has been read.
 * @throws TypeError; DOMException `NotSupportedError`
 */
export function normalize(operation: Registered, algorithm: unknown, name = nameOf(algorithm)): Normalized {
  const canonical = canonicalName(name);
  const dictionary = canonical === undefined ? undefined : REGISTRATIONS[canonical]?.[operation];
  if (canonical === undefined || dictionary === undefined) {
    throw notSupported(`${operation} is not there for this algorithm`);
  }
  const members: Record<string, unknown> = { name: canonical };
  for (const [member, kind] of Object.entries(dictionary)) {
    const value: unknown = isObject(algorithm) ? Reflect.get(algorithm, member) : undefined;
    if (value !== undefined) members[member] = convert(kind, value, member);
    else if (kind.endsWith('!')) throw new TypeError(`${member} of ${canonical} is missing.`);
  }
  return members as Normalized & Record<string, unknown>;
}

function convert(kind: Dictionary[string], value: unknown, member: string): unknown {
  const type = kind.replace('!', '');
  switch (type) {
    case 'bytes':
      return copyOf(value, member);
    case 'string':
      return toText(value);
    case 'hash':
      return normalize('digest', value).name;
    case 'key':
      return toKey(value);
    case 'integer':
      if (Object.prototype.toString.call(value) === '[object Uint8Array]') return copyOf(value, member);
      throw new TypeError(`${member} must be a Uint8Array.`);
    default:
      return toInteger(value, type, member);
  }
}

/** A CryptoKey of the engine's, or a handle. */
export function toKey(value: unknown): CryptoKey {
  if (targetOf(value) !== undefined || isCryptoKey(value)) return value as CryptoKey;
  throw new TypeError('A CryptoKey was expected.');
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
