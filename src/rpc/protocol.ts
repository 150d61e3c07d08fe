// The protocol between client and host: its methods and the shapes of their one argument and answer. The
// host checks every argument (host/requests.ts); these types are what a correct client sends.
import type { DigestAlgorithm } from '../algorithms/digests.ts';
import type { KeyAlgorithm, KeyFormat, KeyType, Usage, VariantDetail } from '../algorithms/types.ts';
import type { WireError } from './errors.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** How long a key lives: with its client, with its host, or until it is destroyed. */
export type Lifetime = 'session' | 'volatile' | 'persistent';

/** A key's attributes in their one canonical form. */
export interface KeyAttributes {
  readonly id: string;
  readonly lifetime: Lifetime;
  readonly algorithm: KeyAlgorithm;
  readonly usages: readonly Usage[];
  readonly extractable: boolean;
  readonly copyable: boolean;
  readonly cache: boolean;
  readonly pinned: boolean;
  readonly multipart: boolean;
  /** Only of keys that may block the host for long. */
  readonly slow?: true;
  readonly label?: string;
  readonly metadata?: unknown;
}

/** Names one key for ever: the id says where to look, the generation that it is still the same key. */
export interface Handle {
  readonly id: string;
  readonly generation: string;
}

/** What a client may know of a key. */
export interface KeyInfo {
  readonly generation: string;
  readonly type: KeyType;
  readonly attributes: KeyAttributes;
  /** SPKI of the public half, for work that needs no trip to the host. */
  readonly publicKey: Bytes | null;
  /** Whether the public half is the engine's to compute with, hence the caller's own work. */
  readonly native: boolean;
}

/** Every call carries a number (for `cancel`) and may carry a deadline in ms. */
export interface Common {
  readonly call: number;
  readonly timeout?: number;
}

/** A change: it happens once, however often it is asked for. */
export interface Change extends Common {
  /** Random, new for each change, the same when it is asked for again. */
  readonly request?: string;
  /** Of a retry: milliseconds since it was first asked for. */
  readonly age?: number;
}

/**
 * Where a host can be reached: the script and the name of its SharedWorker or, for one in a tab's own worker, of the
 * broker's. Empty where there is no broker.
 */
export interface Whereabouts {
  readonly boot: string;
  readonly topology: 'shared' | 'elected';
  readonly url: string;
  readonly worker: string;
}

export interface Filter {
  readonly lifetime?: Lifetime;
  /** Only ids that begin with this. */
  readonly prefix?: string;
  /** The algorithm's name, such as `ECDSA`. */
  readonly algorithm?: string;
  readonly usage?: Usage;
}

/** A point in the order of a listing: ids ascending by code unit, a session's own key before a shared one. */
export interface Cursor {
  readonly id: string;
  readonly own: boolean;
}

export interface Page {
  readonly keys: readonly ListedKey[];
  /** What the next page comes after; absent on the last one. */
  readonly next?: Cursor;
}

export interface ListedKey {
  readonly id: string;
  /** `null` where the record cannot be read; such a key can only be destroyed. */
  readonly attributes: KeyAttributes | null;
}

/** A row of the slot table. Other sessions' ids are not shown. */
export interface SlotRow {
  readonly id: string | null;
  readonly lifetime: Lifetime;
  readonly algorithm: string;
  readonly state: 'FULL' | 'PENDING_PURGE' | 'PENDING_DELETION';
  readonly readers: number;
}

export interface Detail {
  /** By variant. What was not seen to work is not there. */
  readonly details: Readonly<Record<string, VariantDetail>>;
  /**
   * Who computes each digest of `subtle.digest`, such as `{ 'SHA-256': 'webcrypto', 'SHA3-256': 'noble' }`. There is no key
   * and no format. BLAKE2 and BLAKE3 are variants as well: as MACs.
   */
  readonly digests: Readonly<Record<string, 'webcrypto' | 'noble'>>;
}

