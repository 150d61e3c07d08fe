// Secrets that are numbers, so that it can be seen which key has signed: bytes for the driver that blocks, something that
// passes for a CryptoKey for the native one.
type Bytes = Uint8Array<ArrayBuffer>;

const numbers = new WeakMap<object, number>();
const keys = new Map<number, CryptoKey>();

export function bytesOf(number: number): Bytes {
  return new Uint8Array([number & 255, number >>> 8]);
}

/** An engine would make one only asynchronously, and hand out clones that hide which key they are. */
export function cryptoKeyOf(number: number): CryptoKey {
  let key = keys.get(number);
  if (key === undefined) {
    const value = (of: unknown) => ({ value: of });
    const made: CryptoKey = Object.create(CryptoKey.prototype, {
      type: value('secret'),
      extractable: value(false),
      algorithm: value({ name: 'HMAC', hash: { name: 'SHA-256' }, length: 256 }),
      usages: value(['sign']),
    });
    numbers.set(made, number);
    keys.set(number, made);
    key = made;
  }
  return key;
}

/** 0: no secret, or one that was cleared. */
export function numberOf(secret: unknown): number {
  if (secret instanceof Uint8Array) return (secret[0] ?? 0) + (secret[1] ?? 0) * 256;
  return typeof secret === 'object' && secret !== null ? (numbers.get(secret) ?? 0) : 0;
}

/** A structured clone, as far as records need one. CryptoKeys cannot change, so that their clones are themselves. */
export function clone<T>(value: T): T;
export function clone(value: unknown): unknown {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  if (typeof value !== 'object' || value === null || value instanceof CryptoKey) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => clone(item));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, clone(member)]));
}
