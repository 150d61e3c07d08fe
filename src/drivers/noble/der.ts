// PKCS #8 (RFC 5958) and SPKI (RFC 5280, 4.1) for the curves that noble computes: Ed448 by RFC 8410, EC
// by RFC 5915. Strict DER (X.690): one encoding for one key. The elements are noble's, whose reader yields
// views and refuses every length that is not the shortest; its writer makes strings, which nothing can
// clear, so a private key is written over zeros in the finished encoding and never passes through it.
import { DER } from '@noble/curves/abstract/der.js';
import { bytesToHex, hexToBytes } from '@noble/curves/utils.js';
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

export function encodeSpki({ identifier }: DerAlgorithm, publicKey: Bytes): Bytes {
  return new Uint8Array(hexToBytes(element(SEQUENCE, bytesToHex(identifier), bitString(publicKey))));
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
  const blank = element(OCTET_STRING, '00'.repeat(secret.length));
  const after = namedCurve ? element(EXPLICIT_1, bitString(publicKey)) : '';
  const inner = namedCurve ? element(SEQUENCE, version(1n), blank, after) : blank;
  const whole = element(SEQUENCE, version(0n), bytesToHex(identifier), element(OCTET_STRING, inner));
  const der = new Uint8Array(hexToBytes(whole));
  der.set(secret, der.length - after.length / 2 - secret.length);
  return der;
}

/** @throws KeystoreError `INVALID_ARGUMENT` if it is no PKCS #8, or one of another algorithm. */
export function decodePkcs8({ identifier, namedCurve }: DerAlgorithm, der: Bytes): FoundPrivate {
  const outer = new Reader(der);
  const info = new Reader(outer.take(SEQUENCE));
  outer.end();
  if (info.takeInteger() > 1n) throw invalid('the PKCS #8 key is of an unknown version');
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
  if (key.takeInteger() !== 1n) throw invalid('the EC private key is of an unknown version');
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
  #left: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#left = bytes;
  }

  has(tag: number): boolean {
    return this.#left[0] === tag;
  }

  /** The contents of the next element, which must have this tag. */
  take(tag: number): Uint8Array {
    const { v: contents, l: left } = orMalformed(() => DER._tlv.decode(tag, this.#left));
    this.#left = left;
    return contents;
  }

  /** As take, with its tag and length. */
  takeWhole(tag: number): Uint8Array {
    const from = this.#left;
    this.take(tag);
    return from.subarray(0, from.length - this.#left.length);
  }

  takeInteger(): bigint {
    const contents = this.take(INTEGER);
    return orMalformed(() => DER._int.decode(contents));
  }

  end(): void {
    if (this.#left.length > 0) throw malformed();
  }
}

/** An element in hexadecimal. Public values only. */
function element(tag: number, ...parts: string[]): string {
  return DER._tlv.encode(tag, parts.join(''));
}

function version(value: bigint): string {
  return element(INTEGER, DER._int.encode(value));
}

/** With the count of unused bits, which is 0: keys have whole bytes. */
function bitString(publicKey: Bytes): string {
  return element(BIT_STRING, '00', bytesToHex(publicKey));
}

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

/** The library's own error stays behind: it may speak of what it read. */
function orMalformed<T>(read: () => T): T {
  try {
    return read();
  } catch {
    throw malformed();
  }
}

function malformed(): Error {
  return invalid(
    'the key is not the DER that its format asks for; PEM must be decoded, encrypted keys opened',
  );
}
