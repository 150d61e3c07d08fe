// Further hosts on the first one's database, and the ways in which they come to own the store (G9), one after the other. Nothing here decides
// who may do what: that is the epoch's, the tenure's and the protocols' business, which are the real ones.
import { KeystoreError } from '../../../src/errors.ts';
import { forgetVolatile, leaveStore } from '../../../src/host/protocols/leave.ts';
import { takeStore } from '../../../src/host/protocols/take.ts';
import { TERM } from '../../../src/host/tenure.ts';
import type { Choice } from './agenda.ts';
import type { Seat, World } from './world.ts';

/**
 * - `hand over`: the host that owns the store gives it up and goes on serving what it has in memory.
 * - `theft`: the first one is told nothing, as if it were frozen between any two of its steps.
 * - `loss`: as `theft`, and of what it answers from now on nothing reaches its clients, who take it for dead.
 */
export type SuccessionKind = 'hand over' | 'theft' | 'loss';

/** The hosts of a world, in the order of their births: builds may be newer or older. */
export type SeatNumber = 0 | 1 | 2;

export class Succession {
  /** Resolves when answers of the first host are lost from here on. */
  readonly lost: Promise<'lost'>;
  /** How the first host lost the store. */
  kind: SuccessionKind | undefined;
  /** The host that serves the store; `undefined` while it passes. */
  owner: SeatNumber | undefined = 0;
  readonly #world: World;
  #last: SeatNumber = 0;
  #seekers: ((owner: SeatNumber) => void)[] = [];
  #lose: (lost: 'lost') => void = () => undefined;
  /** Until the next host may serve, by its own count. */
  #waits = false;

  constructor(world: World) {
    this.#world = world;
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    // As the ownership of a host does, when its tenure finds another owner in the store.
    for (const seat of world.seats) seat.host.onReplaced = () => void leave(seat);
  }

  /** The host that serves the store, as soon as there is one. */
  located(): Promise<SeatNumber> {
    const { owner } = this;
    if (owner !== undefined) return Promise.resolve(owner);
    return new Promise((resolve) => this.#seekers.push(resolve));
  }

  /**
   * The store passes from the host that serves it to another. One that is being taken is taken first: ownership.ts lets
   * nobody leave what is half open.
   */
  begin(kind: SuccessionKind, to: SeatNumber = 1): void {
    const from = this.#last;
    if (this.owner !== from || to === from)
      throw new Error(`the store is not host ${from}'s to give to ${to}`);
    if (this.kind !== undefined && kind !== 'hand over') throw new Error('only the first host is robbed');
    this.kind ??= kind;
    this.owner = undefined;
    this.#last = to;
    const { history, faults, step, clients } = this.#world;
    const call = history.begin({ kind, session: -1, from, to }, step);
    if (kind === 'loss') this.#lose('lost');
    const served = (): void => {
      this.#waits = false;
      this.owner = to;
      for (const client of clients) client.hears(to);
      this.#world.returned(call, { code: 'OK' });
      for (const told of this.#seekers.splice(0)) told(to);
    };
    this.#take(kind, this.#seat(from), this.#seat(to)).then(
      served,
      (error: unknown) => void faults.push(`no succession: ${error}`),
    );
  }

  /** What is there to choose: that the term of the last owner is over. */
  choices(): Choice[] {
    return this.#waits ? this.#world.clock.within(TERM) : [];
  }

  /** The first host gives the store up, whyever; once. */
  leave(): Promise<void> {
    return leave(this.#seat(0));
  }

  /** Whoever was robbed hears of it in the end; the memory of who was taken for dead is gone. */
  async disown(): Promise<void> {
    const others = this.#world.seats.filter((_, number) => number !== this.#last);
    await Promise.all(others.map(leave));
    if (this.kind === 'loss') forgetVolatile(this.#seat(0).host);
  }

  #seat(number: SeatNumber): Seat {
    const seat = this.#world.seats[number];
    if (seat === undefined) throw new Error(`this world has no host ${number}`);
    return seat;
  }

  async #take(kind: SuccessionKind, from: Seat, to: Seat): Promise<void> {
    if (kind === 'hand over') await leave(from);
    else this.#waits = true;
    for (;;) {
      try {
        const serve = await this.claim(to, kind !== 'hand over');
        serve();
        return;
      } catch (error) {
        // What fails is tried again by the next hello.
        if (!(error instanceof KeystoreError)) throw error;
      }
    }
  }

  async claim({ host, store }: Seat, stolen: boolean): Promise<() => void> {
    await store.open();
    const { boot } = host;
    const owner = {
      boot,
      build: '1.0.0',
      url: 'https://x.test/w.js',
      worker: 'w',
      topology: 'shared',
    } as const;
    const [believes, holdsLock] = [() => Promise.resolve(stolen), () => Promise.resolve(true)];
    return takeStore(host, store, { owner, believes, holdsLock });
  }
}

async function leave({ host, transactions }: Seat): Promise<void> {
  if (transactions.admitted) await leaveStore(host);
}
