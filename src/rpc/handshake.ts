// The first two messages on every port. Their shape never changes, whatever the protocol becomes: a client
// and a host of any two versions must be able to tell each other which ones they are.
import { BUILD, PROTOCOL } from '../version.ts';
import type { WireError } from './errors.ts';
import { isRecord } from './gate.ts';
import type { Whereabouts } from './protocol.ts';

/** A client's first message. It holds the Web Lock `lock` before it sends this. */
export interface Hello {
  readonly keyslot: 'hello';
  readonly protocol: number;
  readonly build: string;
  readonly store: string;
  readonly lock: string;
  /** `system` clients have lanes that are kept free of others. */
  readonly priority?: 'user' | 'system';
  /** Of a host that is yet to start. Unchecked here. */
  readonly sizes?: HostSizes;
  /** A host that is yet to start must not make workers: they might stop it (docs/decisions/0030). Unchecked here. */
  readonly alone?: true;
}

/** How large the tables of a host are. */
export interface HostSizes {
  /** Cache slots for persistent keys. Default 256. */
  readonly cacheSize?: number;
  /** Slots for pinned keys. Default 64. */
  readonly pinnedSize?: number;
  /** Most volatile and session keys at once. Default 65,536. */
  readonly ceiling?: number;
  /** Most multi-part operations at once. Default 64. */
  readonly operations?: number;
  /** Native operations that run at once. Default: four a processor, 8 to 32. */
  readonly lanes?: number;
}

export interface Welcome {
  readonly keyslot: 'welcome';
  readonly protocol: number;
  readonly build: string;
  /** New for every life of a host. The host holds the Web Lock `hostLockName(boot)` while it lives. */
  readonly boot: string;
  readonly capabilities: Capabilities;
  /** Where the store is; `null`: with this host. */
  readonly store: Whereabouts | null;
  /** When the store had its first owner, in milliseconds since 1970, if it is with this host. */
  readonly born: number | null;
}

/** At any time after a welcome: the store is another host's now. This one keeps what is not stored. */
export interface Moved {
  readonly keyslot: 'moved';
  /** `null`: not known, ask. */
  readonly store: Whereabouts | null;
  /** The host's tab is frozen: only its own clients stay with it. */
  readonly frozen?: true;
}

/** At any time after a welcome: the store is with this host from here on. */
export interface Owns {
  readonly keyslot: 'owns';
  /** As in the welcome. */
  readonly born: number;
}

export interface Refused {
  readonly keyslot: 'refused';
  readonly protocol: number;
  readonly build: string;
  readonly error: WireError;
}

/** What this host can do, found out once at its start and frozen for its life (G6). */
export interface Capabilities {
  /** Driver by variant, what an engine has or lacks as one thing, such as `{ 'ECDSA/P-256': 'webcrypto', Ed448: 'noble' }`. */
  readonly algorithms: Readonly<Record<string, 'webcrypto' | 'noble'>>;
}

const MAX_NAME_BYTES = 256;
const CLIENT_LOCK = 'keyslot:client:';

/** What a client tells of itself beside its names. */
export type HelloOptions = Pick<Hello, 'priority' | 'sizes' | 'alone'>;

export function hello(store: string, lock: string, options: HelloOptions): Hello {
  return { keyslot: 'hello', protocol: PROTOCOL, build: BUILD, store, lock, ...options };
}

export function isHello(message: unknown): message is Hello {
  return (
    isRecord(message) &&
    message['keyslot'] === 'hello' &&
    typeof message['protocol'] === 'number' &&
    isName(message['build']) &&
    isName(message['store']) &&
    isName(message['lock']) &&
    message['lock'].startsWith(CLIENT_LOCK)
  );
}

export function isReplyToHello(message: unknown): message is Welcome | Refused {
  return isRecord(message) && (message['keyslot'] === 'welcome' || message['keyslot'] === 'refused');
}

export function isMoved(message: unknown): message is Moved {
  return isRecord(message) && message['keyslot'] === 'moved';
}

export function isOwns(message: unknown): message is Owns {
  return isRecord(message) && message['keyslot'] === 'owns' && typeof message['born'] === 'number';
}

/** A store's name: 1 to 256 bytes of UTF-8. */
export function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= MAX_NAME_BYTES &&
    value.isWellFormed() &&
    new TextEncoder().encode(value).length <= MAX_NAME_BYTES
  );
}

/** Held by the host for its life: a client that is granted it knows that the host has died. */
export function hostLockName(boot: string): string {
  return `keyslot:host:${boot}`;
}

/** Held by a client for its life: a host that is granted it knows that the client has died. */
export function clientLockName(): string {
  return CLIENT_LOCK + crypto.randomUUID();
}