export interface Stats {
  /** Clients connected to the host. */
  readonly sessions: number;
  readonly sessionKeys: number;
  /** Registered readers: operations that are computing with a key. */
  readonly readers: number;
  /** Multi-part operations. */
  readonly operations: number;
  /** Calls that wait for anything in `waits`. */
  readonly waiters: number;
  readonly evictions: number;
  /** Uses of persistent keys that found, or did not find, a cached copy. */
  readonly hits: number;
  readonly misses: number;
  /** Slots by state, and those in use by kind. */
  readonly slots: Readonly<Record<SlotState, number>>;
  readonly kinds: Readonly<Record<'cache' | 'pinned' | 'slab', number>>;
  /**
   * By what is waited for: a cache slot; a `native` lane, the `noble` one, or one for `long` work; a `load` that another call
   * began; the `turn` of an id; `admission`, a place among the running calls of the same client.
   */
  readonly waits: Readonly<
    Record<'cache' | 'native' | 'noble' | 'long' | 'load' | 'turn' | 'admission', WaitStats>
  >;
  /** Native variants that this host has not tried yet, because an earlier host of this browser had. */
  readonly believed: number;
  /** Native lanes, and those for long work. The noble lane computes while nobody can look. */
  readonly lanes: LanesInUse & { readonly long: LanesInUse };
  /** What the slots hold, at most 1,000 rows. */
  readonly table: readonly SlotRow[];
  /** Changes when the host is replaced. */
  readonly boot: string;
}

/** How many lanes are in use, of how many; `system` clients may use one more. */
export interface LanesInUse {
  readonly busy: number;
  readonly width: number;
}

/** A change of a slot's state. */
export interface HostEvent {
  /** Ascending by one. */
  readonly number: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly kind: 'cache' | 'pinned' | 'slab';
  readonly from: SlotState;
  readonly to: SlotState;
  /** The key's id; `null` while a slot is filled, and for session keys of others. */
  readonly id: string | null;
}

type SlotState = 'EMPTY' | 'FILLING' | 'FULL' | 'PENDING_PURGE' | 'PENDING_DELETION';

/** What was waited for in one kind of queue, since the host began. */
export interface WaitStats {
  /** Now. */
  readonly waiting: number;
  /** Waits that were granted. */
  readonly granted: number;
  /** Their lengths in ms. */
  readonly totalMs: number;
  readonly longestMs: number;
}

/** A key that a call works with: one of a slot, or a native one that the caller has and sends a clone of. */
export type Operand =
  | { readonly handle: Handle; readonly half?: 'public' | undefined }
  | { readonly native: CryptoKey };

/** What becomes of derived, unwrapped or decapsulated material: a slot, or a native key that travels to the caller. */
export type Into =
  | { readonly format: KeyFormat; readonly attributes: unknown }
  | {
      readonly format: KeyFormat;
      readonly native: {
        readonly algorithm: unknown;
        readonly extractable: boolean;
        readonly usages: readonly Usage[];
      };
    };

type OnOperation = Common & { readonly operation: string };

type OnKey = Common & { readonly handle: Handle };

interface OnId {
  readonly id: string;
  /** Only if that is in this host’s memory and nowhere else. */
  readonly kept?: boolean;
}

