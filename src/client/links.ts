// A client's links: to its own host, which keeps what lives in memory, and to the host that owns the store, which is
// the same one unless another build, or another tab, has the store (G9).
import { KeystoreError } from '../errors.ts';
import { decodeError } from '../rpc/errors.ts';
import type { HelloOptions } from '../rpc/handshake.ts';
import type { Whereabouts } from '../rpc/protocol.ts';
import { type Access, greet, hostGone, type Link } from './link.ts';

/** The ways from a realm to its hosts. */
export interface Ways {
  /** To the client's own host, which is started if it does not run. */
  home(): Access | Promise<Access>;
  /** To the host that owns the store. @param attempt - from 0, where there are several ways to try. */
  reach(where: Whereabouts, attempt: number): Access | Promise<Access>;
}

const ATTEMPTS = 2;

/** How long a host that is said to own the store may take to answer a hello, in ms. */
const REACHED_WITHIN = 5_000;

/** Wait before the store is looked for again, in ms: doubled each time, so that a store in passing is not missed. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1_000;

export class Links {
  readonly #store: string;
  readonly #ways: Ways;
  readonly #options: HelloOptions;
  /** Those that live, by the boot of their host. */
  readonly #all = new Map<string, Link>();
  #home: Link | undefined;
  #homing: Promise<Link> | undefined;
  #finding: Promise<Link> | undefined;
  #ended: { throw(made?: Link): never } | undefined;

  constructor(store: string, ways: Ways, options: HelloOptions) {
    this.#store = store;
    this.#ways = ways;
    this.#options = options;
  }

  /** The last link to the client's own host, dead or alive. */
  get lastHome(): Link | undefined {
    return this.#home;
  }

  get homeNow(): Link | undefined {
    return this.#home?.alive === true ? this.#home : undefined;
  }

  /** The link to the owner of the store, if there is one that is believed to be it. */
  get storeNow(): Link | undefined {
    // Almost always the client's own: what every call asks.
    if (this.#home?.owns === true) return this.#home;
    for (const link of this.#all.values()) if (link.owns) return link;
    return undefined;
  }

  /** The living link to the host of a boot. */
  to(boot: string): Link | undefined {
    const link = this.#all.get(boot);
    return link?.alive === true ? link : undefined;
  }

  /** Hosts that may hold keys in memory for this client and do not own the store: its own first. */
  get besides(): Link[] {
    const all = [...this.#all.values()].filter((link) => link.alive && !link.owns);
    return all.sort((a, b) => Number(b === this.#home) - Number(a === this.#home));
  }

  /** The living link to the client's own host, or a new one. */
  home(timeout: number): Promise<Link> {
    const home = this.homeNow;
    if (home !== undefined) return Promise.resolve(home);
    this.#homing ??= this.#greet(() => this.#ways.home(), timeout)
      .then((link) => {
        this.#home = link;
        link.own = true;
        return link;
      })
      .finally(() => {
        this.#homing = undefined;
      });
    return this.#homing;
  }

  /** The living link to the owner of the store, wherever it is by now. */
  store(timeout: number): Promise<Link> {
    const now = this.storeNow;
    if (now !== undefined) return Promise.resolve(now);
    this.#finding ??= this.#find(timeout).finally(() => {
      this.#finding = undefined;
    });
    return this.#finding;
  }

  /** Ends all links, and every attempt to make one. */
  end(errorOf: () => KeystoreError): void {
    this.#ended = {
      throw(made) {
        made?.end(errorOf);
        throw errorOf();
      },
    };
    for (const link of this.#all.values()) link.end(errorOf);
    this.#all.clear();
  }

  get all(): Link[] {
    return [...this.#all.values()].filter(({ alive }) => alive);
  }

  async #find(timeout: number): Promise<Link> {
    const end = performance.now() + timeout;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LONGEST_PAUSE)) {
      const home = await this.home(timeout);
      const found = home.owns ? home : await this.#follow(home);
      if (found?.owns === true) return found;
      if (performance.now() + pause > end) throw lost(timeout);
      await new Promise((resolve) => setTimeout(resolve, pause));
      // What was said is old: whoever owned the store has gone, or gives it up just now. The next host to be asked
      // makes itself the owner, if nobody else is.
      if (home.alive) await this.#ask(home);
    }
  }

  /** From one host to the next, each of which knows who had the store after it. */
  async #follow(home: Link): Promise<Link | undefined> {
    let link = home;
    /** Boots: a way that leads to another host than it should leads there each time. */
    const seen = new Set<string>();
    while (!link.owns && link.alive && !seen.has(link.welcome.boot)) {
      seen.add(link.welcome.boot);
      // Where the client's own host does not know, it is asked: it finds out, or makes itself the owner. Another one may
      // be in a tab that is frozen by now.
      if (link.store === undefined && link === home) await this.#ask(home);
      const where = link.store;
      if (where === null) break;
      // A host that has died is not called back to life from here: a deploy that was rolled back would live on.
      if (where === undefined || this.#all.get(where.boot)?.alive === false) return undefined;
      const reached = this.to(where.boot) ?? (await this.#reach(where));
      if (reached === undefined) return undefined;
      link = reached;
    }
    return link;
  }

  async #reach(where: Whereabouts): Promise<Link | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      try {
        const link = await this.#greet(() => this.#ways.reach(where, attempt), REACHED_WITHIN);
        link.onSilence = () => void this.#lookAfter(link);
        return link;
      } catch (error) {
        if (!(error instanceof KeystoreError)) throw error;
        if (error.cause === 'PROTOCOL' || error.code === 'BAD_STATE') throw error;
        // Nobody there who answers: no other way leads to somebody else.
        if (error.cause === 'SILENCE') return undefined;
      }
    }
    return undefined;
  }

  /**
   * A host of another tab or build is silent: frozen, perhaps. The own one asks it, and takes the store from it if there
   * is no answer; then what waits for it is asked again. It cannot have changed anything since, nor will it.
   */
  async #lookAfter(link: Link): Promise<void> {
    const home = this.homeNow;
    if (home === undefined || !link.alive) return;
    const where = await locate(home).catch(() => undefined);
    if (where === undefined) return;
    home.store = where;
    if (where?.boot !== link.welcome.boot && link.owns) link.end(hostGone);
  }

  /** The client's own host is asked where the store is. What another has said of that before is older. */
  async #ask(home: Link): Promise<void> {
    home.store = await locate(home);
    const owner = home.store && this.to(home.store.boot);
    if (owner) owner.store = null;
  }

  async #greet(access: () => Access | Promise<Access>, timeout: number): Promise<Link> {
    this.#ended?.throw();
    const link = await greet(Promise.resolve().then(access), this.#store, this.#options, timeout);
    this.#ended?.throw(link);
    // A way to somebody else led here. One link to each host: nobody would end the other.
    const there = this.to(link.welcome.boot);
    if (there !== undefined) {
      link.end(hostGone);
      return there;
    }
    for (const [boot, { alive }] of this.#all) if (!alive) this.#all.delete(boot);
    this.#all.set(link.welcome.boot, link);
    return link;
  }
}

/** Asks a host where the store is; `undefined` if it cannot say. */
async function locate(link: Link): Promise<Whereabouts | null | undefined> {
  return new Promise((resolve, reject) => {
    const asking = { asked: 'locate', fail: () => resolve(undefined) };
    link.track(asking);
    link.remote
      .call('locate', { call: nextLocate() }, [])
      .then((reply) => {
        link.untrack(asking);
        if ('value' in reply) resolve(reply.value);
        else reject(decodeError(reply.error));
      })
      .catch(reject);
  });
}

let locates = 0;

/** Numbers beside those of calls: a host tells calls of one client apart by them. */
function nextLocate(): number {
  locates += 1;
  return Number.MAX_SAFE_INTEGER - locates;
}

function lost(timeout: number): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    `No host that owns the store was reached within ${timeout} ms. Nothing changed. Try again; if it stays so, close the ` +
      'tabs of this app that run another version.',
    { cause: 'NO_OWNER' },
  );
}
