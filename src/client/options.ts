// What callers pass, made ready for the wire: bytes copied before the first await, options told apart.
import type { Usage } from '../algorithms/types.ts';
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
  /** RSA-PSS: length of the salt in bytes; by default that of the hash. */
  readonly saltLength?: number | undefined;
}

/** Of `encrypt` and `decrypt`. */
export interface CipherOptions extends DataOptions {
  /** AES-GCM: the nonce, 8 to 128 bytes (12 are best). Never use one twice with a key. */
  readonly iv: BufferSource;
  /** AES-GCM: authenticated, not encrypted. */
  readonly additionalData?: BufferSource | undefined;
}

/** An algorithm in WebCrypto's words: a name or a dictionary. It is the key's policy too. */
export type AlgorithmInput =
  | 'Ed25519'
  | 'Ed448'
  | { readonly name: 'Ed25519' | 'Ed448' }
  | {
      readonly name: 'ECDSA';
      readonly namedCurve: 'P-256' | 'P-384' | 'P-521' | 'secp256k1';
      readonly hash: HashInput;
    }
  | { readonly name: 'HMAC'; readonly hash: HashInput; readonly length?: number }
  | { readonly name: 'AES-GCM'; readonly length?: 128 | 192 | 256 }
  | {
      readonly name: 'RSA-PSS';
      readonly hash: HashInput;
      readonly modulusLength?: number;
      readonly publicExponent?: Uint8Array;
    };

type HashInput = 'SHA-256' | 'SHA-384' | 'SHA-512' | { readonly name: 'SHA-256' | 'SHA-384' | 'SHA-512' };

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
  /** App data, shown in listings: up to 256 bytes of UTF-8. */
  readonly label?: string;
  /** App data: JSON of up to 4,096 bytes. */
  readonly metadata?: unknown;
}

/** The attributes of a copy. Its algorithm is its source's; `usages` are the source's unless fewer are asked for. */
export type CopyInit = Omit<KeyInit, 'algorithm' | 'usages' | 'multipart'> & {
  readonly usages?: readonly Usage[];
};

/** Longest `timeout`, in ms: longer waits are mistakes. */
const MAX_TIMEOUT = 600_000;

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

/** Bytes that are read where they are, and copied by whoever reads them. */
export function checkBytes(source: BufferSource, name: string): BufferSource {
  viewOf(source, name);
  return source;
}

function viewOf(source: unknown, name: string): Uint8Array {
  try {
    if (source instanceof ArrayBuffer) return new Uint8Array(source);
    if (ArrayBuffer.isView(source))
      return new Uint8Array(source.buffer, source.byteOffset, source.byteLength);
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
