// Whether the browser has evicted a store that had keys: when a store was born is remembered where eviction does not reach, and
// compared with what its host says. Cookies are a synchronous trip to another process, as long as the way to the host is
// (bench:lifecycle): so they are read behind the first calls and written behind an answer.
import type { Connection } from './connection.ts';
import type { Link } from './link.ts';
import { askToPersist, recallBirth, rememberBirth } from './persistence.ts';

/** When a page looks, in ms: behind the first calls. Whoever asks before is told no less. */
const LOOK_AFTER = 250;

/** As much of a link as tells when its store was born. */
type Told = Pick<Link, 'born'>;

/** One a connection, however many keystores share it. */
const evictions = new WeakMap<Connection, Eviction>();

export function evictionOf(connection: Connection): Eviction {
  let eviction = evictions.get(connection);
  if (eviction === undefined) {
    eviction = new Eviction(connection.store);
    evictions.set(connection, eviction);
  }
  return eviction;
}

/** A key has been stored by this connection: from here on its loss would be one. */
export function stored(connection: Connection): void {
  evictionOf(connection).keeps(connection.owner);
}

export class Eviction {
  readonly #store: string;
  #noticed: number | null = null;
  /** The birth that this has seen to be remembered. */
  #remembered: number | undefined;
  #keeping: ReturnType<typeof setTimeout> | undefined;
  /** The link whose store has not been compared yet with what is remembered of it. */
  #unlooked: Told | undefined;

  constructor(store: string) {
    this.#store = store;
  }

  /** A host was met. */
  meets(link: Told | undefined): void {
    this.#unlooked = link;
    setTimeout(() => this.#look(), LOOK_AFTER);
  }

  /** When it was noticed, in milliseconds since 1970, that the store which had keys here is gone. */
  get noticed(): number | null {
    this.#look();
    return this.#noticed;
  }

  /** A key has been stored. Whoever has the key waits for none of this. */
  keeps(owner: Told | undefined): void {
    this.#keeping ??= setTimeout(() => {
      this.#keeping = undefined;
      askToPersist();
      if (typeof owner?.born !== 'number') return;
      // Compared before it is overwritten: the owner may be another host than the one that was met.
      this.#compare(owner.born);
      this.#remember(owner.born);
    });
  }

  #look(): void {
    const born = this.#unlooked?.born;
    // A host that does not own the store says when it was born once it does.
    if (typeof born !== 'number') return;
    this.#unlooked = undefined;
    // Kept for as long again, or for the store that is there now.
    if (this.#compare(born)) this.#remember(born);
  }

  /** Whether any store is remembered. Another one than this has gone. */
  #compare(born: number): boolean {
    if (born === this.#remembered) return true;
    const before = recallBirth(this.#store);
    if (before !== undefined && before !== born) this.#noticed ??= Date.now();
    return before !== undefined;
  }

  /** Once for each store that is met: writing a cookie takes half as long as writing the key (bench:lifecycle). */
  #remember(born: number): void {
    if (born === this.#remembered) return;
    this.#remembered = born;
    rememberBirth(this.#store, born);
  }
}
