// `keystore.subtle`: a SubtleCrypto that has every algorithm. What the engine has stays the engine's, in the caller,
// and is passed on as it came; what only the host can do is done there, with keys behind handles.
import type { KeyFormat, Usage } from '../../algorithms/types.ts';
import { engine, keepEngine } from '../../drivers/webcrypto/engine.ts';
import { targetOf } from '../handle.ts';
import { type Context, isForeign, isForeignName, type SubtlePlace } from './context.ts';
import { exportKey, generateKey, importKey } from './create.ts';
import { deriveBits, deriveKey, isPartial, isWithHosts, makesHere } from './derive.ts';
import * as kem from './encapsulate.ts';
import type { SubtleHost } from './host.ts';
import { exportNative } from './native.ts';
import { plainName, readOnce } from './normalize.ts';
import * as operate from './operate.ts';
import { supports } from './supports.ts';
import { unwrapKey, wrapKey } from './wrap.ts';

export type { SubtlePlace } from './context.ts';
export type { EncapsulatedBits, EncapsulatedKey } from './encapsulate.ts';

type Data = BufferSource;
type Id = AlgorithmIdentifier;
type Usages = Iterable<Usage>;
type Format = KeyFormat;
type Native = globalThis.SubtleCrypto;
type OkpName = 'Ed25519' | 'Ed448' | 'X25519' | 'X448';
/** With the members of whatever algorithm it is. */
type AnyId = string | { readonly name: string; readonly [member: string]: unknown };

/**
 * A SubtleCrypto with everything of the Web Cryptography API, Level 2, and of the Modern Algorithms draft, natively where
 * the engine has it. Rejects with the specification's DOMExceptions. What it keeps in the host are session keys
 * that end with their handles; at the ceiling of the host's slots it rejects with `OperationError`.
 */
