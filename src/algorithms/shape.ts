// Reading what was sent or stored by a table of its members: strictly, each of them once, into an object of our own. Types
// come from the tables, so that what is checked and what is believed cannot differ. By hand rather than by a schema
// library, whose size and evaluation every cold start of a host pays for. No secrets here; messages repeat no value.
import { invalid, isObject, refuseOtherMembers } from './input.ts';
import type { Member } from './params.ts';

type Table = Readonly<Record<string, Member>>;

/** What a table reads. Members that may be `undefined` may be absent, and are where they are. */
export type Read<M extends Table> = {
  readonly [K in keyof M as MayLack<ReturnType<M[K]>> extends true ? never : K]: ReturnType<M[K]>;
} & {
  readonly [K in keyof M as MayLack<ReturnType<M[K]>> extends true ? K : never]?: Exclude<
    ReturnType<M[K]>,
    undefined
  >;
};
type MayLack<T> = unknown extends T ? false : undefined extends T ? true : false;

/**
 * An object with these members. On the path of every call. What is inherited counts as a member: plain clones have none, and
 * those of a platform's objects (a CryptoKey, a Blob) are refused by theirs.
 *
 * @param others - what else it has is a fault, or not read.
 */
export function table<M extends Table>(
  members: M,
  others: 'refused' | 'left out' = 'refused',
): Member<Read<M>> {
  const known = Object.keys(members);
  const entries = Object.entries(members);
  // Of whatever was read last: nearly every table reads one thing only.
  let last = '';
  let names: readonly string[] = [];
  return (input, what) => {
    if (!isObject(input)) throw invalid(`${what} must be an object`);
    if (others === 'refused') refuseOtherMembers(input, known, what);
    if (what !== last || names.length === 0) {
      last = what;
      names = known.map((name) => `${name} of ${what}`);
    }
    const read: Record<string, unknown> = {};
    entries.forEach(([name, member], index) => {
      const value = member(input[name], names[index] ?? name);
      if (value !== undefined) read[name] = value;
    });
    return read as Read<M>;
  };
}

/** An object of one of several kinds, each told by the one member that only it has. */
export function choice<M extends Table>(kinds: M): Member<ReturnType<M[keyof M]>> {
  const known = Object.keys(kinds);
  return (input, what) => {
    const kind = isObject(input) ? known.find((name) => Object.hasOwn(input, name)) : undefined;
    const member = kind === undefined ? undefined : kinds[kind];
    if (member === undefined) throw invalid(`${what} must be an object with ${known.join(' or ')}`);
    return member(input, what) as ReturnType<M[keyof M]>;
  };
}

/** For its reader to check, who knows what it has to be. */
export const anything: Member = (value) => value;

/** @param says - what it has to be: `a CryptoKey`. */
export function only<T>(is: (value: unknown) => value is T, says: string): Member<T> {
  return (value, what) => {
    if (is(value)) return value;
    throw invalid(`${what} must be ${says}`);
  };
}

export const flag = only((value) => typeof value === 'boolean', 'true or false');

export function oneOf<const T extends string | number>(list: readonly T[]): Member<T> {
  return only((value): value is T => list.some((item) => item === value), `one of ${list.join(', ')}`);
}

/** @param says - `a string of 32 digits`. */
export function textThat(holds: (text: string) => boolean, says: string): Member<string> {
  return only((value): value is string => typeof value === 'string' && holds(value), says);
}

export const anyText = textThat(() => true, 'a string');

/** In UTF-16 code units. */
export function text(min: number, max: number): Member<string> {
  return textThat(({ length }) => length >= min && length <= max, `a string of ${min} to ${max} characters`);
}

/** Not NaN. */
export function quantity(min: number, max: number, unit: string): Member<number> {
  return only(
    (value): value is number => typeof value === 'number' && value >= min && value <= max,
    `a number of ${unit} from ${min} to ${max}`,
  );
}

export function listOf<T>(member: Member<T>, max: number): Member<T[]> {
  return (value, what) => {
    if (!Array.isArray(value) || value.length > max)
      throw invalid(`${what} must be a list of at most ${max}`);
    return Array.from(value, (item: unknown) => member(item, `a member of ${what}`));
  };
}

export function orNull<T>(member: Member<T>): Member<T | null> {
  return (value, what) => (value === null ? null : member(value, what));
}

/** What a table reads; `undefined` where it cannot: of what was stored, where there is nobody to be told why. */
export function readable<T>(member: Member<T>, input: unknown): T | undefined {
  try {
    return member(input, 'what is stored');
  } catch {
    return undefined;
  }
}
