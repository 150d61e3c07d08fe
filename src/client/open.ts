// The two ways to a keystore: `openKeystore` in a page, `attachedKeystore` in a dedicated worker.
import { KeystoreError } from '../errors.ts';
import { type HelloOptions, type HostSizes, isName } from '../rpc/handshake.ts';
import type { Whereabouts } from '../rpc/protocol.ts';
import { abortable } from './abortable.ts';
import { type WorkerScope, want } from './attach.ts';
import { Connection } from './connection.ts';
import { closedError } from './endings.ts';
import type { Keystore } from './keystore.ts';
import type { Access } from './link.ts';
import { loadAhead, loadElected, loadOpened } from './load.ts';
import type { CloseReport } from './sending.ts';
import { hostWorker, otherWorker } from './shared-worker.ts';
import type { Fallback } from './subtle/fallback.ts';
import type { SubtlePlace } from './subtle/subtle.ts';
import { nestingStops } from './watched.ts';
import type { WorkerSource } from './worker-source.ts';

/** Where hosts run: see {@link OpenOptions.topology}. */
export type Topology = 'shared' | 'elected';

export interface OpenOptions {
  /** The store's name, 1 to 256 bytes of UTF-8: one host, slot table and database each. */
  readonly name: string;
  /**
   * Where the host runs. `shared`: in a SharedWorker. `elected`: in a worker of each tab; that of one tab owns the store
   * and the volatile keys, and another takes over when that tab goes or is frozen. `auto` (default): shared, unless the
   * browser has no SharedWorker or cannot keep a CryptoKey in one.
   */
  readonly topology?: 'auto' | Topology;
  /** The app's own copy of `keyslot/worker`, for bundlers that do not follow the built-in one and for strict CSP. */
  readonly worker?: WorkerSource;
  /**
   * Where `subtle` keeps keys of algorithms that the engine has: in the caller, as its own CryptoKeys (default), or
   * in the host.
   */
  readonly subtle?: SubtlePlace;
  /**
   * For tests: algorithms that `subtle` computes with noble although this browser has them, as it does in browsers that
   * lack them; `true` for all that noble has, RSA being none of them. Their keys are bytes of the host.
   */
  readonly fallback?: Fallback;
  /** `system` clients have lanes that are kept free of others'. For the few that must never wait behind user work. */
  readonly priority?: 'user' | 'system';
  /** Sizes of the host's tables. The client that starts the host decides. */
  readonly host?: HostSizes;
  /** Ends the opening. */
  readonly signal?: AbortSignal;
}

interface Shared {
  readonly connection: Connection;
  readonly topology: Topology;
  readonly worker: WorkerSource | undefined;
  users: number;
}

loadAhead();

/** One connection a name in a realm. */
const connections = new Map<string, Shared>();

/**
 * Opens the key store of a name, starting its host if none runs.
 *
 * @throws KeystoreError `INVALID_ARGUMENT`; `NOT_SUPPORTED` where the browser lacks SharedWorker, Web Locks or
 * WebCrypto (a page that is not a secure context lacks them), or cannot keep a CryptoKey in a worker of the topology;
 * `SERVICE_FAILURE` if the worker script does not load, or another build or protocol owns the store;
 * `STORAGE_FAILURE` if its database cannot be opened.
 */
export async function openKeystore(options: OpenOptions): Promise<Keystore> {
  const { name, topology = 'auto', worker, signal, priority, host } = checked(options);
  const { subtle = 'caller', fallback } = options;
  // The names of algorithms are known to what is yet to be loaded. Nobody but a test passes any.
  if (fallback !== undefined) (await abortable(loadOpened(), signal)).checkFallback(fallback);
  let chosen = choose(topology, worker);
  for (;;) {
    signal?.throwIfAborted();
    requirePlatform(chosen);
    const hello: HelloOptions = {
      ...(priority && { priority }),
      ...(host && { sizes: host }),
      ...(nestingStops() && { alone: true }),
    };
    const shared = share(name, chosen, topology === 'auto', worker, hello);
    const leave = leaver(name, shared);
    try {
      // A link that ends while the rest is loaded is no worse than one that ends later: the next call makes another.
      const [, { Keystore }] = await abortable(Promise.all([shared.connection.link(), loadOpened()]), signal);
      return new Keystore(shared.connection, { place: subtle, fallback: fallback ?? false }, leave);
    } catch (error) {
      await leave();
      if (topology !== 'auto' || chosen === 'elected' || !cannotKeepKeys(error)) throw error;
      // Found out by trying, in the SharedWorker: true for as long as this browser runs.
      noKeysInSharedWorker = true;
      chosen = 'elected';
    }
  }
}

