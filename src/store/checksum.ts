// The checksum of a record: SHA-256 over all that it says, in one encoding for every engine and version
// (docs/record-format.md). Against damage, not against tampering: whoever can write a record can write its checksum.
import { sha256 } from '@noble/hashes/sha2.js';
import { isBytes } from '../algorithms/index.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Characters and bytes together, above any whole record by far. A clone of 200 bytes can unfold to gigabytes. */
const MAX_SIZE = 65_536;

/** @throws TypeError for what cannot be in a record. */
export function withChecksum<R extends object>(record: R): R & { readonly checksum: Bytes } {
  return { ...record, checksum: checksumOf(record) };
}

/** Whether a record says what it said when it was written. */
export function isIntact<R extends { readonly checksum: Bytes }>({ checksum, ...said }: R): boolean {
  try {
    const expected = checksumOf(said);
    return checksum.length === expected.length && expected.every((byte, index) => byte === checksum[index]);
  } catch {
    // It says something that no record can.
    return false;
  }
}

function checksumOf(said: object): Bytes {
  const encoding = new Encoding();
  encoding.add(said);
  return encoding.digest();
}

/**
 * A text that is JSON with sorted members and without spaces, but for the bytes, of which it has the length, `<32>`;
 * they follow it in the order of their lengths. So that no secret ever becomes part of a string, which nobody can
 * clear; the hash clears what it buffers.
 */
class Encoding {
  #text = '';
  readonly #bytes: Bytes[] = [];
  #left = MAX_SIZE;

  add(value: unknown): void {
    if (value === null || typeof value === 'boolean' || typeof value === 'string')
      this.#say(JSON.stringify(value));
    else if (typeof value === 'number' && Number.isFinite(value))
      this.#say(Object.is(value, -0) ? '-0' : `${value}`);
    else if (isBytes(value)) this.#addBytes(value);
    else if (value instanceof CryptoKey) this.#addKey(value);
    else if (Array.isArray(value)) this.#addList(value);
    else if (Object.prototype.toString.call(value) === '[object Object]') this.#addMembers(Object(value));
    else throw new TypeError('no record has a value of this kind');
  }

  digest(): Bytes {
    const hash = sha256.create().update(new TextEncoder().encode(this.#text));
    for (const bytes of this.#bytes) hash.update(bytes);
    return new Uint8Array(hash.digest());
  }

  #addBytes(bytes: Bytes): void {
    this.#spend(bytes.length);
    this.#say(`<${bytes.length}>`);
    this.#bytes.push(bytes);
  }

  /** Its bytes never leave the engine. Of its algorithm what keys are told apart by: an engine may come to show more. */
  #addKey({ type, extractable, algorithm, usages }: CryptoKey): void {
    const { name, hash, namedCurve, length, modulusLength, publicExponent }: Shown = algorithm;
    this.#say('key');
    this.#addMembers({
      type,
      extractable,
      usages: [...usages].sort(),
      algorithm: { name, hash: hash?.name, namedCurve, length, modulusLength, publicExponent },
    });
  }

  #addList(list: readonly unknown[]): void {
    this.#say('[');
    for (const [index, item] of list.entries()) {
      if (index > 0) this.#say(',');
      this.add(item);
    }
    this.#say(']');
  }

  /** A member that is undefined is none, as in JSON. */
  #addMembers(table: Readonly<Record<string, unknown>>): void {
    this.#say('{');
    let separator = '';
    for (const name of Object.keys(table).sort()) {
      if (table[name] === undefined) continue;
      this.#say(`${separator}${JSON.stringify(name)}:`);
      this.add(table[name]);
      separator = ',';
    }
    this.#say('}');
  }

  #say(text: string): void {
    this.#spend(text.length);
    this.#text += text;
  }

  #spend(size: number): void {
    this.#left -= size;
    if (this.#left < 0) throw new TypeError('no record is as large as this');
  }
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
