// The vocabulary of keys: WebCrypto's names, as keyslot keeps them. Types only.

/** A key's kind. `private` means a key pair: its public half is always at hand. */
export type KeyType = 'secret' | 'private' | 'public';

/** What a key may be used for (WebCrypto's `KeyUsage`, with those of the Modern Algorithms draft). */
export type Usage =
  | 'sign'
  | 'verify'
  | 'encrypt'
  | 'decrypt'
  | 'deriveKey'
  | 'deriveBits'
  | 'wrapKey'
  | 'unwrapKey'
  | 'encapsulateKey'
  | 'encapsulateBits'
  | 'decapsulateKey'
  | 'decapsulateBits';

/** Hashes that a key's policy can name. `Keccak-256` is Ethereum's (the padding before FIPS 202), for secp256k1 only. */
export type HashName =
  | 'SHA-1'
  | 'SHA-256'
  | 'SHA-384'
  | 'SHA-512'
  | 'SHA3-256'
  | 'SHA3-384'
  | 'SHA3-512'
  | 'Keccak-256';

export type EcCurve = 'P-256' | 'P-384' | 'P-521' | 'secp256k1';

export interface EcdsaAlgorithm {
  readonly name: 'ECDSA';
  readonly namedCurve: EcCurve;
  /** The one hash this key signs with; part of its policy. `any`: each call names its own (PSA_ALG_ANY_HASH). */
  readonly hash: HashName | 'any';
}
export interface EcdhAlgorithm {
  readonly name: 'ECDH';
  readonly namedCurve: EcCurve;
}
/** Algorithms that are their names. */
export interface PlainAlgorithm {
  readonly name: PlainName;
}
export type PlainName =
  | 'Ed25519'
  | 'Ed448'
  | 'X25519'
  | 'X448'
  | 'ChaCha20-Poly1305'
  | 'XChaCha20-Poly1305'
  | 'HKDF'
  | 'PBKDF2'
  | 'Argon2d'
  | 'Argon2i'
  | 'Argon2id'
  | 'scrypt'
  | 'ML-KEM-512'
  | 'ML-KEM-768'
  | 'ML-KEM-1024'
  | 'X-Wing'
  | HybridKemName
  | 'ML-DSA-44'
  | 'ML-DSA-65'
  | 'ML-DSA-87'
  | SlhDsaName;
export type HybridKemName = 'MLKEM768-X25519' | 'MLKEM768-P256' | 'MLKEM1024-P384';
export type SlhDsaName = `SLH-DSA-${'SHA2' | 'SHAKE'}-${128 | 192 | 256}${'s' | 'f'}`;
export interface HmacAlgorithm {
  readonly name: 'HMAC';
  readonly hash: HashName;
  /** Key length in bits. */
  readonly length: number;
}
export interface KmacAlgorithm {
  readonly name: 'KMAC128' | 'KMAC256';
  /** Key length in bits. */
  readonly length: number;
}
/** Keyed BLAKE2b (RFC 7693) and BLAKE3. */
export interface BlakeAlgorithm {
  readonly name: 'BLAKE2b' | 'BLAKE2s' | 'BLAKE3';
  /** Key length in bits. */
  readonly length: number;
}
export type AesName =
  | 'AES-CTR'
  | 'AES-CBC'
  | 'AES-GCM'
  | 'AES-KW'
  | 'AES-OCB'
  | 'AES-SIV'
  | 'AES-GCM-SIV'
  | 'AES-CMAC';
export interface AesAlgorithm {
  readonly name: AesName;
  /** Key length in bits: 128, 192 or 256; for AES-SIV, which has two keys, 256, 384 or 512. */
  readonly length: number;
  /**
   * AES-GCM and AES-OCB: the shortest tag in bits that this key makes or takes
   * (PSA_ALG_AEAD_WITH_AT_LEAST_THIS_LENGTH_TAG). Absent: 128.
   */
  readonly tagLength?: number;
}
export interface RsaAlgorithm {
  readonly name: 'RSA-PSS' | 'RSASSA-PKCS1-v1_5' | 'RSA-OAEP';
  readonly hash: HashName;
  /** Modulus length in bits. */
  readonly modulusLength: number;
  /** Big-endian; 65537 is `[1, 0, 1]`. */
  readonly publicExponent: Uint8Array<ArrayBuffer>;
}

