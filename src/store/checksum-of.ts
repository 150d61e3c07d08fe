// The checksum of a record: SHA-256 over all that it says, in one encoding for every engine and version
// (docs/record-format.md). A chunk of its own (checksum.ts). Touches secret bytes, and keeps none.
import { sha256 } from '@noble/hashes/sha2.js';
import { isBytes } from '../algorithms/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Characters, bytes and values together, above any whole record: a key has 64 KiB at most. A clone of 200 bytes can unfold to gigabytes. */
const MAX_SIZE = 131_072;

/** @throws TypeError for what cannot be in a record. */
export function checksumOf(said: object): Bytes {
  const encoding = new Encoding();
  const text = JSON.stringify(encoding.of(said));
  const hash = sha256.create().update(new TextEncoder().encode(text));
  for (const bytes of encoding.bytes) hash.update(bytes);
  return new Uint8Array(hash.digest());
}

/**
 * What JSON.stringify makes one text of, whatever the order of members, and of two records never the same: a list is
 * `["list", …]`, a table `["table", name, value, …]` by ascending name, bytes `["bytes", length]`. The bytes themselves
 * follow the text, so that no secret becomes part of a string, which nobody can clear; the hash clears what it buffers.
 */
class Encoding {
  readonly bytes: Bytes[] = [];
  #left = MAX_SIZE;

  of(value: unknown): unknown {
    this.#spend(1);
    if (value === null || typeof value === 'boolean') return value;
    if (typeof value === 'string') return this.#text(value);
    // JSON has but one zero.
    if (typeof value === 'number' && Number.isFinite(value)) return Object.is(value, -0) ? ['-0'] : value;
    if (isBytes(value)) return this.#bytes(value);
    if (value instanceof CryptoKey) return ['key', this.#table(shown(value))];
    if (Array.isArray(value)) return this.#list(value);
    if (Object.prototype.toString.call(value) === '[object Object]') return this.#table(Object(value));
    throw new TypeError('no record has a value of this kind');
  }

  #text(text: string): string {
    this.#spend(text.length);
    return text;
  }

  #bytes(bytes: Bytes): unknown[] {
    this.#spend(bytes.length);
    this.bytes.push(bytes);
    return ['bytes', bytes.length];
  }

  #list(list: readonly unknown[]): unknown[] {
    const items: unknown[] = ['list'];
    for (const item of list) items.push(this.of(item));
    return items;
  }

  /** A member that is undefined is none, as in JSON. */
  #table(table: Readonly<Record<string, unknown>>): unknown[] {
    const members: unknown[] = ['table'];
    for (const name of Object.keys(table).sort()) {
      if (table[name] !== undefined) members.push(this.#text(name), this.of(table[name]));
    }
    return members;
  }

  #spend(size: number): void {
    this.#left -= size;
    if (this.#left < 0) throw new TypeError('no record is as large as this');
  }
}

/** Of a native key, whose bytes never leave the engine, what keys are told apart by: an engine may come to show more. */
function shown({ type, extractable, algorithm, usages }: CryptoKey): Record<string, unknown> {
  const { name, hash, namedCurve, length, modulusLength, publicExponent }: Shown = algorithm;
  return {
    type,
    extractable,
    usages: [...usages].sort(),
    algorithm: { name, hash: hash?.name, namedCurve, length, modulusLength, publicExponent },
  };
}

/** What engines show of the algorithm of a key. */
interface Shown {
  readonly name: string;
  readonly hash?: { readonly name: string };
  readonly namedCurve?: string;
  readonly length?: number;
  readonly modulusLength?: number;
  readonly publicExponent?: Bytes;
}
