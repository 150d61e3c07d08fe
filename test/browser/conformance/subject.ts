// A SubtleCrypto as the scenarios see it: every method takes anything and never throws at once, so that one scenario
// can be run on the engine's and on keyslot's, and can pass what no type allows.

export const METHODS = [
  'encrypt',
  'decrypt',
  'sign',
  'verify',
  'digest',
  'generateKey',
  'deriveKey',
  'deriveBits',
  'importKey',
  'exportKey',
  'wrapKey',
  'unwrapKey',
  'encapsulateKey',
  'encapsulateBits',
  'decapsulateKey',
  'decapsulateBits',
  'getPublicKey',
] as const;

export type Method = (typeof METHODS)[number];

/** What a method resolves to is for the scenario to know; a wrong guess becomes a wrong outcome. */
export type Call<T> = (...args: readonly unknown[]) => Promise<T>;

export interface Pair {
  readonly publicKey: CryptoKey;
  readonly privateKey: CryptoKey;
}
export interface Encapsulated<T> {
  readonly sharedKey: T;
  readonly ciphertext: ArrayBuffer;
}

export interface Subtle {
  readonly encrypt: Call<ArrayBuffer>;
  readonly decrypt: Call<ArrayBuffer>;
  readonly sign: Call<ArrayBuffer>;
  readonly verify: Call<boolean>;
  readonly digest: Call<ArrayBuffer>;
  /** A key, or a pair: a scenario knows which its algorithm makes. */
  readonly generateKey: Call<CryptoKey & Pair>;
  readonly deriveKey: Call<CryptoKey>;
  readonly deriveBits: Call<ArrayBuffer>;
  readonly importKey: Call<CryptoKey>;
  readonly exportKey: Call<ArrayBuffer & JsonWebKey>;
  readonly wrapKey: Call<ArrayBuffer>;
  readonly unwrapKey: Call<CryptoKey>;
  readonly encapsulateKey: Call<Encapsulated<CryptoKey>>;
  readonly encapsulateBits: Call<Encapsulated<ArrayBuffer>>;
  readonly decapsulateKey: Call<CryptoKey>;
  readonly decapsulateBits: Call<ArrayBuffer>;
  readonly getPublicKey: Call<CryptoKey>;
}

export interface Subject {
  readonly name: string;
  readonly subtle: Subtle;
  /** The object itself, for what is asked of its shape. */
  readonly object: object;
  /** `supports` of its class. */
  supports(operation: unknown, algorithm: unknown, third?: unknown): unknown;
}

/** What an engine has no method for. */
export class Missing extends Error {}

export function subjectOf(name: string, object: object): Subject {
  const method = (from: object, key: string, args: readonly unknown[]) => {
    const found: unknown = Reflect.get(from, key);
    if (typeof found !== 'function') throw new Missing(key);
    return Reflect.apply(found, from, args);
  };
  const call =
    (key: Method) =>
    (...args: readonly unknown[]) => {
      try {
        return method(object, key, args);
      } catch (error) {
        return Promise.reject(error);
      }
    };
  const calls: Record<Method, Call<never>> = Object.create(null);
  for (const key of METHODS) calls[key] = call(key);
  return {
    name,
    subtle: calls,
    object,
    supports: (...args) =>
      method(
        object.constructor,
        'supports',
        args.length > 2 && args[2] === undefined ? args.slice(0, 2) : args,
      ),
  };
}
