// WebIDL's conversions of what a caller passes. What is read is read once, and bytes are copied where they are read.
// Nothing is logged or kept; data may be secret.
import { FORMATS, USAGES } from '../../algorithms/index.ts';
import { isArrayBuffer } from '../../algorithms/input.ts';
import type { KeyFormat, Usage } from '../../algorithms/types.ts';

type Bytes = Uint8Array<ArrayBuffer>;

const memoryOf = (value: unknown): unknown => (ArrayBuffer.isView(value) ? value.buffer : value);

/** An ArrayBuffer or a view of one, not of shared memory. */
export function isBufferSource(value: unknown): value is BufferSource {
  return isArrayBuffer(memoryOf(value));
}

/** BufferSource: the caller's own bytes, to be copied by whoever is called next; a detached buffer has none. */
export function bytesAt(value: unknown, what: string): BufferSource {
  if (!isBufferSource(value)) throw new TypeError(`${what} must be an ArrayBuffer or a view of one.`);
  // Without [AllowResizable], a BufferSource is of one size.
  if ((memoryOf(value) as ArrayBuffer).resizable) throw new TypeError(`${what} must not be resizable.`);
  return value.byteLength === 0 ? new Uint8Array() : value;
}

/** A copy that nobody else has. */
export function copyOf(value: unknown, what: string): Bytes {
  const source = bytesAt(value, what);
  const view = ArrayBuffer.isView(source)
    ? new Uint8Array(source.buffer, source.byteOffset, source.byteLength)
    : new Uint8Array(source);
  // Not the buffer's own slice: the copy is of this realm.
  return new Uint8Array(view);
}

const MAX: Readonly<Record<string, number>> = { octet: 0xff, ushort: 0xffff, ulong: 0xffff_ffff };

/** [EnforceRange] of an unsigned integer type. */
export function toInteger(value: unknown, kind: string, what: string): number {
  const number = Math.trunc(Number(value));
  if (number >= 0 && number <= (MAX[kind] ?? 0)) return number + 0;
  throw new TypeError(`${what} must be a number from 0 to ${MAX[kind]}.`);
}

/** DOMString. A symbol is none, though `String` takes one. */
export function toText(value: unknown): string {
  if (typeof value === 'symbol') throw new TypeError('A symbol is not a string.');
  return String(value);
}

export function toFormat(value: unknown): KeyFormat {
  const asked = toText(value);
  const format = FORMATS.find((known) => known === asked);
  if (format !== undefined) return format;
  throw new TypeError(`The format must be one of ${FORMATS.join(', ')}.`);
}

/** sequence<KeyUsage>, as a set in canonical order. */
export function toUsages(value: unknown): Usage[] {
  const asked = [...toIterable(value)].map(toText);
  for (const usage of asked) {
    if (!USAGES.some((known) => known === usage)) throw new TypeError('A usage is not a KeyUsage.');
  }
  return USAGES.filter((usage) => asked.includes(usage));
}

export function toIterable(value: unknown): Iterable<unknown> {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) {
    return value as Iterable<unknown>;
  }
  throw new TypeError('A sequence was expected.');
}
