// A key as an app holds it: a name for a slot in the host, never its material.
import { parseParams } from '../algorithms/index.ts';
import type { KeyFormat, OperationParams } from '../algorithms/types.ts';
import { KeystoreError } from '../errors.ts';
import type { Answer, Handle, KeyAttributes, KeyInfo, Method } from '../rpc/protocol.ts';
import type { Connection } from './connection.ts';
import { stored } from './eviction.ts';
import { type HostedKey, handlesOf, type KeyHandles, type KeyRef } from './handle.ts';
import { MacOperation } from './operation.ts';
import {
  type CallOptions,
  type CipherOptions,
  type CopyInit,
  checkBytes,
  type DataOptions,
  type DerivationOptions,
  invalid,
  lendBytes,
  readOptions,
  readParams,
  type SignatureOptions,
  takeBytes,
  transfersOf,
} from './options.ts';
import { PublicKey } from './public-key.ts';
import type { Argument, Place, Sending } from './sending.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A key of a {@link Keystore}.
 *
 * Every method rejects with a {@link KeystoreError}: `INVALID_HANDLE` if the key is gone (destroyed, or ended with
 * its client or host), `NOT_PERMITTED` if its policy does not allow the operation, `INVALID_ARGUMENT` for bad
 * input, `INSUFFICIENT_MEMORY` if `timeout` passed while it waited for a slot or lane, `BAD_STATE` once the
 * keystore is closed and where a volatile key has this key's id in the way, `COMMUNICATION_FAILURE` if the host ended
 * meanwhile, `SERVICE_FAILURE` if none is reached or a script does not load, `NOT_SUPPORTED` if this browser lacks the
 * algorithm of a stored key, `DATA_CORRUPT` or `DATA_INVALID` if its record is damaged, `STORAGE_FAILURE` if the store cannot
 * be read or refuses a change; or with the reason of an aborted `signal`.
 */
export class Key implements HostedKey {
  readonly attributes: KeyAttributes;
  readonly type: 'secret' | 'private' | 'public';
  readonly #connection: Connection;
  readonly #handle: Handle;
  readonly #place: Place;
  readonly #isClosed: () => KeystoreError | undefined;
  readonly #publicKey: PublicKey | undefined;
  #handles: KeyHandles | undefined;

  /** @internal Keys come from a {@link Keystore}. */
  constructor(
    connection: Connection,
    info: KeyInfo,
    boot: string,
    isClosed: () => KeystoreError | undefined,
  ) {
    const { attributes, generation, type, publicKey, native } = info;
    Object.freeze(attributes.algorithm);
    Object.freeze(attributes.usages);
    this.attributes = Object.freeze(attributes);
    this.type = type;
    this.#connection = connection;
    this.#handle = { id: attributes.id, generation };
    this.#isClosed = isClosed;
    // What is stored is wherever the store is; the rest lives in the memory of the host that made it.
    this.#place = attributes.lifetime === 'persistent' ? 'store' : { boot };
    this.#publicKey =
      publicKey !== null && native ? new PublicKey(attributes.algorithm, publicKey) : undefined;
  }

  /** The key's id; of a session key that was made without one, a random UUID. */
  get id(): string {
    return this.#handle.id;
  }

  /** @internal */
  get ref(): KeyRef {
    return typeof this.#place === 'object' ? { ...this.#handle, ...this.#place } : this.#handle;
  }

  /** @internal */
  isOf(connection: Connection): boolean {
    return this.#connection === connection;
  }

  /** This key for `keystore.subtle`: a handle, not the key. The private half of a pair. */
  get cryptoKey(): CryptoKey {
    return this.handles.main;
  }

  /** @internal */
  get handles(): KeyHandles {
    this.#handles ??= handlesOf(this);
    return this.#handles;
  }

  /** @internal */
  nativePublicKey(): Promise<CryptoKey> | undefined {
    return this.#publicKey?.cryptoKey();
  }

  /**
   * Signs, or computes a MAC, in the host.
   *
   * @returns ECDSA: r ‖ s, each as long as the curve's order (IEEE P1363). Ed25519: 64 bytes, Ed448: 114 bytes (RFC
   * 8032). HMAC: the whole tag (FIPS 198-1). RSA-PSS: as long as the modulus (RFC 8017, 8.1).
   */
  async sign(data: BufferSource, options: SignatureOptions = {}): Promise<Bytes> {
    const settings = this.#check(options);
    return this.#withData('sign', {}, data, settings);
  }

