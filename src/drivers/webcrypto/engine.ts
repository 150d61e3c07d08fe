// The engine's own SubtleCrypto. Everything of keyslot's asks this one, so that an app may put another in the place of
// the global (`keystore.install()`), and so that drafts that TypeScript's library does not know can be called.
import type { KeyFormat, Usage } from '../../algorithms/types.ts';

type Data = BufferSource;
type AnyAlgorithm = Algorithm | string;

/** SubtleCrypto with every format and usage of the Modern Algorithms draft. What an engine lacks is absent or rejects. */
export interface EngineSubtle {
  digest(algorithm: AnyAlgorithm, data: Data): Promise<ArrayBuffer>;
  generateKey(
    algorithm: AnyAlgorithm,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<CryptoKeyPair | CryptoKey>;
  importKey(
    format: KeyFormat,
    data: Data | JsonWebKey,
    algorithm: AnyAlgorithm,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<CryptoKey>;
  exportKey(format: KeyFormat, key: CryptoKey): Promise<ArrayBuffer | JsonWebKey>;
  sign(algorithm: AnyAlgorithm, key: CryptoKey, data: Data): Promise<ArrayBuffer>;
  verify(algorithm: AnyAlgorithm, key: CryptoKey, signature: Data, data: Data): Promise<boolean>;
  encrypt(algorithm: AnyAlgorithm, key: CryptoKey, data: Data): Promise<ArrayBuffer>;
  decrypt(algorithm: AnyAlgorithm, key: CryptoKey, data: Data): Promise<ArrayBuffer>;
  deriveBits(algorithm: AnyAlgorithm, key: CryptoKey, length: number | null): Promise<ArrayBuffer>;
  deriveKey(
    algorithm: AnyAlgorithm,
    key: CryptoKey,
    derived: AnyAlgorithm,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<CryptoKey>;
  wrapKey(
    format: KeyFormat,
    key: CryptoKey,
    wrapping: CryptoKey,
    algorithm: AnyAlgorithm,
  ): Promise<ArrayBuffer>;
  unwrapKey(
    format: KeyFormat,
    wrapped: Data,
    unwrapping: CryptoKey,
    algorithm: AnyAlgorithm,
    unwrapped: AnyAlgorithm,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<CryptoKey>;
  encapsulateBits?(algorithm: AnyAlgorithm, key: CryptoKey): Promise<EncapsulatedBits>;
  decapsulateBits?(algorithm: AnyAlgorithm, key: CryptoKey, ciphertext: Data): Promise<ArrayBuffer>;
  encapsulateKey?(
    algorithm: AnyAlgorithm,
    key: CryptoKey,
    shared: AnyAlgorithm,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<EncapsulatedKey>;
  decapsulateKey?(
    algorithm: AnyAlgorithm,
    key: CryptoKey,
    ciphertext: Data,
    shared: AnyAlgorithm,
    extractable: boolean,
    usages: readonly Usage[],
  ): Promise<CryptoKey>;
  getPublicKey?(key: CryptoKey, usages: readonly Usage[]): Promise<CryptoKey>;
}

export interface EncapsulatedBits {
  readonly sharedKey: ArrayBuffer;
  readonly ciphertext: ArrayBuffer;
}

export interface EncapsulatedKey {
  readonly sharedKey: CryptoKey;
  readonly ciphertext: ArrayBuffer;
}

let kept: EngineSubtle | undefined;

/**
 * To be called before something else is put in the place of the global one, and where calls are many: the global's two
 * accessors cost more than all else that keyslot does on the way to a native call.
 */
export function keepEngine(): void {
  kept ??= globalThis.crypto?.subtle as unknown as EngineSubtle | undefined;
}

/** @throws TypeError where there is no WebCrypto, that is in insecure contexts. */
export function engine(): EngineSubtle {
  const subtle = kept ?? (globalThis.crypto?.subtle as unknown as EngineSubtle | undefined);
  if (subtle !== undefined) return subtle;
  throw new TypeError('There is no WebCrypto here: the page must be served over HTTPS, or from localhost.');
}
