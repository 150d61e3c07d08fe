// A second host on the first one's database, and the ways in which it comes to own the store (G9). Nothing here decides
// who may do what: that is the epoch's, the tenure's and the protocols' business, which are the real ones.
import { KeystoreError } from '../../../src/errors.ts';
import { leaveStore } from '../../../src/host/protocols/leave.ts';
import { takeStore } from '../../../src/host/protocols/take.ts';
import { TERM } from '../../../src/host/tenure.ts';
import type { Choice } from './agenda.ts';
import type { Seat, World } from './world.ts';

/**
 * - `hand over`: the first host gives the store up and goes on serving what it has in memory.
 * - `theft`: the first one is told nothing, as if it were frozen between any two of its steps.
 * - `loss`: as `theft`, and of what it answers from now on nothing reaches its clients, who take it for dead.
 */
export type SuccessionKind = 'hand over' | 'theft' | 'loss';

export class Succession {
  /** Resolves when the second host serves. */
  readonly served: Promise<void>;
  /** Resolves when answers of the first host are lost from here on. */
  readonly lost: Promise<'lost'>;
  kind: SuccessionKind | undefined;
  readonly #world: World;
  #serve: () => void = () => undefined;
  #lose: (lost: 'lost') => void = () => undefined;
  /** Until the second host may serve, by its own count. */
  #waits = false;

  constructor(world: World) {
    this.#world = world;
    this.served = new Promise((resolve) => {
      this.#serve = resolve;
    });
    this.lost = new Promise((resolve) => {
      this.#lose = resolve;
    });
    const [first] = world.seats;
    // As the ownership of a host does, when its tenure finds another owner in the store.
    if (first !== undefined) first.host.onReplaced = () => void this.leave();
  }

  begin(kind: SuccessionKind): void {
    if (this.kind !== undefined) throw new Error('there is one succession a run');
    this.kind = kind;
    const { history, faults, step } = this.#world;
    const call = history.begin({ kind, session: -1 }, step);
    if (kind === 'loss') this.#lose('lost');
    const served = (): void => {
      this.#waits = false;
      this.#world.returned(call, { code: 'OK' });
      this.#serve();
    };
    this.#take(kind).then(served, (error: unknown) => void faults.push(`no succession: ${error}`));
  }

  /** What is there to choose: that the term of the last owner is over. */
  choices(): Choice[] {
    return this.#waits ? this.#world.clock.within(TERM) : [];
  }

  /** The first host gives the store up, whyever; once. */
  async leave(): Promise<void> {
    const [first] = this.#world.seats;
    if (first?.transactions.admitted) await leaveStore(first.host);
  }

  async #take(kind: SuccessionKind): Promise<void> {
    const [, second] = this.#world.seats;
    if (second === undefined) throw new Error('this world has one host');
    if (kind === 'hand over') await this.leave();
    else this.#waits = true;
    for (;;) {
      try {
        const serve = await this.claim(second, kind !== 'hand over');
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
