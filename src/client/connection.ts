// A realm's connection to a store: every call on it. What is promised here: every promise settles, whatever dies, and
// what may be asked again, is.
import { type KeystoreError, StoreMoved } from '../errors.ts';
import { Deadlines } from '../rpc/deadlines.ts';
import type { Capabilities, HelloOptions } from '../rpc/handshake.ts';
import type { Answer, Method, Request } from '../rpc/protocol.ts';
import {
  closedError,
  handedOver,
  hostReplaced,
  isEnded,
  isGone,
  isLost,
  notImported,
  notMade,
  operationLost,
  silent,
  unreached,
  unsure,
} from './endings.ts';
import type { Link } from './link.ts';
import { Links, type Ways } from './links.ts';
import type { CallOptions } from './options.ts';
import { type Ends, Posted } from './posted.ts';
import { KINDS } from './repeat.ts';
import {
  type Argument,
  type CloseReport,
  nameOf,
  type Place,
  type Sending,
  type Sent,
  withOwnBytes,
} from './sending.ts';

const DEFAULT_TIMEOUT = 30_000;

/** How long past its deadline a host may take to say so: a call computes for a while after it has waited. */
const GRACE = 10_000;

/** Longest pause of a call that is sent from host to host, in ms. */
const LONGEST_PAUSE = 1_000;

export class Connection {
  readonly store: string;
  readonly #links: Links;
  readonly #ending = new AbortController();
  readonly #deadlines = new Deadlines();
  #calls = 0;
  /** Calls that were ended because this was closed. */
  #aborted = 0;
  #closed = false;

  constructor(store: string, ways: Ways, options: HelloOptions = {}) {
    this.store = store;
    this.#links = new Links(store, ways, options);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** What the host of the last link can do; `undefined` before there was one. */
  get capabilities(): Capabilities | undefined {
    return this.met?.welcome.capabilities;
  }

  /** The boots of hosts beside the owner of the store that may hold keys for this client. */
  get besides(): string[] {
    return this.#links.besides.map(({ welcome }) => welcome.boot);
  }

  /** The living link to this client's own host, or a new one. */
  async link(timeout = DEFAULT_TIMEOUT): Promise<Link> {
    if (this.#closed) throw closedError();
    return this.#links.home(timeout);
  }

  /** The last link to this client's own host, dead or alive. */
  get met(): Link | undefined {
    return this.#links.lastHome;
  }

  /** The link to the owner of the store, if there is one. */
  get owner(): Link | undefined {
    return this.#links.storeNow;
  }

  /**
   * Calls the host. With a living link the message is posted before this returns, or holds a copy of what the caller lent:
   * the caller's bytes have been copied by then.
   */
  call<M extends Method>(
    method: M,
    argument: Argument<M>,
    options: CallOptions = {},
    { transfers = [], place = 'store', onAnswer, lent = false }: Sending = {},
  ): Promise<Answer<M>> {
    // From here on options are used, not checked: readOptions() has seen them.
    if (this.#closed) return Promise.reject(closedError());
    if (options.signal?.aborted === true) return Promise.reject(options.signal.reason);
    const kind = KINDS[method];
    const byId = place === 'id';
    const sent: Sent<M> = {
      method,
      argument: lent ? withOwnBytes(argument) : argument,
      options,
      transfers,
      place: byId ? 'store' : place,
      request: kind === 'change' || kind === 'import' ? crypto.randomUUID() : undefined,
      began: performance.now(),
      doubt: undefined,
      moves: 0,
      byId,
      onAnswer,
    };
    return byId ? this.#byId(sent) : this.#ask(sent, sent.began, argument);
  }

  /** Hosts that hold keys in memory are asked before the owner of the store: each says if it has nothing of the id. */
  async #byId<M extends Method>(sent: Sent<M>): Promise<Answer<M>> {
    let { doubt } = sent;
    const asked = new Set<string>();
    // Looked for anew each time: one that gives the store up meanwhile is asked too, not only its successor.
    const next = (): string | undefined => this.#keepers.find((boot) => !asked.has(boot));
    for (let boot = next(); boot !== undefined; boot = next()) {
      asked.add(boot);
      try {
        return await this.#ask({ ...sent, doubt, place: { boot } });
      } catch (error) {
        // It lives, and what it has done to what it keeps is nowhere to be found: another key of the id is not to be next.
        if (isLost(error) && error.cause === 'LOCK_STOLEN') throw error;
        // It may have owned the store without this client's knowledge: then what it did is found there.
        if (isLost(error)) doubt = error;
        else if (error instanceof StoreMoved && error.unsure) doubt = unsure(sent);
        else if (!(error instanceof StoreMoved) && !isGone(error)) {
          // This one did nothing. One that was asked before may have.
          throw sent.request === undefined ? error : (doubt ?? error);
        }
      }
    }
    return this.#ask({ ...sent, doubt });
  }

  /** Where there are such hosts, this client's own comes first, also as the owner: its session keys are no other host's. */
  get #keepers(): string[] {
    const { besides } = this;
    const own = this.#links.homeNow?.welcome.boot;
    return own === undefined || besides.length === 0 ? besides : [own, ...besides];
  }

  /**
   * @param now - by `performance.now()`.
   * @param argument - as it is posted now, if it can be.
   */
  #ask<M extends Method>(
    sent: Sent<M>,
    now = performance.now(),
    argument = sent.argument,
  ): Promise<Answer<M>> {
    const link = this.#now(sent.place);
    if (link !== undefined) return this.#send(link, sent, now, argument);
    if (KINDS[sent.method] === 'step') return Promise.reject(operationLost('HOST_REPLACED'));
    return this.#later(sent);
  }

