// What `subtle` asks of its keystore: the work that only the host can do. Types only.
import type { KeyFormat, OperationParams, Usage } from '../../algorithms/types.ts';
import type { HostedKey, KeyRef } from '../handle.ts';
import type { Key } from '../key.ts';
import type { CallOptions, KeyInit } from '../options.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A handle's key; or a native key, which travels as a clone and is used in the host for this one call. */
export type Operand = HostedKey | CryptoKey;

/** What becomes of key material that the host has derived, unwrapped or agreed on. */
export type Into =
  /** A key in the host. */
  | { readonly format: KeyFormat; readonly init: KeyInit }
  /** The engine's key, imported in the host and cloned to the caller, so that the bytes never travel. */
  | { readonly format: KeyFormat; readonly native: NativeInit };

export interface NativeInit {
  readonly algorithm: Algorithm;
  readonly extractable: boolean;
  readonly usages: readonly Usage[];
}

/** A hash function that the engine lacks, with its parameters, canonical (see `algorithms/digests.ts`). */
export interface DigestInput {
  readonly name: string;
  /** Of extendable-output functions and BLAKE: in bits. */
  readonly outputLength?: number;
  readonly functionName?: Bytes;
  readonly customization?: Bytes;
  /** TurboSHAKE. */
  readonly domainSeparation?: number;
}

/**
 * Rejects with KeystoreErrors, which `subtle` turns into DOMExceptions. Bytes passed in are the host's from then on:
 * nobody else has them.
 */
export interface SubtleHost {
  /** By variant (see `variantOf`); empty before the host has answered for the first time. */
  algorithms(): Readonly<Record<string, 'webcrypto' | 'noble'>>;
  generateKey(init: KeyInit): Promise<Key>;
  importKey(
    format: KeyFormat | 'crypto-key',
    data: BufferSource | JsonWebKey | CryptoKey,
    init: KeyInit,
    options?: CallOptions,
  ): Promise<Key>;
  digest(algorithm: DigestInput, data: Bytes): Promise<Bytes>;
  /** `length` in bits; `null` for all there is. */
  deriveBits(key: HostedKey, params: OperationParams, length: number | null): Promise<Bytes>;
  deriveKey(
    base: Operand,
    params: OperationParams,
    length: number | null,
    into: Into,
  ): Promise<Key | CryptoKey>;
  /** The policy (extractable, usage) is checked by the caller of this, and again in the host. */
  wrapKey(
    format: KeyFormat,
    key: Operand,
    wrapping: Operand,
    params: OperationParams,
    /** Of a pair, whose handle is the private half: wraps the public one. */
    half?: 'public',
  ): Promise<Bytes>;
  unwrapKey(
    wrapped: Bytes,
    unwrapping: Operand,
    params: OperationParams,
    into: Into,
  ): Promise<Key | CryptoKey>;
  encapsulateBits(
    key: HostedKey,
    params: OperationParams,
  ): Promise<{ readonly sharedKey: Bytes; readonly ciphertext: Bytes }>;
  encapsulateKey(
    key: Operand,
    params: OperationParams,
    into: Into,
  ): Promise<{ readonly key: Key | CryptoKey; readonly ciphertext: Bytes }>;
  decapsulateBits(key: HostedKey, params: OperationParams, ciphertext: Bytes): Promise<Bytes>;
  decapsulateKey(
    key: Operand,
    params: OperationParams,
    ciphertext: Bytes,
    into: Into,
  ): Promise<Key | CryptoKey>;
  /** Ends a session key that nobody can reach any more. Never throws. */
  release(key: KeyRef): void;
}
