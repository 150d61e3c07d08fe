// The vocabulary of keys: WebCrypto's names, as keyslot keeps them. Types only.

/** A key's kind. `private` means a key pair: its public half is always at hand. */
export type KeyType = 'secret' | 'private' | 'public';

/** What a key may be used for (WebCrypto's `KeyUsage`, the part that keyslot has). */
export type Usage = 'sign' | 'verify' | 'encrypt' | 'decrypt';

export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';

export interface EcdsaAlgorithm {
  readonly name: 'ECDSA';
  readonly namedCurve: 'P-256' | 'P-384' | 'P-521' | 'secp256k1';
  /** The one hash this key signs with; part of its policy. */
  readonly hash: HashName;
}
export interface EddsaAlgorithm {
  readonly name: 'Ed25519' | 'Ed448';
}
export interface HmacAlgorithm {
  readonly name: 'HMAC';
  readonly hash: HashName;
  /** Key length in bits, a multiple of 8. */
  readonly length: number;
}
export interface AesGcmAlgorithm {
  readonly name: 'AES-GCM';
  /** Key length in bits. */
  readonly length: 128 | 192 | 256;
}
export interface RsaPssAlgorithm {
  readonly name: 'RSA-PSS';
  readonly hash: HashName;
  /** Modulus length in bits: 2048, 3072 or 4096. */
  readonly modulusLength: number;
  /** Big-endian; 65537 is `[1, 0, 1]`. */
  readonly publicExponent: Uint8Array<ArrayBuffer>;
}

/** A key's algorithm in its one canonical form: complete, correctly spelled, nothing else in it. */
export type KeyAlgorithm =
  | EcdsaAlgorithm
  | EddsaAlgorithm
  | HmacAlgorithm
  | AesGcmAlgorithm
  | RsaPssAlgorithm;

/**
 * An algorithm as an import may state it, canonical too: what is absent comes from the material. With
 * every member present it is a {@link KeyAlgorithm}.
 */
export type ImportAlgorithm =
  | EcdsaAlgorithm
  | EddsaAlgorithm
  | Completable<HmacAlgorithm, 'length'>
  | Completable<AesGcmAlgorithm, 'length'>
  | Completable<RsaPssAlgorithm, 'modulusLength' | 'publicExponent'>;

type Completable<A, K extends keyof A> = Omit<A, K> & Partial<Pick<A, K>>;

/** Formats of key material. `raw` is for secret keys and public keys only. */
export type KeyFormat = 'raw' | 'pkcs8' | 'spki' | 'jwk';

export type Operation = 'sign' | 'verify' | 'encrypt' | 'decrypt';

/** Parameters of one operation, checked and complete. */
export interface OperationParams {
  /** RSA-PSS: salt length in bytes. */
  readonly saltLength?: number;
  /** AES-GCM: the nonce. */
  readonly iv?: Uint8Array<ArrayBuffer>;
  /** AES-GCM: authenticated, not encrypted. */
  readonly additionalData?: Uint8Array<ArrayBuffer>;
}
