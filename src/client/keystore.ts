// A keystore as an app holds it.
import { KeystoreError } from '../errors.ts';
import type { Capabilities } from '../rpc/handshake.ts';
import type { Cursor, Detail, Filter, HostEvent, KeyInfo, ListedKey, Stats } from '../rpc/protocol.ts';
import { abortable } from './abortable.ts';
import { type AttachTarget, isAttachTarget, offer } from './attach.ts';
import type { Connection } from './connection.ts';
import { closedError, isGone } from './endings.ts';
import { evictionOf, stored } from './eviction.ts';
import type { HostedKey } from './handle.ts';
import { Key } from './key.ts';
import { merged } from './merged.ts';
import {
  type CallOptions,
  type CopyInit,
  checkTravels,
  invalid,
  type KeyInit,
  PATIENT,
  readOptions,
  takeBytes,
} from './options.ts';
import { isPersisted } from './persistence.ts';
import type { Argument, CloseReport, Place } from './sending.ts';
import { type Fallback, withFallback } from './subtle/fallback.ts';
import type { SubtleHost } from './subtle/host.ts';
import { installSubtle } from './subtle/install.ts';
import { persist } from './subtle/persist.ts';
import { type KeystoreSubtle, makeSubtle, type SubtlePlace } from './subtle/subtle.ts';
import { subtleWork } from './subtle-work.ts';

/** What {@link Keystore.listKeys} takes. */
export interface ListOptions extends CallOptions, Filter {
  /** Keys fetched at a time, 1 to 1,000. Default 100. */
  readonly pageSize?: number;
}

/** What {@link Keystore.capabilities} takes. */
export interface CapabilitiesOptions extends CallOptions {
  /**
   * Algorithms, variants or digests, such as `Ed448`, `AES-GCM/192`, `SHA3-256`: what the host computes them with is loaded
   * now, not at first use, so that it is there without a network. For the life of the host.
   */
  readonly prefetch?: readonly string[] | undefined;
}

/** What {@link Keystore.capabilities} tells. */
export type DetailedCapabilities = Capabilities & Detail;

/** What {@link Keystore.stats} tells. */
export interface KeystoreStats extends Stats {
  /**
   * Whether the browser has promised not to evict this origin's storage. It is asked when the first persistent key is
   * made or opened in a page; `null` before its answer, and in workers.
   */
  readonly persisted: boolean | null;
  /** When it was noticed that the browser had evicted this store, with all its keys, in milliseconds since 1970. */
  readonly evicted: number | null;
}

/** What {@link Keystore.events} tells. */
export type KeystoreEvent =
  | ({ readonly type: 'slot' } & HostEvent)
  /** The store that had keys in this browser is gone, and was made anew: browsers evict all of an origin at once. */
  | { readonly type: 'evicted'; readonly at: number };

/** Material to import: bytes, a JWK, or the app's own CryptoKeys. */
export interface ImportData {
  raw: BufferSource;
  'raw-secret': BufferSource;
  'raw-public': BufferSource;
  'raw-private': BufferSource;
  'raw-seed': BufferSource;
  pkcs8: BufferSource;
  spki: BufferSource;
  jwk: JsonWebKey;
  'crypto-key': CryptoKey | CryptoKeyPair;
}

/**
 * A connection to one key store of this origin, from `openKeystore()` or `attachedKeystore()`.
 *
 * Every method rejects with a {@link KeystoreError}: `INVALID_ARGUMENT` for bad input, `BAD_STATE` once closed,
 * `COMMUNICATION_FAILURE` if the host ended meanwhile (the next call starts a new one), `SERVICE_FAILURE` if none
 * can be reached or a script does not load, and those named at each method; or with the reason of an aborted `signal`, which always means
 * that nothing changed.
 */
export class Keystore implements AsyncDisposable {
  /** The name it was opened by. */
  readonly name: string;
  /** WebCrypto's interface to this store's algorithms: see {@link KeystoreSubtle}. */
  readonly subtle: KeystoreSubtle;
  readonly #connection: Connection;
  readonly #onClose: () => Promise<CloseReport>;
  readonly #ending = new AbortController();
  readonly #host: SubtleHost;
  #closing: Promise<CloseReport> | undefined;