export interface KeystoreSubtle extends Native {
  generateKey(
    algorithm: RsaHashedKeyGenParams | EcKeyGenParams | OkpName | { name: OkpName },
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKeyPair>;
  generateKey(
    algorithm: AesKeyGenParams | HmacKeyGenParams | Pbkdf2Params,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey>;
  generateKey(algorithm: AnyId, extractable: boolean, usages: Usages): Promise<CryptoKeyPair | CryptoKey>;
  importKey(
    format: KeyFormat,
    keyData: Data | JsonWebKey,
    algorithm: AnyId,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey>;
  exportKey(format: 'jwk', key: CryptoKey): Promise<JsonWebKey>;
  exportKey(format: Exclude<KeyFormat, 'jwk'>, key: CryptoKey): Promise<ArrayBuffer>;
  exportKey(format: KeyFormat, key: CryptoKey): Promise<ArrayBuffer | JsonWebKey>;
  wrapKey(format: KeyFormat, key: CryptoKey, wrappingKey: CryptoKey, algorithm: AnyId): Promise<ArrayBuffer>;
  unwrapKey(
    format: KeyFormat,
    wrappedKey: Data,
    unwrappingKey: CryptoKey,
    algorithm: AnyId,
    unwrappedKeyAlgorithm: AnyId,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey>;
  sign(algorithm: AnyId, key: CryptoKey, data: Data): Promise<ArrayBuffer>;
  verify(algorithm: AnyId, key: CryptoKey, signature: Data, data: Data): Promise<boolean>;
  encrypt(algorithm: AnyId, key: CryptoKey, data: Data): Promise<ArrayBuffer>;
  decrypt(algorithm: AnyId, key: CryptoKey, data: Data): Promise<ArrayBuffer>;
  /** Of bytes, or of chunks that come one after the other, such as a ReadableStream's: they are held until the last. */
  digest(algorithm: AnyId, data: Data | AsyncIterable<Data> | Iterable<Data>): Promise<ArrayBuffer>;
  deriveBits(algorithm: AnyId, baseKey: CryptoKey, length?: number | null): Promise<ArrayBuffer>;
  deriveKey(
    algorithm: AnyId,
    baseKey: CryptoKey,
    derivedKeyType: AnyId,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey>;
  /** A new shared secret for the owner of the private key, as bytes, and the ciphertext that tells it to them. */
  encapsulateBits(algorithm: AnyId, key: CryptoKey): Promise<kem.EncapsulatedBits>;
  /** As `encapsulateBits`; the shared secret becomes a key. */
  encapsulateKey(
    algorithm: AnyId,
    key: CryptoKey,
    sharedKeyAlgorithm: AnyId,
    extractable: boolean,
    usages: Usages,
  ): Promise<kem.EncapsulatedKey>;
  decapsulateBits(algorithm: AnyId, key: CryptoKey, ciphertext: Data): Promise<ArrayBuffer>;
  decapsulateKey(
    algorithm: AnyId,
    key: CryptoKey,
    ciphertext: Data,
    sharedKeyAlgorithm: AnyId,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey>;
  /** The public half of a private key. */
  getPublicKey(key: CryptoKey, usages: Usages): Promise<CryptoKey>;
}

/** To be taken by the next constructor; without it there is none. */
let next: Context | undefined;

/** WebIDL: a method that returns a promise never throws. */
function settled<T>(work: () => Promise<T>): Promise<T> {
  try {
    return work();
  } catch (error) {
    return Promise.reject(error);
  }
}

/** Whether the engine is to answer for a call, whatever there is to say. */
function isEngines(context: Context, algorithm: unknown, key: unknown): boolean {
  return targetOf(key) === undefined && !isForeign(context, algorithm);
}

const HOSTS = Symbol('not the engine’s');

/** As {@link isEngines}; the algorithm as the engine is to have it. On the path of every operation: its name is looked at once. */
function forEngine(context: Context, algorithm: Id, key: unknown): Id | typeof HOSTS {
  if (targetOf(key) !== undefined) return HOSTS;
  const name = plainName(algorithm);
  if (name === undefined) return readOnce(algorithm);
  return isForeignName(context, name) ? HOSTS : algorithm;
}

/** Native keys go to the engine as they came, with all that was passed: its checks, its errors, its speed. */
class Methods {
  readonly #context: Context;

  constructor() {
    if (next === undefined) throw new TypeError('Illegal constructor');
    this.#context = next;
    next = undefined;
  }

  static supports(...args: [operation: string, algorithm: Id, third?: unknown]): boolean {
    return supports(args);
  }

  // What is called most: no closure is made for the engine's keys. `this` may be anything, null included.

  encrypt(algorithm: Id, key: CryptoKey, data: Data): Promise<ArrayBuffer> {
    try {
      const context = this.#context;
      const its = forEngine(context, algorithm, key);
      if (its !== HOSTS) return engine().encrypt(its, key, data);
      return operate.cipher(context, 'encrypt', algorithm, key, data);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  decrypt(algorithm: Id, key: CryptoKey, data: Data): Promise<ArrayBuffer> {
    try {
      const context = this.#context;
      const its = forEngine(context, algorithm, key);
      if (its !== HOSTS) return engine().decrypt(its, key, data);
      return operate.cipher(context, 'decrypt', algorithm, key, data);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  sign(algorithm: Id, key: CryptoKey, data: Data): Promise<ArrayBuffer> {
    try {
      const context = this.#context;
      const its = forEngine(context, algorithm, key);
      if (its !== HOSTS) return engine().sign(its, key, data);
      return operate.sign(context, algorithm, key, data);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  verify(algorithm: Id, key: CryptoKey, signature: Data, data: Data): Promise<boolean> {
    try {
      const context = this.#context;
      const its = forEngine(context, algorithm, key);
      if (its !== HOSTS) return engine().verify(its, key, signature, data);
      return operate.verify(context, algorithm, key, signature, data);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  digest(algorithm: Id, data: Data): Promise<ArrayBuffer> {
    try {
      return operate.digest(this.#context, algorithm, data);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  generateKey(algorithm: Id, extractable: boolean, usages: Usages): Promise<CryptoKey | CryptoKeyPair> {
    return settled(() => generateKey(this.#context, algorithm, Boolean(extractable), usages));
  }

  deriveKey(
    algorithm: Id,
    baseKey: CryptoKey,
    derivedKeyType: Id,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey> {
    return settled(() => {
      const context = this.#context;
      const exportable = Boolean(extractable);
      const its = forEngine(context, algorithm, baseKey);
      // A name is read once: what was read of it goes on.
      const input = its === HOSTS ? algorithm : its;
      return its !== HOSTS && !isWithHosts(its) && makesHere(context, derivedKeyType)
        ? engine().deriveKey(its, baseKey, readOnce(derivedKeyType), exportable, usages as Usage[])
        : deriveKey(context, input, baseKey, derivedKeyType, exportable, usages);
    });
  }

  deriveBits(algorithm: Id, baseKey: CryptoKey, length: number | null = null): Promise<ArrayBuffer> {
    try {
      const context = this.#context;
      const its = forEngine(context, algorithm, baseKey);
      if (its === HOSTS) return deriveBits(context, algorithm, baseKey, length);
      if (isWithHosts(its) || isPartial(length)) return deriveBits(context, its, baseKey, length);
      return engine().deriveBits(its, baseKey, length);
    } catch (error) {
      return Promise.reject(error);
    }
  }

  importKey(format: Format, data: Data | JsonWebKey, algorithm: Id, extractable: boolean, usages: Usages) {
    return settled(() => importKey(this.#context, format, data, algorithm, Boolean(extractable), usages));
  }

  exportKey(format: Format, key: CryptoKey): Promise<ArrayBuffer | JsonWebKey> {
    return settled(() => {
      const target = targetOf(key);
      if (target === undefined && #context in this) return exportNative(key, format);
      return exportKey(this.#context, format, key);
    });
  }

  wrapKey(format: Format, key: CryptoKey, wrappingKey: CryptoKey, algorithm: Id): Promise<ArrayBuffer> {
    return settled(() => wrapKey(this.#context, format, key, wrappingKey, algorithm));
  }

  unwrapKey(
    format: Format,
    wrapped: Data,
    unwrappingKey: CryptoKey,
    algorithm: Id,
    keyAlgorithm: Id,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey> {
    const args = { format, wrapped, unwrappingKey, algorithm, keyAlgorithm, usages };
    return settled(() => unwrapKey(this.#context, { ...args, extractable: Boolean(extractable) }));
  }

  encapsulateKey(
    algorithm: Id,
    key: CryptoKey,
    sharedKeyAlgorithm: Id,
    extractable: boolean,
    usages: Usages,
  ): Promise<kem.EncapsulatedKey> {
    const rest = [sharedKeyAlgorithm, Boolean(extractable), usages as Usage[]] as const;
    return settled(() => {
      const native = kem.sharesHere(this.#context, algorithm, key, sharedKeyAlgorithm);
      return (
        (native && engine().encapsulateKey?.(algorithm, key, ...rest)) ||
        kem.encapsulateKey(this.#context, algorithm, key, ...rest)
      );
    });
  }

  encapsulateBits(algorithm: Id, key: CryptoKey): Promise<kem.EncapsulatedBits> {
    return settled(
      () =>
        (isEngines(this.#context, algorithm, key) && engine().encapsulateBits?.(algorithm, key)) ||
        kem.encapsulateBits(this.#context, algorithm, key),
    );
  }

  decapsulateKey(
    algorithm: Id,
    key: CryptoKey,
    ciphertext: Data,
    sharedKeyAlgorithm: Id,
    extractable: boolean,
    usages: Usages,
  ): Promise<CryptoKey> {
    const rest = [sharedKeyAlgorithm, Boolean(extractable), usages as Usage[]] as const;
    return settled(() => {
      const native = kem.sharesHere(this.#context, algorithm, key, sharedKeyAlgorithm);
      return (
        (native && engine().decapsulateKey?.(algorithm, key, ciphertext, ...rest)) ||
        kem.decapsulateKey(this.#context, algorithm, key, ciphertext, ...rest)
      );
    });
  }

  decapsulateBits(algorithm: Id, key: CryptoKey, ciphertext: Data): Promise<ArrayBuffer> {
    return settled(
      () =>
        (isEngines(this.#context, algorithm, key) &&
          engine().decapsulateBits?.(algorithm, key, ciphertext)) ||
        kem.decapsulateBits(this.#context, algorithm, key, ciphertext),
    );
  }

  getPublicKey(key: CryptoKey, usages: Usages): Promise<CryptoKey> {
    return settled(
      () =>
        (targetOf(key) === undefined &&
          #context in this &&
          engine().getPublicKey?.(key, usages as Usage[])) ||
        kem.getPublicKey(this.#context, key, usages),
    );
  }
}

/** WebIDL's shape of an interface: names, enumerable operations, a tag, and lengths without what is optional. */
function shape(): void {
  const named = (name: string): PropertyDescriptor => ({ value: name, configurable: true });
  Object.defineProperty(Methods, 'name', named('SubtleCrypto'));
  Object.defineProperty(Methods.prototype, Symbol.toStringTag, named('SubtleCrypto'));
  Object.defineProperty(Methods.supports, 'length', { value: 2, configurable: true });
  Object.defineProperty(Methods, 'supports', { enumerable: true });
  for (const method of Object.getOwnPropertyNames(Methods.prototype)) {
    if (method !== 'constructor') Object.defineProperty(Methods.prototype, method, { enumerable: true });
  }
}
shape();

/** The interface object, with the static `supports`. Its instances come from keystores. */
export interface SubtleCryptoInterface {
  readonly prototype: KeystoreSubtle;
  new (): never;
  /**
   * Whether this package has the operation with these parameters, in any browser.
   *
   * @param third - of `deriveBits`, the number of bits; of operations that make a key, its algorithm.
   */
  supports(operation: string, algorithm: AnyId, third?: number | null | AnyId): boolean;
}

// SubtleCrypto's overloads say which of its results an algorithm has; no implementation can be typed so.
export const SubtleCrypto = Methods as unknown as SubtleCryptoInterface;

export function makeSubtle(host: SubtleHost, place: SubtlePlace): KeystoreSubtle {
  keepEngine();
  next = { host, place };
  return new Methods() as unknown as KeystoreSubtle;
}
