// What callers pass, made ready for the wire: bytes copied before the first await, options told apart.
import { isArrayBuffer, isBytes, isCryptoKey } from '../algorithms/input.ts';
import { isLostInClones } from '../algorithms/macs.ts';
import type {
  AesName,
  EcCurve,
  HashName,
  OperationParams,
  PlainName,
  RsaAlgorithm,
  Usage,
} from '../algorithms/types.ts';
import { KeystoreError } from '../errors.ts';
import type { Lifetime } from '../rpc/protocol.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Accepted by every call. */
export interface CallOptions {
  /**
   * Ends the call. A rejection with the signal's reason always means that nothing changed: what cannot be
   * undone any more runs to its outcome.
   */
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the call may wait for a slot, a lane or its turn. Default 30,000; at most 600,000. */
  readonly timeout?: number | undefined;
}

/** Of calls that take bytes. */
export interface DataOptions extends CallOptions {
  /**
   * Hands the buffer of `data` over instead of copying it; it is detached. Only a buffer that `data` is the whole of;
   * a part of a larger one is copied all the same. Leave it alone until the call settles.
   */
  readonly transfer?: boolean | undefined;
}

/** Of `sign` and `verify`. */
export interface SignatureOptions extends DataOptions {
  /** ECDSA keys whose policy leaves the hash open (`hash: 'any'`): the hash of this call. */
  readonly hash?: HashName | undefined;
  /** RSA-PSS: length of the salt in bytes; by default that of the hash. */
  readonly saltLength?: number | undefined;
  /** Ed448, ML-DSA, SLH-DSA: the context string, at most 255 bytes; by default empty. */
  readonly context?: BufferSource | undefined;
  /** KMAC, keyed BLAKE: length of the tag in bits. */
  readonly outputLength?: number | undefined;
  /** KMAC: the customization string. */
  readonly customization?: BufferSource | undefined;
}

/** Of `encrypt` and `decrypt`. */
export interface CipherOptions extends DataOptions {
  /**
   * The nonce. AES-GCM: 8 to 128 bytes (12 are best), AES-OCB: 1 to 15, AES-GCM-SIV and ChaCha20-Poly1305: 12,
   * XChaCha20-Poly1305: 24. Never use one twice with a key. AES-CBC: 16 bytes that nobody can guess; AES-CTR: the first
   * counter block, of 16 bytes. AES-SIV: optional.
   */
  readonly iv?: BufferSource | undefined;
  /** AEADs: authenticated, not encrypted. */
  readonly additionalData?: BufferSource | undefined;
  /** AEADs whose policy allows short tags: length of the tag in bits. */
  readonly tagLength?: number | undefined;
  /** AES-CTR: how many bits of the block count, 1 to 128. */
  readonly counterLength?: number | undefined;
  /** RSA-OAEP. */
  readonly label?: BufferSource | undefined;
}

/** Of `deriveBits`. */
export interface DerivationOptions extends CallOptions {
  /** ECDH, X25519, X448: the other side's public key, in its raw form or as a native CryptoKey. */
  readonly publicKey?: BufferSource | CryptoKey | undefined;
  /** HKDF, PBKDF2. */
  readonly hash?: HashName | undefined;
  /** HKDF, PBKDF2, scrypt. */
  readonly salt?: BufferSource | undefined;
  /** HKDF. */
  readonly info?: BufferSource | undefined;
  /** PBKDF2. */
  readonly iterations?: number | undefined;
  /** Argon2: the salt, at least 8 bytes. */
  readonly nonce?: BufferSource | undefined;
  /** Argon2: lanes. scrypt: p. */
  readonly parallelism?: number | undefined;
  /** Argon2: in KiB. */
  readonly memory?: number | undefined;
  /** Argon2. */
  readonly passes?: number | undefined;
  /** Argon2: a secret beside the password. */
  readonly secretValue?: BufferSource | undefined;
  /** Argon2. */
  readonly associatedData?: BufferSource | undefined;
  /** scrypt: N, a power of two. */
  readonly cost?: number | undefined;
  /** scrypt: r. */
  readonly blockSize?: number | undefined;
}