  /** @internal */
  constructor(
    connection: Connection,
    { place, fallback }: { readonly place: SubtlePlace; readonly fallback: Fallback },
    onClose: () => Promise<CloseReport>,
  ) {
    this.name = connection.store;
    this.#connection = connection;
    evictionOf(connection).meets(connection.met);
    this.#onClose = onClose;
    this.#host = {
      algorithms: () => connection.capabilities?.algorithms ?? {},
      generateKey: (init) => this.generateKey(init, PATIENT),
      importKey: (format, data, init, options = PATIENT) => this.#import(format, data, init, options),
      ...subtleWork(
        connection,
        () => this.#check(),
        (info, boot) => this.#wake(info, boot),
      ),
    };
    this.subtle = makeSubtle(withFallback(this.#host, fallback), place);
  }

  /**
   * Opens the key of an id or creates it, as one atomic step: any number of tabs that ask at once get the same key.
   *
   * @throws KeystoreError `ALREADY_EXISTS` if the key there has another policy (lifetime, algorithm, usages, `extractable`,
   * `copyable`, `cache`, `pinned`, `multipart`, `slow`); `DATA_CORRUPT` or `DATA_INVALID` if its record is damaged; and what
   * {@link Keystore.generateKey} throws.
   */
  ensureKey(init: KeyInit, options: CallOptions = {}): Promise<Key> {
    return this.#create({ attributes: init, ensure: true }, options);
  }

  /**
   * Creates a key. Of concurrent creations of one id exactly one succeeds. A persistent key is on disk when
   * this resolves.
   *
   * @throws KeystoreError `ALREADY_EXISTS`, `NOT_SUPPORTED` (no driver has the algorithm), `NOT_PERMITTED` (an algorithm that
   * needs `slow: true`), `INSUFFICIENT_STORAGE`, `STORAGE_FAILURE` (nothing changed), `INSUFFICIENT_MEMORY` (the ceiling of
   * volatile and session keys, or `timeout`).
   */
  generateKey(init: KeyInit, options: CallOptions = {}): Promise<Key> {
    return this.#create({ attributes: init, ensure: false }, options);
  }

  /**
   * Creates a key from material. The host's copies of the bytes are cleared; yours are yours to clear.
   *
   * @param format - `raw`: the bytes of a secret key, or a public point or Edwards key. `pkcs8` (RFC 5958) and `spki`
   * (RFC 5280): DER. `jwk`: RFC 7517. `crypto-key`: a native CryptoKey, or a pair; kept without an export where it is
   * not extractable. Of HMAC it has whole bytes: browsers lose others when they are passed on (`NOT_SUPPORTED`).
   * @param init - `algorithm` may leave out what the material tells, such as a length.
   * @throws KeystoreError as {@link Keystore.generateKey}.
   */
  importKey<F extends keyof ImportData>(
    format: F,
    data: ImportData[F],
    init: KeyInit,
    options: CallOptions = {},
  ): Promise<Key> {
    return this.#import(format, data, init, options);
  }

  async #import(
    format: keyof ImportData,
    data: ImportData[keyof ImportData],
    init: KeyInit,
    options: CallOptions,
  ): Promise<Key> {
    const settings = this.#check(options);
    checkTravels(data);
    const bytes =
      format === 'jwk' || format === 'crypto-key' ? undefined : takeBytes(data as BufferSource, 'data');
    // Moved, not copied again: no copy of keyslot's own stays in this realm.
    const moved = bytes === undefined ? [] : [bytes.buffer];
    const argument = { format, data: bytes ?? data, attributes: init };
    return this.#key((told) =>
      this.#connection.call('import', argument, settings, {
        transfers: moved,
        place: placeOf(init),
        onAnswer: told,
      }),
    );
  }

  /**
   * Opens an existing key, from any tab or worker.
   *
   * @throws KeystoreError `DOES_NOT_EXIST`; `DATA_CORRUPT` or `DATA_INVALID` if its record is damaged; `STORAGE_FAILURE` if
   * the store cannot be read.
   */
  async openKey(id: string, options: CallOptions = {}): Promise<Key> {
    const settings = this.#check(options);
    return this.#key((told) =>
      this.#connection.call('open', { id }, settings, { place: 'id', onAnswer: told }),
    );
  }

  /**
   * Makes another key of one that is `copyable`, under another id or lifetime. The copy's policy is the intersection of
   * the source's and what `init` asks for.
   *
   * @throws KeystoreError `DOES_NOT_EXIST` (the source), `NOT_PERMITTED` (it is not copyable), `ALREADY_EXISTS` (the
   * target), `DATA_CORRUPT` or `DATA_INVALID` (the source's record), `BAD_STATE` (a key in the memory of a host that does not
   * own the store, of which only session keys are made), and what {@link Keystore.generateKey} throws.
   */
  async copyKey(id: string, init: CopyInit, options: CallOptions = {}): Promise<Key> {
    const settings = this.#check(options);
    const argument = { id, attributes: init };
    return this.#key((told) =>
      this.#connection.call('copy', argument, settings, { place: 'id', onAnswer: told }),
    );
  }

  /**
   * Destroys the key of an id, whatever uses it: operations that have begun complete, later ones get
   * `INVALID_HANDLE`. When this resolves, the id does not exist and the host holds no copy of the material.
   *
   * @throws KeystoreError `DOES_NOT_EXIST`; `STORAGE_FAILURE` with nothing changed; `INSUFFICIENT_MEMORY` if `timeout` passed
   * while it waited for another change of the id.
   */
  async destroyKey(id: string, options: CallOptions = {}): Promise<void> {
    const settings = this.#check(options);
    return this.#connection.call('destroy', { id }, settings, { place: 'id' });
  }

  /**
   * Drops the host's cached copy of a persistent key. The key lives on.
   *
   * @throws KeystoreError `DOES_NOT_EXIST`; `INVALID_ARGUMENT` for a volatile or session key, which is nowhere else;
   * `INSUFFICIENT_MEMORY` if who uses the copy did not end by `timeout`: the copy goes when they do.
   */
  async purgeKey(id: string, options: CallOptions = {}): Promise<void> {
    const settings = this.#check(options);
    return this.#connection.call('purge', { id }, settings, { place: 'id' });
  }

  /**
   * The keys that this client can see, by ascending id: its own session keys, and all volatile and persistent ones.
   * Never material. Keys that come or go meanwhile may be listed or not. `attributes` is `null` where a record cannot
   * be read: such a key can only be destroyed.
   */
  async *listKeys(options: ListOptions = {}): AsyncGenerator<ListedKey, void, undefined> {
    const { signal, timeout, pageSize = 100, ...filter } = this.#check(options);
    const pages = (place: Place, kept: boolean): AsyncGenerator<ListedKey> =>
      this.#pages(place, { filter, limit: pageSize, ...(kept ? { kept } : {}) }, { signal, timeout });
    // Almost always there is one host. Beside it those that keep keys in memory have lists of their own.
    const besides = this.#connection.besides.map((boot) => pages({ boot }, true));
    yield* merged([...besides, pages('store', false)]);
  }

  async *#pages(
    place: Place,
    request: Omit<Argument<'list'>, 'after'>,
    options: CallOptions,
  ): AsyncGenerator<ListedKey, void, undefined> {
    let after: Cursor | undefined;
    do {
      this.#check();
      const argument = { ...request, ...(after === undefined ? {} : { after }) };
      const page = await this.#connection
        .call('list', argument, options, { place })
        .catch((error: unknown) => {
          // What a host kept in memory has gone with it, and is no longer to be listed.
          if (request.kept === true && isGone(error)) return { keys: [], next: undefined };
          throw error;
        });
      yield* page.keys;
      after = page.next;
    } while (after !== undefined);
  }

  /**
   * Makes a persistent key of one that `subtle` has made, or of any native CryptoKey: a handle's is copied in the host, a
   * native one is adopted, without an export where it is not extractable. Of a public key only that is kept, whatever
   * its private half is.
   *
   * @throws KeystoreError `ALREADY_EXISTS`; `INVALID_ARGUMENT` for what is no CryptoKey, or a secret handle of another keystore; `BAD_STATE` for a session key
   * whose host is not the owner of the store (elected topology); and what {@link Keystore.importKey} throws.
   */
  async persist(key: CryptoKey, id: string, options: CallOptions = {}): Promise<Key> {
    const settings = this.#check(options);
    const copy = async (its: HostedKey, init: CopyInit): Promise<HostedKey> => {
      if (its instanceof Key && its.isOf(this.#connection)) return its.copy(init, settings);
      throw invalid('This key is of another keystore, where it would be kept. Call persist() there.');
    };
    const kept = await persist(this.#host, copy, key, id, settings);
    return kept as Key;
  }

  /**
   * Puts {@link Keystore.subtle} in place of the global `crypto.subtle` of this realm, for libraries that call that, and the
   * package's `SubtleCrypto` in place of the global one, whose instance it is.
   *
   * @returns an undo. Of several that are installed, of any keystores, the last one is in place; they are undone in any
   * order, and with the last one both properties are as they were before the first.
   * @throws KeystoreError `NOT_SUPPORTED` where the page has locked `crypto.subtle`. It throws, as it returns no promise.
   */
  install(): () => void {
    this.#check();
    return installSubtle(this.subtle);
  }

  /**
   * What the host can do, true for its life: the driver of each variant, what can be done with its keys, and the driver of
   * each digest. Found out by trying; the first answer of a host takes about a second, in which it serves others.
   *
   * @throws KeystoreError `NOT_SUPPORTED` for a name to prefetch that is none of an algorithm; `SERVICE_FAILURE` if its
   * script cannot be loaded.
   */
  async capabilities(options: CapabilitiesOptions = {}): Promise<DetailedCapabilities> {
    const { prefetch: names, ...settings } = this.#check(options);
    // What is told, and what is loaded, is this client's own host's.
    if (names !== undefined) await this.#connection.call('prefetch', { names }, settings, { place: 'home' });
    const { details, digests } = await this.#connection.call('detail', {}, settings, { place: 'home' });
    const link = await abortable(this.#connection.link(settings.timeout), settings.signal);
    evictionOf(this.#connection).meets(link);
    const { algorithms } = link.welcome.capabilities;
    return { algorithms, details, digests };
  }

  /** Numbers about the host, and the rows of its slot table. Ids of other clients' session keys are not shown. */
  async stats(options: CallOptions = {}): Promise<KeystoreStats> {
    const settings = this.#check(options);
    const stats = await this.#connection.call('stats', {}, settings);
    return { ...stats, persisted: isPersisted(), evicted: evictionOf(this.#connection).noticed };
  }

  /**
   * The changes of the host's slots, from now on, for tools, and first of all whether the browser has evicted what was
   * stored. Reader counts are not told. A consumer that falls behind misses events: their `number`s ascend by one where
   * none is missing. Ends when the keystore is closed; with `signal`, by its reason.
   */
  async *events(options: CallOptions = {}): AsyncGenerator<KeystoreEvent, void, undefined> {
    const { signal } = this.#check(options);
    const ended = this.#ending.signal;
    const either = signal === undefined ? ended : AbortSignal.any([ended, signal]);
    let after = -1;
    let evicted: number | null = null;
    while (!this.#closed) {
      const timeout = EVENTS_WAIT;
      const { noticed } = evictionOf(this.#connection);
      if (noticed !== evicted) {
        evicted = noticed;
        if (evicted !== null) yield { type: 'evicted', at: evicted };
      }
      const asked = this.#connection.call('events', { after }, { signal: either, timeout });
      const batch = await asked.catch((error) => (this.#closed ? undefined : quiet(error)));
      if (batch === undefined) continue;
      for (const event of batch.events) yield { type: 'slot', ...event };
      after = batch.last;
    }
  }

  /**
   * Lets a dedicated worker, which cannot construct a SharedWorker, open this store with `attachedKeystore()`.
   * In either order. The worker is a client of its own: it ends with `terminate()`, not with this keystore's calls.
   */
  async attach(target: AttachTarget, options: CallOptions = {}): Promise<void> {
    const settings = this.#check(options);
    settings.signal?.throwIfAborted();
    if (!isAttachTarget(target)) throw invalid('attach() takes a Worker.');
    // Attaching needs a host, so that a broken one is reported here and not in the worker.
    await abortable(this.#connection.link(settings.timeout), settings.signal);
    offer(target, this.name, this.#ending.signal, (port, host) =>
      // Asked for whenever the worker needs a port: the options were for this call, which is over by then.
      this.#connection.call('attach', { port }, {}, { transfers: [port], place: host }),
    );
  }

  /**
   * Ends this keystore. Calls from here on get `BAD_STATE`. The last one of a name in a realm ends the client: calls that
   * still wait for something get `BAD_STATE` and have changed nothing, those that compute have a second to complete (a change
   * without an answer by then is `COMMUNICATION_FAILURE`: it may go on),
   * multi-part operations are aborted, and session keys are gone when this resolves. Never rejects.
   *
   * @returns what was aborted; of each keystore the same however often it is closed.
   */
  close(): Promise<CloseReport> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #end(): Promise<CloseReport> {
    this.#ending.abort();
    return this.#onClose();
  }

  get #closed(): boolean {
    return this.#closing !== undefined;
  }

  async #create(argument: { attributes: KeyInit; ensure: boolean }, options: CallOptions): Promise<Key> {
    const settings = this.#check(options);
    const place = placeOf(argument.attributes);
    return this.#key((told) =>
      this.#connection.call('generate', argument, settings, { place, onAnswer: told }),
    );
  }

  async #key(ask: (told: (boot: string) => void) => Promise<KeyInfo>): Promise<Key> {
    let boot = '';
    const info = await ask((its) => {
      boot = its;
    });
    return this.#wake(info, boot);
  }

  #wake(info: KeyInfo, boot: string): Key {
    if (info.attributes.lifetime === 'persistent') stored(this.#connection);
    return new Key(this.#connection, info, boot, () => (this.#closed ? closedError() : undefined));
  }

  #check<O extends CallOptions>(options?: O): Partial<O> {
    if (this.#closed) throw closedError();
    return readOptions(options);
  }
}

/** How long one question for events stays open, in ms. */
const EVENTS_WAIT = 30_000;

/** Nothing has happened within the wait: ask again. */
function quiet(error: unknown): undefined {
  if (error instanceof KeystoreError && error.cause === 'DEADLINE') return undefined;
  throw error;
}

/** Session keys are made in the client's own host, others by the owner of the store. What is no object is refused there. */
function placeOf(init: KeyInit): Place {
  return (init as Partial<KeyInit> | null | undefined)?.lifetime === 'session' ? 'home' : 'store';
}