  /**
   * Verifies a signature or MAC; `false` for any that is wrong. With a native public key this is done where it
   * is called, without a trip to the host, and so does not notice that the key was destroyed.
   */
  verify(signature: BufferSource, data: BufferSource, options: SignatureOptions = {}): Promise<boolean> {
    // Not an async function: as quick as the engine (bench/), and an error is a rejection all the same.
    try {
      const publicKey = this.#publicKey;
      if (publicKey === undefined) return this.#verifyInHost(signature, data, options);
      return this.#verifyHere(publicKey, signature, data, this.#check(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async #verifyInHost(
    signature: BufferSource,
    data: BufferSource,
    options: SignatureOptions,
  ): Promise<boolean> {
    const settings = this.#check(options);
    const signed = takeBytes(signature, 'signature');
    return this.#withData('verify', { signature: signed }, data, settings);
  }

  /**
   * Encrypts and authenticates in the host.
   *
   * @returns AES-GCM: the ciphertext, then the 16 bytes of the tag (NIST SP 800-38D), as WebCrypto writes them.
   */
  async encrypt(data: BufferSource, options: CipherOptions = {}): Promise<Bytes> {
    return this.#cipher('encrypt', data, options);
  }

  /** Decrypts what {@link Key.encrypt} made. Any failure is `INVALID_SIGNATURE`, with one message. */
  async decrypt(data: BufferSource, options: CipherOptions = {}): Promise<Bytes> {
    return this.#cipher('decrypt', data, options);
  }

  /**
   * Derives bits in the host: ECDH, X25519, X448 (the shared secret, or its first `length` bits), HKDF, PBKDF2,
   * Argon2, scrypt.
   *
   * @param length - in bits; `null`, of key agreement only, for all there is.
   */
  async deriveBits(length: number | null, options: DerivationOptions = {}): Promise<Bytes> {
    const settings = this.#check(options);
    return this.#operate('deriveBits', { length, ...paramsOf(settings) }, settings);
  }

  /** ML-KEM, X-Wing: a new shared secret, and the ciphertext that lets the private key's owner find it. */
  async encapsulate(options: CallOptions = {}): Promise<{ sharedKey: Bytes; ciphertext: Bytes }> {
    return this.#operate('encapsulateBits', {}, this.#check(options));
  }

  /** ML-KEM, X-Wing: the shared secret of a ciphertext. For one that was made for another key, some other secret. */
  async decapsulate(ciphertext: BufferSource, options: CallOptions = {}): Promise<Bytes> {
    const settings = this.#check(options);
    return this.#operate('decapsulateBits', { ciphertext: takeBytes(ciphertext, 'ciphertext') }, settings);
  }

  /**
   * The secret or private key; `NOT_PERMITTED` unless it was made `extractable`. Bytes, or a JWK for `jwk`.
   * `raw` is for secret keys, `pkcs8` (RFC 5958) for private keys.
   */
  async exportKey(format: 'jwk', options?: CallOptions): Promise<JsonWebKey>;
  async exportKey(format: Exclude<KeyFormat, 'jwk'>, options?: CallOptions): Promise<Bytes>;
  async exportKey(format: KeyFormat, options?: CallOptions): Promise<Bytes | JsonWebKey>;
  async exportKey(format: KeyFormat, options: CallOptions = {}): Promise<Bytes | JsonWebKey> {
    return this.#operate('exportKey', { format }, this.#check(options));
  }

  /** The public half: `spki` (RFC 5280), `raw` (a point, or the bytes of an Edwards key) or `jwk` (RFC 7517). */
  async exportPublicKey(format: 'jwk', options?: CallOptions): Promise<JsonWebKey>;
  async exportPublicKey(format: 'spki' | 'raw' | 'raw-public', options?: CallOptions): Promise<Bytes>;
  async exportPublicKey(format: KeyFormat, options?: CallOptions): Promise<Bytes | JsonWebKey>;
  async exportPublicKey(format: KeyFormat, options: CallOptions = {}): Promise<Bytes | JsonWebKey> {
    const settings = this.#check(options);
    if (this.#publicKey === undefined) return this.#operate('exportPublicKey', { format }, settings);
    if (format !== 'spki' && format !== 'raw' && format !== 'raw-public' && format !== 'jwk') {
      throw invalid('The format of a public key is spki, raw, raw-public or jwk.');
    }
    return this.#publicKey.export(format);
  }

  /**
   * Begins a signature of data that comes in parts. For HMAC keys made with `multipart: true`; `NOT_PERMITTED` for
   * others.
   */
  async startSign(options: CallOptions = {}): Promise<MacOperation<Bytes>> {
    return this.#start('sign', options, (result) => {
      if (typeof result !== 'boolean') return result;
      throw new KeystoreError('SERVICE_FAILURE', 'The host answered with something that is no signature.');
    });
  }

