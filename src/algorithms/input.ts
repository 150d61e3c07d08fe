// Reading what callers pass: values of any type, by structured clone or straight from a page. Nothing
// here trusts a prototype, a getter or a length, and no message repeats a value, only member names.
import { KeystoreError } from '../errors.ts';

/** An object's own members, read once, in a table without a prototype. */
export type Fields = Readonly<Record<string, unknown>>;

/** Longer than any name in the tables; a longer string is not a name but something else gone astray. */
const MAX_NAME_CHARACTERS = 64;

export function invalid(message: string, cause?: unknown): KeystoreError {
  return new KeystoreError('INVALID_ARGUMENT', message, cause === undefined ? undefined : { cause });
}

export function unsupported(message: string, cause?: unknown): KeystoreError {
  return new KeystoreError('NOT_SUPPORTED', message, cause === undefined ? undefined : { cause });
}

/** The accessors themselves ask the object what it is, whatever its prototype or members say. */
const tagOf = getterOf(Object.getPrototypeOf(Uint8Array.prototype), Symbol.toStringTag);
const lengthOf = getterOf(ArrayBuffer.prototype, 'byteLength');

function getterOf(prototype: object, name: PropertyKey): (this: unknown) => unknown {
  const getter = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (getter === undefined) throw new TypeError(`${String(name)} is no accessor here`);
  return getter;
}

export function isBytes(value: unknown): value is Uint8Array<ArrayBuffer> {
  // Not by instanceof, so that views of another realm (frames, test environments) are bytes too; a view of a
  // SharedArrayBuffer is not, since it can change between check and use. On the path of every call.
  return ArrayBuffer.isView(value) && tagOf.call(value) === 'Uint8Array' && isArrayBuffer(value.buffer);
}

/** Of any realm, as {@link isBytes}; not of shared memory. */
export function isArrayBuffer(buffer: unknown): buffer is ArrayBuffer {
  try {
    lengthOf.call(buffer);
    return true;
  } catch {
    return false;
  }
}

/** The brand, not the prototype, makes a CryptoKey: one of another realm is one, what only inherits is none. */
export function isCryptoKey(value: unknown): value is CryptoKey {
  try {
    return Reflect.get(CryptoKey.prototype, 'type', value) !== undefined;
  } catch {
    return false;
  }
}

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Reads each own enumerable member once; getters that throw or change cannot split check from use. */
export function readFields(input: unknown, what: string, shape: string): Fields {
  const fields: Record<string, unknown> = Object.create(null);
  try {
    if (isObject(input)) {
      for (const key of Object.keys(input)) fields[key] = Reflect.get(input, key);
      return fields;
    }
  } catch (cause) {
    throw invalid(`${what} could not be read; pass a plain object such as ${shape}`, cause);
  }
  throw invalid(`${what} must be a plain object such as ${shape}`);
}

export function refuseOtherMembers(fields: Fields, known: readonly string[], what: string): void {
  for (const key in fields) {
    if (known.includes(key)) continue;
    const name = /^[\w-]{1,32}$/.test(key) ? `"${key}"` : 'with an unprintable name';
    const allowed = known.length === 0 ? 'there are none' : `known: ${known.join(', ')}`;
    throw invalid(`${what} has an unknown member ${name}; remove it (${allowed})`);
  }
}

const ASCII = /^[ -~]*$/;

/**
 * ASCII lower case, as WebCrypto compares names: the language's own would make K of the Kelvin sign, and an S of a long s.
 */
export function lowerCase(name: string): string {
  // On the path of every call that names an algorithm: a replacement letter by letter takes microseconds.
  if (ASCII.test(name)) return name.toLowerCase();
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

export function readName(value: unknown, what: string, example: string): string {
  if (typeof value === 'string' && value.length > 0 && value.length <= MAX_NAME_CHARACTERS) return value;
  throw invalid(`${what} must be a name, a short string such as '${example}'`);
}

/** The list's own element equal to `value`, or NOT_SUPPORTED with the list. */
export function oneOf<const T extends string | number>(value: unknown, list: readonly T[], what: string): T {
  for (const item of list) if (item === value) return item;
  throw unsupported(`${what} is not supported; supported: ${list.join(', ')}`);
}

export function readInteger(value: unknown, what: string, unit: string): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid(`${what} must be a whole number of ${unit}`);
}
