// What a driver is: who computes. A driver is chosen when a key is created and kept in its record for
// ever (G6). Everything here except `PublicKey` runs in the host and touches secrets.
import type {
  ImportAlgorithm,
  KeyAlgorithm,
  KeyFormat,
  KeyType,
  OperationParams,
} from '../algorithms/types.ts';

export type Bytes = Uint8Array<ArrayBuffer>;
export type MaybePromise<T> = T | Promise<T>;

/** `webcrypto` is asynchronous and runs many at once; `noble` blocks the host's thread, but for what says otherwise. */
export type DriverName = 'webcrypto' | 'noble';

/** What a record keeps of a key. */
export interface Material {
  readonly driver: DriverName;
  readonly type: KeyType;
  /** The secret or private key; `null` for type `public`. Bytes only where `driver` is `noble`. */
  readonly secret: CryptoKey | Bytes | null;
  /**
   * SPKI (DER, RFC 5280 4.1) of the public half, of hybrid KEMs its bare bytes; `null` for secret keys, and for adopted private keys
   * without one.
   */
  readonly publicKey: Bytes | null;
}

/** Material and the algorithm completed by it (an imported key's length is in its bytes). */
export interface Imported {
  readonly material: Material;
  readonly algorithm: KeyAlgorithm;
}

/** A MAC that is computed in steps. Bytes only: what engines do cannot be divided. */
export interface MacSteps {
  update(data: Bytes): void;
  /** The tag. No step may follow. */
  finish(): Bytes;
  /** Clears the state. Idempotent. */
  wipe(): void;
}

/** What a KEM gives to the side that has the public key. */
export interface Encapsulation {
  /** Secret. */
  readonly sharedKey: Bytes;
  readonly ciphertext: Bytes;
}

/** A key ready for work, as a slot holds it. An operation the algorithm or type lacks is absent. */
export interface WorkingKey {
  readonly sign?: (data: Bytes, params: OperationParams) => MaybePromise<Bytes>;
  /** Whether `sign` leaves the host's thread to others, though the driver is `noble`. */
  readonly signsApart?: boolean;
  readonly verify?: (signature: Bytes, data: Bytes, params: OperationParams) => MaybePromise<boolean>;
  readonly encrypt?: (data: Bytes, params: OperationParams) => MaybePromise<Bytes>;
  /** Throws `INVALID_SIGNATURE`, with one message for every cause. */
  readonly decrypt?: (data: Bytes, params: OperationParams) => MaybePromise<Bytes>;
  /** `length` in bits; `null` for all there is (key agreement only). */
  readonly deriveBits?: (params: OperationParams, length: number | null) => MaybePromise<Bytes>;
  /** AES-KW (RFC 3394). The others wrap by encrypting. */
  readonly wrap?: (data: Bytes, params: OperationParams) => MaybePromise<Bytes>;
  readonly unwrap?: (data: Bytes, params: OperationParams) => MaybePromise<Bytes>;
  readonly encapsulate?: (params: OperationParams) => MaybePromise<Encapsulation>;
  readonly decapsulate?: (ciphertext: Bytes, params: OperationParams) => MaybePromise<Bytes>;
  /** Only of keys made for it (`multipart`). */
  readonly startMac?: () => MacSteps;
  /** The secret or private key (or, for type `public`, the public key). The caller has checked the policy. */
  readonly exportKey: (format: KeyFormat) => MaybePromise<Bytes | JsonWebKey>;
  /** The public half: `spki`, `raw` or `raw-public` as its family has it, or `jwk`. */
  readonly exportPublicKey: (format: KeyFormat) => MaybePromise<Bytes | JsonWebKey>;
  /** What a record would keep as `secret`: for a copy of the key. Bytes are the caller's to clear. */
  readonly copySecret: () => CryptoKey | Bytes | null;
  /** Clears what can be cleared. Idempotent. */
  readonly wipe: () => void;
}

/** One algorithm family of one driver, loaded. */
export interface FamilyDriver {
  /** Whether `generate` leaves the host's thread to others, though the driver is `noble`. */
  readonly apart?: boolean;
  generate(algorithm: KeyAlgorithm, extractable: boolean): MaybePromise<Material>;
  import(
    format: KeyFormat,
    data: Bytes | JsonWebKey,
    algorithm: ImportAlgorithm,
    extractable: boolean,
  ): MaybePromise<Imported>;
  /** Copies a noble secret: the caller still owns `material`, and `wipe` clears the copy only. */
  open(material: Material, algorithm: KeyAlgorithm): MaybePromise<WorkingKey>;
}

export interface Driver {
  readonly name: DriverName;
  /** Loads what the algorithm needs (noble families are lazy chunks). */
  family(algorithm: ImportAlgorithm): Promise<FamilyDriver>;
}