/** The argument and the answer of each method. */
export interface Methods {
  generate: [Change & { readonly attributes: unknown; readonly ensure: boolean }, KeyInfo];
  import: [
    Change & {
      readonly format: KeyFormat | 'crypto-key';
      readonly data: unknown;
      readonly attributes: unknown;
    },
    KeyInfo,
  ];
  open: [Common & OnId, KeyInfo];
  destroy: [Change & OnId & { readonly generation?: string }, undefined];
  purge: [Common & OnId & { readonly generation?: string }, undefined];
  copy: [Change & OnId & { readonly generation?: string; readonly attributes: unknown }, KeyInfo];
  /** What became of a change: `null` if nothing has, and nothing will of what was sent before. */
  outcome: [
    Common & { readonly request: string; readonly age: number },
    { readonly effect: KeyInfo | null } | null,
  ];
  /** Where the store is: `null` for here. */
  locate: [Common, Whereabouts | null];
  start: [OnKey & { readonly purpose: 'sign' | 'verify' }, string];
  update: [OnOperation & { readonly data: Bytes }, undefined];
  finish: [OnOperation & { readonly signature?: Bytes }, Bytes | boolean];
  abort: [OnOperation, undefined];
  events: [
    Common & { readonly after: number },
    { readonly events: readonly HostEvent[]; readonly last: number; readonly missed: number },
  ];
  list: [
    Common & {
      readonly filter: Filter;
      readonly after?: Cursor;
      readonly limit: number;
      /** Only what is in this host’s memory and nowhere else. */
      readonly kept?: boolean;
    },
    Page,
  ];
  sign: [OnKey & { readonly data: Bytes; readonly params?: unknown }, Bytes];
  verify: [OnKey & { readonly signature: Bytes; readonly data: Bytes; readonly params?: unknown }, boolean];
  encrypt: [OnKey & { readonly data: Bytes; readonly params?: unknown }, Bytes];
  decrypt: [OnKey & { readonly data: Bytes; readonly params?: unknown }, Bytes];
  deriveBits: [OnKey & { readonly params?: unknown; readonly length: number | null }, Bytes];
  deriveKey: [
    Change & {
      readonly base: Operand;
      readonly params?: unknown;
      readonly length: number | null;
      readonly into: Into;
    },
    KeyInfo | CryptoKey,
  ];
  wrapKey: [
    Common & {
      readonly format: KeyFormat;
      readonly key: Operand;
      readonly wrapping: Operand;
      readonly params?: unknown;
    },
    Bytes,
  ];
  unwrapKey: [
    Change & {
      readonly wrapped: Bytes;
      readonly unwrapping: Operand;
      readonly params?: unknown;
      readonly into: Into;
    },
    KeyInfo | CryptoKey,
  ];
  encapsulateBits: [
    OnKey & { readonly params?: unknown },
    { readonly sharedKey: Bytes; readonly ciphertext: Bytes },
  ];
  encapsulateKey: [
    Common & { readonly key: Operand; readonly params?: unknown; readonly into: Into },
    { readonly key: KeyInfo | CryptoKey; readonly ciphertext: Bytes },
  ];
  decapsulateBits: [OnKey & { readonly params?: unknown; readonly ciphertext: Bytes }, Bytes];
  decapsulateKey: [
    Change & {
      readonly key: Operand;
      readonly params?: unknown;
      readonly ciphertext: Bytes;
      readonly into: Into;
    },
    KeyInfo | CryptoKey,
  ];
  digest: [Common & { readonly algorithm: DigestAlgorithm; readonly data: Bytes }, Bytes];
  exportKey: [OnKey & { readonly format: KeyFormat }, Bytes | JsonWebKey];
  exportPublicKey: [OnKey & { readonly format: KeyFormat }, Bytes | JsonWebKey];
  attach: [Common & { readonly port: MessagePort }, undefined];
  detail: [Common, Detail];
  prefetch: [Common & { readonly names: readonly string[] }, undefined];
  stats: [Common, Stats];
  cancel: [Common & { readonly target: number }, undefined];
  /** Nothing is told by hosts of builds that counted nothing. */
  close: [Common, Closed | undefined];
}

/** What a client left unfinished in a host. */
export interface Closed {
  /** Multi-part operations that were ended. */
  readonly operations: number;
}

export type Method = keyof Methods;
export type Request<M extends Method> = Methods[M][0];
export type Answer<M extends Method> = Methods[M][1];

/** What travels back: never an exception, since comlink would drop its class, code and cause (comlink#594). */
export type Reply<T = unknown> = { readonly value: T } | { readonly error: WireError };

const METHODS: { readonly [M in Method]: true } = {
  generate: true,
  import: true,
  open: true,
  destroy: true,
  purge: true,
  copy: true,
  outcome: true,
  locate: true,
  start: true,
  update: true,
  finish: true,
  abort: true,
  events: true,
  list: true,
  sign: true,
  verify: true,
  encrypt: true,
  decrypt: true,
  deriveBits: true,
  deriveKey: true,
  wrapKey: true,
  unwrapKey: true,
  encapsulateBits: true,
  encapsulateKey: true,
  decapsulateBits: true,
  decapsulateKey: true,
  digest: true,
  exportKey: true,
  exportPublicKey: true,
  attach: true,
  detail: true,
  prefetch: true,
  stats: true,
  cancel: true,
  close: true,
};

export function isMethod(name: unknown): name is Method {
  return typeof name === 'string' && Object.hasOwn(METHODS, name);
}
