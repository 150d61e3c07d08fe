// PKCS #8 (RFC 5958) and SPKI (RFC 5280, 4.1) for the curves that noble computes: Ed448 by RFC 8410, EC
// by RFC 5915. Strict DER (X.690): one encoding for one key. Touches private keys and clears the buffers
// it fills with them, but not those of its caller.
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';

/** An AlgorithmIdentifier in DER; DER has one encoding of it, so bytes are compared, not parsed. */
export interface DerAlgorithm {
  readonly identifier: Bytes;
  /** For EC keys, the curve's object identifier in DER, as it may stand inside the private key too. */
  readonly namedCurve: Bytes | null;
}

/** A private key as found in PKCS #8, and the public halves beside it, of which there may be two. */
export interface FoundPrivate {
  readonly secret: Bytes;
  readonly publicKeys: readonly Bytes[];
}

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const SEQUENCE = 0x30;
/** Context-specific tags: [0] and [1] around an element, [1] in place of a primitive one's own tag. */
const EXPLICIT_0 = 0xa0;
const EXPLICIT_1 = 0xa1;
const IMPLICIT_1 = 0x81;

const WHOLE_BYTES = Uint8Array.of(0);

export function encodeSpki({ identifier }: DerAlgorithm, publicKey: Bytes): Bytes {
  return element(SEQUENCE, identifier, element(BIT_STRING, WHOLE_BYTES, publicKey));
}

/** @throws KeystoreError `INVALID_ARGUMENT` if it is no SPKI, or one of another algorithm. */
export function decodeSpki({ identifier }: DerAlgorithm, der: Bytes): Bytes {
  const outer = new Reader(der);
  const spki = new Reader(outer.take(SEQUENCE));
  outer.end();
  checkSame(spki.takeWhole(SEQUENCE), identifier);
  const publicKey = bits(spki.take(BIT_STRING));
  spki.end();
  return publicKey;
}

/** As OpenSSL and the engines write it: EC with its public half and no second naming of the curve. */
export function encodePkcs8(
  { identifier, namedCurve }: DerAlgorithm,
  secret: Bytes,
  publicKey: Bytes,
): Bytes {
  const octets = element(OCTET_STRING, secret);
  const inner = namedCurve
    ? element(SEQUENCE, integer(1), octets, element(EXPLICIT_1, element(BIT_STRING, WHOLE_BYTES, publicKey)))
    : octets;
  const wrapped = element(OCTET_STRING, inner);
  try {
    return element(SEQUENCE, integer(0), identifier, wrapped);
  } finally {
    for (const buffer of [octets, inner, wrapped]) buffer.fill(0);
  }
}

/** @throws KeystoreError `INVALID_ARGUMENT` if it is no PKCS #8, or one of another algorithm. */
export function decodePkcs8({ identifier, namedCurve }: DerAlgorithm, der: Bytes): FoundPrivate {
  const outer = new Reader(der);
  const info = new Reader(outer.take(SEQUENCE));
  outer.end();
  const version = info.takeInteger();
  if (version !== 0 && version !== 1) throw invalid('the PKCS #8 key is of an unknown version');
  checkSame(info.takeWhole(SEQUENCE), identifier);
  const inner = new Reader(info.take(OCTET_STRING));
  if (info.has(EXPLICIT_0)) info.take(EXPLICIT_0); // attributes, which say nothing about the key
  const publicKeys: Bytes[] = [];
  // The public half came with version 1, but writers are known to leave the version at 0.
  if (info.has(IMPLICIT_1)) publicKeys.push(bits(info.take(IMPLICIT_1)));
  info.end();
  if (!namedCurve) {
    const secret = inner.take(OCTET_STRING);
    inner.end();
    return { secret: copy(secret), publicKeys };
  }
  const key = new Reader(inner.take(SEQUENCE));
  inner.end();
  if (key.takeInteger() !== 1) throw invalid('the EC private key is of an unknown version');
  const secret = key.take(OCTET_STRING);
  if (key.has(EXPLICIT_0)) checkSame(key.take(EXPLICIT_0), namedCurve);
  if (key.has(EXPLICIT_1)) {
    const wrapped = new Reader(key.take(EXPLICIT_1));
    publicKeys.push(bits(wrapped.take(BIT_STRING)));
    wrapped.end();
  }
  key.end();
  return { secret: copy(secret), publicKeys };
}

/** Reads elements one after the other, as views of the bytes it was given. */
class Reader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  has(tag: number): boolean {
    return this.#bytes[this.#at] === tag;
  }

  /** The contents of the next element, which must have this tag. */
  take(tag: number): Uint8Array {
    if (!this.has(tag)) throw malformed();
    const [size, start] = this.#size(this.#at + 1);
    const end = start + size;
    if (end > this.#bytes.length) throw malformed();
    this.#at = end;
    return this.#bytes.subarray(start, end);
  }

  /** As take, with its tag and length. */
  takeWhole(tag: number): Uint8Array {
    const from = this.#at;
    this.take(tag);
    return this.#bytes.subarray(from, this.#at);
  }

  /** A version number: one byte, not negative. */
  takeInteger(): number {
    const contents = this.take(INTEGER);
    const [value] = contents;
    if (contents.length !== 1 || value === undefined || value > 0x7f) throw malformed();
    return value;
  }

  end(): void {
    if (this.#at !== this.#bytes.length) throw malformed();
  }

  /** A length and where it ends. DER has the shortest form only; keys need two bytes at most. */
  #size(at: number): [size: number, next: number] {
    const [first, second, third] = this.#bytes.subarray(at, at + 3);
    if (first !== undefined && first < 0x80) return [first, at + 1];
    if (first === 0x81 && second !== undefined && second >= 0x80) return [second, at + 2];
    if (first === 0x82 && second !== undefined && second > 0 && third !== undefined) {
      return [second * 256 + third, at + 3];
    }
    throw malformed();
  }
}

function element(tag: number, ...parts: Uint8Array[]): Bytes {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const head = size < 0x80 ? [tag, size] : [tag, 0x81, size];
  if (size > 0xff) throw new RangeError('no key of these curves is as long as that');
  const out = new Uint8Array(head.length + size);
  out.set(head);
  let at = head.length;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

function integer(value: number): Bytes {
  return element(INTEGER, Uint8Array.of(value));
}

/** A BIT STRING's bytes: keys have no unused bits. */
function bits(contents: Uint8Array): Bytes {
  if (contents[0] !== 0) throw malformed();
  return copy(contents.subarray(1));
}

function copy(bytes: Uint8Array): Bytes {
  return new Uint8Array(bytes);
}

function checkSame(actual: Uint8Array, expected: Bytes): void {
  const same = actual.length === expected.length && expected.every((byte, index) => byte === actual[index]);
  if (!same) throw invalid('the key is of another algorithm or curve than stated');
}

function malformed(): Error {
  return invalid(
    'the key is not the DER that its format asks for; PEM must be decoded, encrypted keys opened',
  );
}