/** A key's algorithm in its one canonical form: complete, correctly spelled, nothing else in it. */
export type KeyAlgorithm =
  | EcdsaAlgorithm
  | EcdhAlgorithm
  | PlainAlgorithm
  | HmacAlgorithm
  | KmacAlgorithm
  | BlakeAlgorithm
  | AesAlgorithm
  | RsaAlgorithm;

/**
 * An algorithm as an import may state it, canonical too: what is absent comes from the material. With
 * every member present it is a {@link KeyAlgorithm}.
 */
export type ImportAlgorithm =
  | EcdsaAlgorithm
  | EcdhAlgorithm
  | PlainAlgorithm
  | Completable<HmacAlgorithm, 'length'>
  | Completable<KmacAlgorithm, 'length'>
  | Completable<BlakeAlgorithm, 'length'>
  | Completable<AesAlgorithm, 'length'>
  | Completable<RsaAlgorithm, 'modulusLength' | 'publicExponent'>;

type Completable<A, K extends keyof A> = Omit<A, K> & Partial<Pick<A, K>>;

/**
 * Formats of key material. `raw` is for secret keys and public keys only; the others of its kind are those of the
 * Modern Algorithms draft.
 */
export type KeyFormat =
  | 'raw'
  | 'raw-secret'
  | 'raw-public'
  | 'raw-private'
  | 'raw-seed'
  | 'pkcs8'
  | 'spki'
  | 'jwk';

/** What is computed with a key. `wrap` and `unwrap` are those of AES-KW; other ciphers wrap by encrypting. */
export type Operation =
  | 'sign'
  | 'verify'
  | 'encrypt'
  | 'decrypt'
  | 'deriveBits'
  | 'wrap'
  | 'unwrap'
  | 'encapsulate'
  | 'decapsulate';

/** What can be done with keys of one variant (see `Capabilities`), by the driver that it has. */
export interface VariantDetail {
  readonly driver: 'webcrypto' | 'noble';
  /** Whether keys are generated; what is there to derive from is imported only. */
  readonly generates: boolean;
  readonly operations: readonly Operation[];
  /** By the type of key. */
  readonly formats: Readonly<Partial<Record<KeyType, FormatDetail>>>;
  /** With which hashes it works; absent where there is none to choose. */
  readonly hashes?: readonly HashName[];
}

export interface FormatDetail {
  readonly imports: readonly KeyFormat[];
  readonly exports: readonly KeyFormat[];
}

type Bytes = Uint8Array<ArrayBuffer>;

/** Parameters of one operation, checked and complete. Lengths of tags and counters in bits, the others in bytes. */
export interface OperationParams {
  /** ECDSA whose policy is `any`; HKDF, PBKDF2. */
  readonly hash?: HashName;
  /** RSA-PSS: salt length in bytes. */
  readonly saltLength?: number;
  /** The nonce, or initialisation vector, or (AES-CTR) the initial counter block. */
  readonly iv?: Bytes;
  /** Authenticated, not encrypted. */
  readonly additionalData?: Bytes;
  /** AEADs: tag length in bits. */
  readonly tagLength?: number;
  /** AES-CTR: how many bits of the block count. */
  readonly counterLength?: number;
  /** RSA-OAEP. */
  readonly label?: Bytes;
  /** Ed448, ML-DSA, SLH-DSA: the context string. */
  readonly context?: Bytes;
  /** KMAC, BLAKE: output length in bits. */
  readonly outputLength?: number;
  /** KMAC. */
  readonly customization?: Bytes;
  /** The other side's public key: a point in its raw encoding, or a native key that cannot be exported. */
  readonly publicKey?: Bytes | CryptoKey;
  /** HKDF, PBKDF2, scrypt. */
  readonly salt?: Bytes;
  /** HKDF. */
  readonly info?: Bytes;
  /** PBKDF2. */
  readonly iterations?: number;
  /** Argon2 (RFC 9106): the salt. */
  readonly nonce?: Bytes;
  /** Argon2: lanes; scrypt: p. */
  readonly parallelism?: number;
  /** Argon2: in KiB. */
  readonly memory?: number;
  /** Argon2. */
  readonly passes?: number;
  /** Argon2: the pepper. */
  readonly secretValue?: Bytes;
  /** Argon2. */
  readonly associatedData?: Bytes;
  /** scrypt (RFC 7914): N. */
  readonly cost?: number;
  /** scrypt: r. */
  readonly blockSize?: number;
}