let noKeysInSharedWorker = false;

function choose(topology: 'auto' | Topology, worker: WorkerSource | undefined): Topology {
  if (topology !== 'auto') return topology;
  if (noKeysInSharedWorker || typeof SharedWorker === 'undefined') return 'elected';
  return typeof Worker !== 'undefined' && worker instanceof Worker ? 'elected' : 'shared';
}

function cannotKeepKeys(error: unknown): boolean {
  return error instanceof KeystoreError && error.cause === 'CANNOT_KEEP_KEYS';
}

export interface AttachedOptions {
  /** Only a store of this name; without it, the first that the page attaches. */
  readonly name?: string;
  /** Milliseconds to wait for the page's `attach`. Default 30,000. */
  readonly timeout?: number;
  readonly subtle?: SubtlePlace;
  readonly signal?: AbortSignal;
}

/**
 * In a dedicated worker: the keystore that the page has attached, or attaches within `timeout`.
 *
 * @throws KeystoreError `INVALID_ARGUMENT`; `SERVICE_FAILURE` if no page does; `BAD_STATE` outside a dedicated worker.
 */
export async function attachedKeystore(options: AttachedOptions = {}): Promise<Keystore> {
  const scope = workerScope();
  const { name = '', timeout = 30_000, subtle = 'caller', signal } = checkedAttached(options);
  const opened = loadOpened();
  // Not before a page has attached does anybody ask for it.
  opened.catch(() => undefined);
  const ask = (
    signal?: AbortSignal,
    host: 'home' | 'store' = 'home',
  ): Promise<{ port: MessagePort; store: string }> => {
    const limit = AbortSignal.timeout(timeout);
    const either = signal === undefined ? limit : AbortSignal.any([limit, signal]);
    return want(scope, { store: name, host }, either).catch((cause: unknown) => {
      throw signal?.aborted === true ? signal.reason : notAttached(timeout, cause);
    });
  };
  const first = await ask(signal);
  let unused: MessagePort | undefined = first.port;
  // A host that is replaced is reached by asking the page again.
  const access = async (): Promise<Access> => {
    const port = unused ?? (await ask()).port;
    unused = undefined;
    return { port, failed: new Promise(() => undefined) };
  };
  const connection = new Connection(first.store, {
    home: access,
    reach: async (where) => {
      // Where nobody hands ports over, the page could do nothing that this worker cannot.
      if (where.topology === 'elected' && where.url === '')
        return (await loadElected()).reachByChannel(where);
      return { port: (await ask(undefined, 'store')).port, failed: new Promise(() => undefined) };
    },
  });
  try {
    const [, { Keystore }] = await abortable(Promise.all([connection.link(timeout), opened]), signal);
    return new Keystore(connection, { place: subtle, fallback: false }, () => connection.close());
  } catch (error) {
    await connection.close();
    throw error;
  }
}

function share(
  name: string,
  topology: Topology,
  any: boolean,
  worker: WorkerSource | undefined,
  hello: HelloOptions,
): Shared {
  const there = connections.get(name);
  if (there === undefined) {
    const home = (): Access | Promise<Access> =>
      topology === 'shared' ? hostWorker(name, worker) : ownHost(connection, worker);
    const connection: Connection = new Connection(name, { home, reach }, hello);
    const shared = { connection, topology, worker, users: 1 };
    connections.set(name, shared);
    return shared;
  }
  if (!any && topology !== there.topology) {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      `The store "${name}" is open here with the topology ${there.topology}. Close it first.`,
    );
  }
  if (worker !== undefined && worker !== there.worker) {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      `The store "${name}" is open here with another worker. Close it first.`,
    );
  }
  there.users += 1;
  return there;
}

async function ownHost(connection: Connection, worker: WorkerSource | undefined): Promise<Access> {
  const elected = await loadElected();
  // Whoever has left meanwhile needs no worker, which would live as long as the page.
  if (connection.closed) throw closedError();
  return elected.ownHost(connection.store, worker);
}

/** To a host that is not the client's own: another build's SharedWorker, or the worker of another tab. */
function reach(where: Whereabouts, attempt: number): Access | Promise<Access> {
  if (where.topology === 'shared') return otherWorker(where, attempt);
  return loadElected().then(({ reachTab }) => reachTab(where));
}