/** An algorithm in WebCrypto's words: a name or a dictionary. It is the key's policy too. */
export type AlgorithmInput =
  | PlainName
  | { readonly name: PlainName }
  | {
      readonly name: 'ECDSA';
      readonly namedCurve: EcCurve | 'K-256';
      /** `any` leaves it to each call. */
      readonly hash: HashInput | 'any';
    }
  | { readonly name: 'ECDH'; readonly namedCurve: EcCurve | 'K-256' }
  | { readonly name: 'HMAC'; readonly hash: HashInput; readonly length?: number }
  | { readonly name: 'KMAC128' | 'KMAC256' | 'BLAKE2b' | 'BLAKE2s' | 'BLAKE3'; readonly length?: number }
  | { readonly name: AesName; readonly length?: number; readonly tagLength?: number }
  | {
      readonly name: RsaAlgorithm['name'];
      readonly hash: HashInput;
      readonly modulusLength?: number;
      readonly publicExponent?: Uint8Array;
    };

type HashInput = HashName | { readonly name: HashName };

/** The attributes of a key to be made. What is not granted is denied. */
export interface KeyInit {
  /** 1 to 256 bytes of UTF-8, chosen by the app; required except for session keys. */
  readonly id?: string;
  /** `session` ends with its client, `volatile` with the host, `persistent` when it is destroyed. */
  readonly lifetime: Lifetime;
  readonly algorithm: AlgorithmInput;
  readonly usages: readonly Usage[];
  /** Whether `exportKey` may hand the secret out. Default `false`. */
  readonly extractable?: boolean;
  /** Whether `copyKey` may make other keys of it. Default `false`. */
  readonly copyable?: boolean;
  /** Persistent keys: whether the host may keep a copy in memory between uses. Default `false`. */
  readonly cache?: boolean;
  /** Persistent keys: keep a copy in memory, in a slot of its own that is never evicted. Default `false`. */
  readonly pinned?: boolean;
  /**
   * HMAC: whether the key can be used in steps (`startSign`, `startVerify`). No engine has that, so such a key is
   * computed with by noble, and its bytes are the host's to keep. Default `false`.
   */
  readonly multipart?: boolean;
  /**
   * SLH-DSA: whether a signature may block the host for up to 40 seconds. No browser has it, and it cannot be divided; where the
   * host can have a worker of its own (elected, and Firefox) it blocks nobody. Without it such keys only verify. Default `false`.
   */
  readonly slow?: boolean;
  /** Asks for noble where the browser has the algorithm too, whose keys are then bytes of the host. Not kept in the attributes. */
  readonly driver?: 'noble';
  /** App data, shown in listings: up to 256 bytes of UTF-8. */
  readonly label?: string;
  /** App data: JSON of up to 4,096 bytes. */
  readonly metadata?: unknown;
}

/** The attributes of a copy. Its algorithm is its source's; `usages` are the source's unless fewer are asked for. */
export type CopyInit = Omit<KeyInit, 'algorithm' | 'usages' | 'multipart' | 'slow' | 'driver'> & {
  readonly usages?: readonly Usage[];
};

/** Longest `timeout`, in ms: longer waits are mistakes. */
const MAX_TIMEOUT = 600_000;

/** Of the calls of `subtle`: WebCrypto knows no deadline, and a derivation may take minutes. */
export const PATIENT = { timeout: MAX_TIMEOUT } as const satisfies CallOptions;

/**
 * A call's options, fit to be used: whatever a caller without types may have passed.
 *
 * @throws KeystoreError `INVALID_ARGUMENT`
 */
export function readOptions<O extends CallOptions>(options: O | undefined): Partial<O> {
  if (options === undefined) return {};
  if (typeof options !== 'object' || options === null) throw invalid('Options must be an object.');
  const { signal, timeout } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw invalid('signal must be an AbortSignal.');
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0 && timeout <= MAX_TIMEOUT)) {
    throw invalid('timeout must be a number of milliseconds from 0 to 600,000.');
  }
  return options;
}

