// Values that nobody should pass, for fast-check. `thing` is whatever JavaScript has; `cloneable` what a message can
// hold.
import * as fc from 'fast-check';

/** A view of a buffer that was transferred away. */
export const detached = () => {
  const view = new Uint8Array(16);
  structuredClone(view, { transfer: [view.buffer] });
  return view;
};

const shared = () => new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);

const bytes = fc.uint8Array({ maxLength: 80 }).map((array) => new Uint8Array(array));

const native = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']);
const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);

/** What a structured clone can copy. */
export const cloneable: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, maxDepth: 3 }),
  },
  {
    weight: 2,
    arbitrary: fc.anything({ withTypedArray: true, withSparseArray: true, withNullPrototype: true }),
  },
  bytes,
  bytes.map((array) => array.buffer),
  bytes.map((array) => new DataView(array.buffer)),
  bytes.map((array) => new Uint16Array(array.buffer.slice(0, array.length & ~1))),
  fc.string({ maxLength: 300 }),
  fc.string({ unit: 'binary' }),
  fc.constantFrom<unknown>(
    ...[undefined, null, '', 0, -1, 1.5, Number.NaN, Infinity, -0, 2 ** 53, true, 10n ** 30n],
    ...['\ud800', '\0', '__proto__', 'constructor', 'key', 'x'.repeat(257), 'x'.repeat(100_000)],
    ...[new Date(Number.NaN), /x/g, new Error('junk'), new Blob(['junk']), native, pair, pair.privateKey],
    ...[new ArrayBuffer(0), new Array(1000), Object.assign([1], { extra: 2 }), new Uint8Array(100_000)],
  ),
);

/** What the traps below throw. An exception of the caller's own getter is the caller's: it comes out as it is. */
export const OWN = new RangeError('a getter of the caller');

const thrower = (): never => {
  throw OWN;
};

/** A value that is made when it is used: fast-check must neither look into a trap nor print it. */
export interface Made {
  readonly make: () => unknown;
  readonly [fc.toStringMethod]: () => string;
}

function made(make: () => unknown, text: () => string): Made {
  return { make, [fc.toStringMethod]: text };
}

const asMade = (value: unknown) =>
  made(
    () => value,
    () => fc.stringify(value),
  );

/** One value, always. */
export const only = (value: unknown) => fc.constant(asMade(value));

const TRAPS: readonly (() => unknown)[] = [
  () => () => undefined,
  () => Symbol('junk'),
  () => class Junk {},
  () => detached(),
  () => detached().buffer,
  () => shared(),
  () => new Proxy({}, { get: thrower }),
  () => new Proxy({}, { ownKeys: thrower }),
  () =>
    new Proxy({}, { get: thrower, has: thrower, getPrototypeOf: thrower, getOwnPropertyDescriptor: thrower }),
  () => Object.create(null),
  () => Object.create(CryptoKey.prototype),
  () => new Promise(() => undefined),
  () => new WeakMap(),
  () => globalThis,
  () => document,
  () => ({ toString: thrower, valueOf: thrower, toJSON: thrower }),
  () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    return circle;
  },
];

/** Anything at all. */
export const thing: fc.Arbitrary<Made> = fc.oneof(
  { weight: 4, arbitrary: cloneable.map(asMade) },
  fc.constantFrom(...TRAPS).map((trap) => made(trap, () => String(trap))),
);

/** Objects with the members of a good one, some of them junk, missing, or more, or one behind a throwing getter. */
export function almost(good: object): fc.Arbitrary<Made> {
  const names = Object.keys(good);
  const change = fc.constantFrom('junk', 'missing', 'extra', 'throws');
  return fc
    .tuple(thing, fc.subarray(names, { minLength: 1, maxLength: Math.min(2, names.length) }), change)
    .map(([junk, some, how]) => {
      const text = () => `${fc.stringify(good)} with ${how} ${some.join()}: ${fc.stringify(junk)}`;
      return made(() => {
        const result: Record<string, unknown> = { ...good };
        for (const name of some) {
          if (how === 'missing') delete result[name];
          else if (how === 'extra') result[`${name}2`] = junk.make();
          else if (how === 'junk') result[name] = junk.make();
          else Object.defineProperty(result, name, { enumerable: true, get: thrower });
        }
        return result;
      }, text);
    });
}

/** A good object with one of its members replaced by what another arbitrary makes. */
export function withMember(good: object, name: string, member: fc.Arbitrary<Made>): fc.Arbitrary<Made> {
  return member.map((junk) =>
    made(
      () => ({ ...good, [name]: junk.make() }),
      () => `${name}: ${fc.stringify(junk)}`,
    ),
  );
}

/** As {@link almost}, of what a message can hold only. */
export function almostCloneable(good: object): fc.Arbitrary<unknown> {
  const names = Object.keys(good);
  if (names.length === 0) return cloneable;
  const change = fc.constantFrom('junk', 'missing', 'extra');
  return fc
    .tuple(cloneable, fc.subarray(names, { minLength: 1, maxLength: Math.min(2, names.length) }), change)
    .map(([junk, some, how]) => {
      const result: Record<string, unknown> = { ...good };
      for (const name of some) {
        if (how === 'missing') delete result[name];
        else result[how === 'extra' ? `${name}2` : name] = junk;
      }
      return result;
    });
}