  /** As {@link Key.startSign}, for a verification: `finish(signature)` tells whether it is right. */
  async startVerify(options: CallOptions = {}): Promise<MacOperation<boolean>> {
    return this.#start('verify', options, (result) => result === true);
  }

  /**
   * Makes another key of this one, if it was made `copyable`. Its policy is the intersection of this key's and what
   * `init` asks for.
   *
   * @throws KeystoreError also `ALREADY_EXISTS`, `INSUFFICIENT_STORAGE`, and `BAD_STATE` for a key in the memory of a host that
   * does not own the store, of which only session keys are made.
   */
  async copy(init: CopyInit, options: CallOptions = {}): Promise<Key> {
    const argument = { ...this.#handle, attributes: init };
    let boot = '';
    const info = await this.#connection.call('copy', argument, this.#check(options), {
      place: this.#place,
      onAnswer: (its) => {
        boot = its;
      },
    });
    if (info.attributes.lifetime === 'persistent') stored(this.#connection);
    return new Key(this.#connection, info, boot, this.#isClosed);
  }

  /** Drops the host's cached copy of this persistent key. The key lives on and is loaded again when it is used. */
  async purge(options: CallOptions = {}): Promise<void> {
    return this.#connection.call('purge', this.#handle, this.#check(options), { place: this.#place });
  }

  /**
   * Destroys this key, and no other that may have its id by now. What had begun with it completes; when this
   * resolves, the host holds no copy.
   */
  async destroy(options: CallOptions = {}): Promise<void> {
    return this.#connection.call('destroy', this.#handle, this.#check(options), { place: this.#place });
  }

  async #start<R>(
    purpose: 'sign' | 'verify',
    options: CallOptions,
    conclude: (result: Bytes | boolean) => R,
  ): Promise<MacOperation<R>> {
    let boot = '';
    const onAnswer = (its: string): void => {
      boot = its;
    };
    const operation = await this.#operate('start', { purpose }, this.#check(options), { onAnswer });
    return new MacOperation(this.#connection, { operation, boot }, conclude, (its) => this.#check(its));
  }

  #verifyHere(
    publicKey: PublicKey,
    signature: BufferSource,
    data: BufferSource,
    options: Partial<SignatureOptions>,
  ): Promise<boolean> {
    if (!this.attributes.usages.includes('verify')) {
      throw new KeystoreError('NOT_PERMITTED', 'This key’s policy does not allow verify.');
    }
    const params = parseParams(publicKey.algorithm, 'verify', readParams(options));
    return publicKey.verify(checkBytes(signature, 'signature'), checkBytes(data, 'data'), params);
  }

  #cipher(method: 'encrypt' | 'decrypt', data: BufferSource, options: CipherOptions): Promise<Bytes> {
    return this.#withData(method, {}, data, this.#check(options));
  }

  #withData<M extends 'sign' | 'verify' | 'encrypt' | 'decrypt'>(
    method: M,
    beside: object,
    data: BufferSource,
    settings: DataOptions,
  ): Promise<Answer<M>> {
    // Parameters first: nothing of the caller's runs from where the bytes are lent to where they are posted.
    const params = paramsOf(settings);
    const bytes = lendBytes(data, 'data', settings.transfer);
    const argument = { ...beside, data: bytes, ...params } as unknown as Omit<Argument<M>, 'handle'>;
    const sending = settings.transfer ? { transfers: transfersOf(bytes, true) } : { lent: bytes === data };
    return this.#operate(method, argument, settings, sending);
  }

  #operate<M extends Method>(
    method: M,
    argument: Omit<Argument<M>, 'handle'>,
    options: CallOptions,
    sending?: Sending,
  ): Promise<Answer<M>> {
    const request = { handle: this.#handle, ...argument } as unknown;
    return this.#connection.call(method, request as Argument<M>, options, { ...sending, place: this.#place });
  }

  #check<O extends CallOptions>(options: O | undefined): Partial<O> {
    const closed = this.#isClosed();
    if (closed !== undefined) throw closed;
    const settings = readOptions(options);
    settings.signal?.throwIfAborted();
    return settings;
  }
}

function paramsOf(settings: object): { params?: OperationParams } {
  const params = readParams(settings);
  return params === undefined ? {} : { params };
}