/** A call's bytes: a copy that nobody else has, or the caller's own buffer handed over. */
export function takeBytes(source: BufferSource, name: string, transfer = false): Bytes {
  const view = viewOf(source, name);
  // A part of a larger buffer cannot be handed over without the rest of it.
  const whole = view.byteLength === view.buffer.byteLength;
  return transfer && whole && view.buffer instanceof ArrayBuffer
    ? new Uint8Array(view.buffer)
    : new Uint8Array(view);
}

/**
 * A call's bytes for a message: the caller's own array where posting copies it and nothing beside it, else as
 * {@link takeBytes}. A fresh small copy would cost as much as the rest of posting it (bench/).
 */
export function lendBytes(source: BufferSource, name: string, transfer = false): Bytes {
  return transfer || !isWhole(source) ? takeBytes(source, name, transfer) : source;
}

function isWhole(source: BufferSource): source is Bytes {
  // Both: what it is, and that it is known here as what it is.
  return (
    isBytes(source) &&
    source instanceof Uint8Array &&
    source.byteLength > 0 &&
    source.byteLength === source.buffer.byteLength &&
    !source.buffer.resizable
  );
}

/** Bytes that are read where they are, and copied by whoever reads them. */
export function checkBytes(source: BufferSource, name: string): BufferSource {
  viewOf(source, name);
  return source;
}

function viewOf(source: unknown, name: string): Uint8Array {
  try {
    if (ArrayBuffer.isView(source))
      return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
    if (isArrayBuffer(source)) return new Uint8Array(source);
  } catch (cause) {
    throw invalid(
      `${name} lies in a buffer that was transferred away or resized. Pass one that is there.`,
      cause,
    );
  }
  throw invalid(`${name} must be an ArrayBuffer or a view of one, such as a Uint8Array.`);
}

export function invalid(message: string, cause?: unknown): KeystoreError {
  return new KeystoreError('INVALID_ARGUMENT', message, cause === undefined ? {} : { cause });
}

/** What of a call's bytes is moved: what the caller hands over. The rest stays for a host that takes over. */
export function transfersOf(bytes: Bytes, handedOver = false): Transferable[] {
  return handedOver ? [bytes.buffer] : [];
}

/** What of a call's options are parameters of its operation, and which of them are bytes. */
const PARAMS: Readonly<Record<keyof OperationParams, 'bytes' | 'value' | 'key'>> = {
  hash: 'value',
  saltLength: 'value',
  iv: 'bytes',
  additionalData: 'bytes',
  tagLength: 'value',
  counterLength: 'value',
  label: 'bytes',
  context: 'bytes',
  outputLength: 'value',
  customization: 'bytes',
  publicKey: 'key',
  salt: 'bytes',
  info: 'bytes',
  iterations: 'value',
  nonce: 'bytes',
  parallelism: 'value',
  memory: 'value',
  passes: 'value',
  secretValue: 'bytes',
  associatedData: 'bytes',
  cost: 'value',
  blockSize: 'value',
};

/** The parameters among a call's options, their bytes copied; `undefined` if there are none. On the path of every call. */
export function readParams(options: object): OperationParams | undefined {
  let params: Record<string, unknown> | undefined;
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || !isParam(name)) continue;
    params ??= {};
    const bytes = PARAMS[name] === 'bytes' || (PARAMS[name] === 'key' && !isCryptoKey(value));
    params[name] = bytes ? takeBytes(value, name) : value;
    if (PARAMS[name] === 'key') checkTravels(value);
  }
  return params;
}

function isParam(name: string): name is keyof OperationParams {
  return Object.hasOwn(PARAMS, name);
}

/** @throws KeystoreError `NOT_SUPPORTED` for a native key, or a pair of some, that the browser would lose on the way, and the whole call with it. */
export function checkTravels(data: unknown): void {
  const { privateKey, publicKey } = Object(data) as {
    readonly privateKey?: unknown;
    readonly publicKey?: unknown;
  };
  const isLost = (key: unknown): boolean => isCryptoKey(key) && isLostInClones(key.algorithm);
  if (![data, privateKey, publicKey].some(isLost)) return;
  throw new KeystoreError(
    'NOT_SUPPORTED',
    'Browsers lose native HMAC keys that end within a byte when they are passed on: this one cannot reach the host. Make it ' +
      'there, or import its bytes.',
  );
}
