// Bytes and their texts, and the few shapes of DER that key files have. Written apart from keyslot's own, which it checks.

export type Bytes = Uint8Array<ArrayBuffer>;

export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

export const fromHex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));

export const base64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '');

export const text = (value: string): Bytes => new TextEncoder().encode(value);

/** `length` bytes that differ from their neighbours, always the same. */
export const pattern = (length: number, first = 1): Bytes =>
  Uint8Array.from({ length }, (_, index) => (first + 7 * index) & 0xff);

export const concat = (...parts: readonly Uint8Array[]): Bytes => {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
};

export const equal = (a: ArrayBuffer | Uint8Array, b: ArrayBuffer | Uint8Array): boolean =>
  hex(new Uint8Array(a)) === hex(new Uint8Array(b));

/** The same with its first bit turned. */
export const altered = (bytes: ArrayBuffer | Uint8Array): Bytes => {
  const copy = Uint8Array.from(new Uint8Array(bytes));
  copy[0] = (copy[0] ?? 0) ^ 0x80;
  return copy;
};

// X.690: tag, length, contents.
export function der(tag: number, ...contents: readonly Uint8Array[]): Bytes {
  const body = concat(...contents);
  const size = body.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return concat(Uint8Array.of(tag, ...length), body);
}

/** SubjectPublicKeyInfo (RFC 5280). */
export const spki = (algorithm: Uint8Array, key: Uint8Array): Bytes =>
  der(0x30, algorithm, der(0x03, Uint8Array.of(0), key));

/** PrivateKeyInfo (RFC 5208). */
export const pkcs8 = (algorithm: Uint8Array, key: Uint8Array): Bytes =>
  der(0x30, Uint8Array.of(2, 1, 0), algorithm, der(0x04, key));