function leaver(name: string, shared: Shared): () => Promise<CloseReport> {
  return async () => {
    shared.users -= 1;
    // Another keystore of this name goes on: so does what was begun.
    if (shared.users > 0) return { aborted: { calls: 0, operations: 0 } };
    if (connections.get(name) === shared) connections.delete(name);
    return shared.connection.close();
  };
}

const TOPOLOGIES: ReadonlySet<unknown> = new Set(['auto', 'shared', 'elected']);

function checked(options: unknown): OpenOptions {
  const isObject = typeof options === 'object' && options !== null;
  const { name, topology, subtle, priority, signal, host } = isObject
    ? (options as Partial<OpenOptions>)
    : {};
  if (!isName(name)) {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      'Pass { name }: the name of the store, 1 to 256 bytes of UTF-8.',
    );
  }
  if (topology !== undefined && !TOPOLOGIES.has(topology)) {
    throw new KeystoreError('INVALID_ARGUMENT', 'topology must be auto, shared or elected.');
  }
  checkCommon(subtle, signal);
  if (priority !== undefined && priority !== 'user' && priority !== 'system') {
    throw new KeystoreError('INVALID_ARGUMENT', 'priority must be user or system.');
  }
  // Its members are checked by the host that they are for.
  if (host !== undefined && (typeof host !== 'object' || host === null)) {
    throw new KeystoreError('INVALID_ARGUMENT', 'host must be an object of sizes.');
  }
  return { ...(options as OpenOptions), name };
}

/** What both ways to a keystore take. */
function checkCommon(subtle: unknown, signal: unknown): void {
  if (subtle !== undefined && subtle !== 'caller' && subtle !== 'host') {
    throw new KeystoreError('INVALID_ARGUMENT', 'subtle must be caller or host.');
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new KeystoreError('INVALID_ARGUMENT', 'signal must be an AbortSignal.');
  }
}

/** Longest wait for a page, in ms: longer ones are mistakes. */
const MAX_TIMEOUT = 600_000;

function checkedAttached(options: unknown): AttachedOptions {
  if (typeof options !== 'object' || options === null) {
    throw new KeystoreError('INVALID_ARGUMENT', 'Options must be an object.');
  }
  const { name, timeout, subtle, signal } = options as AttachedOptions;
  if (name !== undefined && !isName(name)) {
    throw new KeystoreError('INVALID_ARGUMENT', 'name must be that of a store, 1 to 256 bytes of UTF-8.');
  }
  if (timeout !== undefined && !(typeof timeout === 'number' && timeout >= 0 && timeout <= MAX_TIMEOUT)) {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      'timeout must be a number of milliseconds from 0 to 600,000.',
    );
  }
  checkCommon(subtle, signal);
  return options;
}

function requirePlatform(topology: Topology): void {
  const worker = topology === 'shared' ? 'SharedWorker' : 'Worker';
  const missing = Object.entries({
    [worker]: topology === 'shared' ? typeof SharedWorker !== 'undefined' : typeof Worker !== 'undefined',
    document: topology === 'shared' || typeof document !== 'undefined',
    BroadcastChannel: topology === 'shared' || typeof BroadcastChannel !== 'undefined',
    'Web Locks': typeof navigator !== 'undefined' && 'locks' in navigator,
    'crypto.subtle': typeof crypto !== 'undefined' && 'subtle' in crypto,
  }).flatMap(([name, there]) => (there ? [] : [name]));
  if (missing.length === 0) return;
  const where =
    missing.includes(worker) || missing.includes('document')
      ? 'a page'
      : 'a secure context (https or localhost)';
  throw new KeystoreError(
    'NOT_SUPPORTED',
    `There is no ${missing.join(', ')} here. Call openKeystore in ${where}; in a dedicated worker use attachedKeystore().`,
  );
}

function workerScope(): WorkerScope {
  const scope: unknown = globalThis;
  if (
    typeof WorkerGlobalScope !== 'undefined' &&
    scope instanceof WorkerGlobalScope &&
    'postMessage' in scope
  ) {
    return scope as unknown as WorkerScope;
  }
  throw new KeystoreError(
    'BAD_STATE',
    'attachedKeystore() is for dedicated workers. In a page call openKeystore().',
  );
}

function notAttached(timeout: number, cause: unknown): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    `No page attached a keystore to this worker within ${timeout} ms. In the page: await keystore.attach(worker).`,
    { cause },
  );
}