  #now(place: Place): Link | undefined {
    if (place === 'home') return this.#links.homeNow;
    return typeof place === 'object' ? this.#links.to(place.boot) : this.#links.storeNow;
  }

  /** There is no link to send by: one is found or made. */
  async #later<M extends Method>(sent: Sent<M>): Promise<Answer<M>> {
    const left = this.#left(sent);
    // One attempt is shared by all who wait, so none of their deadlines is its own.
    const link = await this.#within(this.#find(sent.place), sent, left).catch((error: unknown) => {
      // That nobody is reached now does not say that nothing changed.
      throw this.#isInDoubt(sent) ? sent.doubt : error;
    });
    if (this.#closed) throw this.#cut(sent, sent.doubt);
    return this.#send(link, sent, performance.now());
  }

  /** Whether a change may be in the store. What a host had in its memory is no more than that. */
  #isInDoubt({ doubt, request, place }: Sent<Method>): boolean {
    return doubt !== undefined && request !== undefined && place === 'store';
  }

  async #find(place: Place): Promise<Link> {
    if (place === 'home') return this.#links.home(DEFAULT_TIMEOUT);
    if (typeof place !== 'object') return this.#links.store(DEFAULT_TIMEOUT);
    const link = this.#links.to(place.boot) ?? (await this.#links.home(DEFAULT_TIMEOUT));
    // What lived in the memory of a host that has gone has gone with it.
    if (link.welcome.boot !== place.boot) throw hostReplaced();
    return link;
  }

  /** What is left of a call's time, in ms. */
  #left({ options, began }: Pick<Sent<Method>, 'options' | 'began'>): number {
    return Math.max(0, (options.timeout ?? DEFAULT_TIMEOUT) - (performance.now() - began));
  }

  /** A call was refused, or will never be answered. What changed nothing, or can be told apart, is asked again. */
  #again<M extends Method>(link: Link, sent: Sent<M>, error: unknown): Promise<Answer<M>> {
    const kind = KINDS[sent.method];
    let { doubt } = sent;
    // The host says of what it ended that nothing changed. What it has not answered by now may go on.
    if (this.#closed && isEnded(error))
      throw this.#cut(sent, error.cause === 'CLOSED' ? silent(nameOf(sent)) : doubt);
    if (error instanceof StoreMoved) {
      // What is not here is another host's, unless it was in the memory of this one.
      if (sent.place !== 'store') {
        if (sent.byId) throw error;
        if (!error.unsure) throw hostReplaced();
        return this.#outcomeOf({ ...sent, place: 'store' }, error, notMade);
      }
      if (link.store === null) link.store = undefined;
      if (error.unsure) doubt = unsure(sent);
    } else if (!isLost(error) || kind === 'never') {
      throw error;
    } else if (kind === 'change' && typeof sent.place === 'object') {
      // A host that lives on remembers what it did, but not for whom: it is not asked again.
      if (sent.byId || error.cause === 'LOCK_STOLEN') throw error;
      if (this.#closed) throw this.#cut(sent, error);
      // The key has gone with its host. Of what is made of it only a copy may be in the store.
      if (sent.method !== 'copy') throw hostReplaced();
      return this.#outcomeOf({ ...sent, place: 'store' }, error, hostReplaced);
    } else if (kind === 'step') {
      throw operationLost(error.cause === 'HOST_DIED' ? 'HOST_REPLACED' : 'SESSION_ENDED');
    } else {
      doubt = error;
    }
    if (this.#closed) throw this.#cut(sent, doubt);
    // Its bytes have been handed over, and are gone.
    if (kind !== 'import' && sent.transfers.length > 0) throw handedOver(error);
    if (this.#left(sent) === 0) throw doubt ?? unreached(sent.options.timeout ?? DEFAULT_TIMEOUT);
    if (kind === 'import' && sent.place !== 'store') throw notImported(error);
    if (kind === 'import') return this.#outcomeOf(sent, error, notImported);
    if (kind === 'pure') sent.options.signal?.throwIfAborted();
    if (!(error instanceof StoreMoved)) return this.#later({ ...sent, doubt });
    return this.#moved({ ...sent, doubt, moves: sent.moves + 1 });
  }

  /** Hosts may contradict each other for a moment, or a broken database them: whoever is sent on and on pauses. */
  async #moved<M extends Method>(sent: Sent<M>): Promise<Answer<M>> {
    const pause = sent.moves > 1 ? Math.min(2 ** sent.moves, LONGEST_PAUSE) : 0;
    if (pause > 0) await this.#within(passed(pause), sent, this.#left(sent));
    return this.#later(sent);
  }

  /**
   * Asks what became of a call that cannot be sent again.
   *
   * @param nothing - what to say where nothing did.
   */
  async #outcomeOf<M extends Method>(
    sent: Sent<M>,
    error: unknown,
    nothing: (cause: unknown) => KeystoreError,
  ): Promise<Answer<M>> {
    const { request = '', began, options, place, onAnswer } = sent;
    const age = performance.now() - began;
    const argument = { request, age } as unknown as Argument<'outcome'>;
    const unsettled = error instanceof StoreMoved ? (error.unsure ? unsure(sent) : undefined) : error;
    // Where it is not known whether the call took effect, its caller does not stop waiting: an abort means that nothing changed.
    const signal = unsettled === undefined ? options.signal : undefined;
    const asked: CallOptions = { signal, timeout: Math.ceil(this.#left(sent)) };
    const found = await this.call('outcome', argument, asked, { place, onAnswer }).catch(
      (failed: unknown) => {
        throw unsettled ?? failed;
      },
    );
    if (found !== null) return found.effect as Answer<M>;
    throw nothing(error);
  }

  /** A caller may stop waiting at any time, unless it is not known whether the call took effect. */
  #within<T>(promise: Promise<T>, sent: Sent<Method>, left: number): Promise<T> {
    const { options, doubt } = sent;
    const { signal } = options;
    return new Promise((resolve, reject) => {
      const settled = new AbortController();
      const once = { signal: settled.signal };
      const fail = (error: unknown): void => {
        settled.abort();
        reject(error);
      };
      const cut = (): void => fail(this.#cut(sent, doubt));
      const timer = setTimeout(() => fail(doubt ?? unreached(options.timeout ?? DEFAULT_TIMEOUT)), left);
      if (doubt === undefined || sent.request === undefined)
        signal?.addEventListener('abort', () => fail(signal.reason), once);
      this.#ending.signal.addEventListener('abort', cut, once);
      promise
        .finally(() => {
          clearTimeout(timer);
          settled.abort();
        })
        .then(resolve, reject);
      // Too late for the listener.
      if (this.#closed) cut();
    });
  }

  /**
   * Posts a call to a host, and again to others for as long as it takes.
   *
   * @param now - by `performance.now()`.
   */
  #send<M extends Method>(
    link: Link,
    sent: Sent<M>,
    now: number,
    argument = sent.argument,
  ): Promise<Answer<M>> {
    return new Promise((resolve, reject) => {
      this.#post(link, sent, now, argument, {
        answered: resolve,
        failed: (error) => {
          try {
            resolve(this.#again(link, sent, error));
          } catch (fatal) {
            reject(fatal);
          }
        },
      });
    });
  }

  /** Ends a call, because this was closed. Of a change that may have taken effect it is not denied. */
  #cut({ method, request }: Sent<Method>, doubt: KeystoreError | undefined): KeystoreError {
    // A question for events ends with the keystore: nobody waits for more.
    if (method !== 'events') this.#aborted += 1;
    return request !== undefined && doubt !== undefined ? doubt : closedError();
  }

  #post<M extends Method>(link: Link, sent: Sent<M>, now: number, lent: Argument<M>, ends: Ends<M>): void {
    const { method, options, transfers, request: id, doubt, place, began, byId, onAnswer } = sent;
    const { signal, timeout } = options;
    // What the caller lent is the caller's again after this step. Nothing of the caller's runs from here to where it is posted.
    const argument = link.remote.holds(method, lent) ? sent.argument : lent;
    this.#calls += 1;
    const request: Record<string, unknown> = { ...argument, call: this.#calls };
    if (timeout !== undefined) request['timeout'] = timeout;
    if (id !== undefined) request['request'] = id;
    // One that has come to own the store meanwhile is not to say what an id means there: that is asked last.
    if (byId && typeof place === 'object') request['kept'] = true;
    // What a host had in its memory has gone with it: there is no outcome to look for.
    if (id !== undefined && doubt !== undefined && place === 'store') request['age'] = now - began;
    const told: Ends<M> =
      onAnswer === undefined
        ? ends
        : {
            answered: (answer) => {
              onAnswer(link.welcome.boot);
              ends.answered(answer);
            },
            failed: ends.failed,
          };
    const message = {
      method,
      request: request as unknown as Request<M>,
      transfers,
      time: now + (timeout ?? DEFAULT_TIMEOUT) + GRACE,
      signal,
      pure: KINDS[method] === 'pure',
    };
    new Posted(link, this.#deadlines, message, told);
  }

  /** Ends the session. Pending calls settle; session keys are gone when this resolves. */
  async close(): Promise<CloseReport> {
    this.#closed = true;
    this.#ending.abort();
    // A host that is dying ends the session just as well, and one of an earlier build tells nothing.
    const all = await Promise.all(this.#links.all.map((link) => this.#leave(link).catch(() => undefined)));
    this.#links.end(closedError);
    const operations = all.reduce((sum, closed) => sum + (closed?.operations ?? 0), 0);
    return { aborted: { calls: this.#aborted, operations } };
  }

  #leave(link: Link): Promise<Answer<'close'>> {
    return new Promise((answered, failed) => {
      const sent: Sent<'close'> = {
        method: 'close',
        argument: {},
        options: { timeout: 1000 },
        transfers: [],
        place: 'home',
        request: undefined,
        began: 0,
        onAnswer: undefined,
        doubt: undefined,
        moves: 0,
        byId: false,
      };
      this.#post(link, sent, performance.now(), sent.argument, { answered, failed });
    });
  }
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
