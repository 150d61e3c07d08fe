// One owner (G9). A host takes the store's Web Lock before it opens the database and keeps it while it owns the store;
// everything else here is about who should have that lock. Hosts talk to each other by a BroadcastChannel: a host that
// wants the store asks, the one that has it stays or, for a newer build, yields. One that is silent for too long is
// robbed. A host that stands (the elected topology) waits for the lock all the time, without asking. What another host
// says is never a reason to write: that is decided by the lock and the epoch.
import { StoreMoved } from '../errors.ts';
import { isRecord } from '../rpc/gate.ts';
import type { Owner } from '../store/owner.ts';
import { isNewer } from './builds.ts';
import { hold, isWanted, type Release } from './locks.ts';

/** How long an owner may be silent before the store is taken from it, in ms: no step of a live one takes as long. */
const SILENCE = 10_000;

/** How often a host that waits asks again, in ms: an owner may have come meanwhile, or may not have heard. */
const ASK_AGAIN = 1_000;

interface Question {
  readonly keyslot: 'wanted';
  readonly by: Owner;
  /** Random, new each time that an owner is looked for: an answer that comes late answers nothing else. */
  readonly question: string;
}

interface Answer {
  readonly keyslot: 'owned';
  readonly by: Owner;
  /** Which question this answers; `null`: everybody's, since the store has a new owner. */
  readonly to: string | null;
  /** It is on its way out: wait for the lock. */
  readonly yields: boolean;
}

/** What a host does with its store. */
export interface Possession {
  /**
   * The lock is held: open the store and claim it.
   *
   * @param stolen - its last owner was silent, and may not know yet that it is the owner no more.
   * @returns what begins to serve it, in one step.
   */
  take(stolen: boolean): Promise<() => void>;
  /** Give the store up, so that another may open it. Resolves when nothing of it is in use any more. */
  leave(): Promise<void>;
  /** The store is somebody else's now. @param owner - whose, where it is known. */
  moved(owner: Owner | null): void;
}

/** A host's place in the queue for the lock. */
interface Candidacy {
  /** Resolves when the store is this host's and is served. */
  readonly taken: Promise<Owner>;
  /** Leaves the queue. What has been granted is taken all the same. */
  readonly withdraw: () => void;
  readonly granted: () => boolean;
}

export class Ownership {
  readonly #store: string;
  readonly #self: Owner;
  readonly #possession: Possession;
  readonly #channel: BroadcastChannel;
  readonly #silence: number;
  #release: Release | undefined;
  #seeking: Promise<Owner> | undefined;
  #leaving: Promise<void> | undefined;
  /** The lock of the store that is being left. */
  #leaves: Release | undefined;
  /** The last taking, once it has ended. */
  #taking: Promise<void> = Promise.resolve();
  #serving = false;
  #stands = false;
  #candidacy: Candidacy | undefined;
  /** The last one that this host has asked. */
  #question = '';
  /** Told of answers to it. */
  #onAnswer: (answer: Answer) => void = () => undefined;

  /** @param silence - how long an owner may be silent before the store is taken from it, in ms. */
  constructor(store: string, self: Owner, possession: Possession, silence = SILENCE) {
    this.#silence = silence;
    this.#store = store;
    this.#self = self;
    this.#possession = possession;
    this.#channel = new BroadcastChannel(`keyslot:owner:${store}`);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isQuestion(data)) void this.#asked(data);
      else if (isAnswer(data) && this.#concerns(data)) this.#onAnswer(data);
    });
  }

  /** A new owner of an older build is no answer: it is still to be asked. */
  #concerns({ to, by }: Answer): boolean {
    return to === this.#question || (to === null && !isNewer(this.#self.build, by.build));
  }

  /** From now on this host waits for the lock, whoever has it: it is the owner in the moment in which that one goes. */
  stand(): void {
    this.#stands = true;
    // What is being left is queued for again when it has gone.
    if (this.#release === undefined && this.#leaving === undefined) this.#enqueue();
  }

  /** From now on this host wants the lock only when it is asked who the owner is, and there is none. */
  withdraw(): void {
    this.#stands = false;
    if (this.#seeking === undefined) this.#candidacy?.withdraw();
  }

  /**
   * Whether this host serves the store, and is not about to give it up. While it takes it, whoever asks waits: sent here
   * too early, its calls would be refused and come back at once.
   */
  get owns(): boolean {
    return this.#serving && this.#leaving === undefined;
  }

  /**
   * The owner of the store: this host, if there is none or only one of an older build or one that does not answer.
   *
   * @throws KeystoreError if the store is this host's and cannot be opened.
   */
  locate(): Promise<Owner> {
    if (this.owns) return Promise.resolve(this.#self);
    this.#seeking ??= this.#found().finally(() => {
      this.#seeking = undefined;
    });
    return this.#seeking;
  }

  async #found(): Promise<Owner> {
    for (;;) {
      try {
        return await this.#seek();
      } catch (error) {
        // Robbed before it could claim what it had: whoever has it now answers.
        if (!(error instanceof StoreMoved)) throw error;
      }
    }
  }

  /**
   * Lets go of the store, without a word to anybody.
   *
   * @param atOnce - in this step: a page that freezes does not run further. What was being written then ends before a
   * successor can claim the store, or is undone by its epoch.
   */
  async abandon(atOnce = false): Promise<void> {
    if (this.#release === undefined) return;
    await this.#leave(null, atOnce);
  }

  async #seek(): Promise<Owner> {
    // On its way out, it first goes.
    await this.#leaving;
    const enough = new AbortController();
    const { signal } = enough;
    // Queued before the question is asked: an owner yields only to those who wait for its lock.
    const candidacy = this.#enqueue();
    try {
      const found = await Promise.race([candidacy.taken, this.#ask(signal), this.#silent(signal)]);
      if (found !== 'silent') return found;
    } finally {
      enough.abort();
      if (!this.#stands) candidacy.withdraw();
    }
    // It is this host that takes so long, from nobody who could be silent.
    if (candidacy.granted()) return candidacy.taken;
    candidacy.withdraw();
    const release = await this.#lock({ steal: true });
    // One that was made meanwhile would wait for this very host.
    this.#candidacy?.withdraw();
    await this.#take(release, true);
    return this.#self;
  }

  /** This host's one place in the queue: whoever waits for it here, waits for the same. */
  #enqueue(): Candidacy {
    if (this.#candidacy !== undefined) return this.#candidacy;
    const leaves = new AbortController();
    let granted = false;
    const candidacy: Candidacy = {
      taken: this.#lock({ signal: leaves.signal }).then(async (release) => {
        // Granted in the same moment: what is not wanted any more is given back.
        if (leaves.signal.aborted) release();
        leaves.signal.throwIfAborted();
        granted = true;
        await this.#take(release, false).finally(() => this.#dequeue(candidacy));
        return this.#self;
      }),
      withdraw: () => {
        if (granted) return;
        leaves.abort();
        this.#dequeue(candidacy);
      },
      granted: () => granted,
    };
    // Perhaps nobody waits for it. A host that stands tries again.
    candidacy.taken.catch(() => undefined);
    this.#candidacy = candidacy;
    return candidacy;
  }

  #dequeue(candidacy: Candidacy): void {
    if (this.#candidacy === candidacy) this.#candidacy = undefined;
  }

  async #lock(options: { signal?: AbortSignal; steal?: true }): Promise<Release> {
    let release: Release | undefined;
    release = await hold(storeLockName(this.#store), options, () => this.#robbed(release));
    return release;
  }

  /** One at a time, and none while the store is being left: what one has opened, the other would close. */
  async #take(release: Release, stolen: boolean): Promise<void> {
    this.#release = release;
    const before = this.#taking;
    const taking = this.#takeAfter(before, release, stolen);
    this.#taking = taking.catch(() => undefined);
    await taking;
  }

  async #takeAfter(before: Promise<void>, release: Release, stolen: boolean): Promise<void> {
    try {
      await before;
      await this.#leaving;
      // Gone again while it waited: nothing has begun.
      if (this.#release !== release) throw new StoreMoved();
      const serve = await this.#possession.take(stolen);
      // It may have been robbed meanwhile, and have left what it had not begun to serve.
      if (this.#release !== release || this.#leaving !== undefined) throw new StoreMoved();
      serve();
      this.#serving = true;
      // Those who look for the owner need not wait for their next question.
      this.#channel.postMessage({
        keyslot: 'owned',
        by: this.#self,
        to: null,
        yields: false,
      } satisfies Answer);
    } catch (error) {
      // If it is not this one's any more, whoever gave it up has left what was taken.
      if (this.#release === release) await this.abandon();
      else this.#standAgain();
      throw error;
    }
  }

  /** Resolves with an owner that stays. One that yields makes this wait for the lock, and is given time to. */
  #ask(signal: AbortSignal): Promise<Owner> {
    const question = crypto.randomUUID();
    this.#question = question;
    return new Promise((resolve) => {
      const ask = (): void =>
        this.#channel.postMessage({ keyslot: 'wanted', by: this.#self, question } satisfies Question);
      this.#onAnswer = ({ by, yields }) => {
        if (!yields) resolve(by);
      };
      const again = setInterval(ask, ASK_AGAIN);
      signal.addEventListener('abort', () => clearInterval(again), { once: true });
      ask();
    });
  }

  /** Resolves when no owner has answered for too long. */
  #silent(signal: AbortSignal): Promise<'silent'> {
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout>;
      const listen = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve('silent'), this.#silence);
      };
      const heard = this.#onAnswer;
      this.#onAnswer = (answer) => {
        heard(answer);
        listen();
      };
      signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
      listen();
    });
  }

  /** Somebody wants the store. */
  async #asked({ by, question }: Question): Promise<void> {
    if (by.boot === this.#self.boot) return;
    const newer = isNewer(by.build, this.#self.build);
    if (newer) this.#letPass();
    if (this.#release === undefined) return;
    // Words alone move nobody out: whoever is meant to have the store waits for its lock.
    const leaving = this.#leaving !== undefined;
    const yields = leaving || (newer && (await isWanted(storeLockName(this.#store))));
    this.#channel.postMessage({ keyslot: 'owned', by: this.#self, to: question, yields } satisfies Answer);
    // On its way out already. Should it come back, it is asked again.
    if (!yields || leaving) return;
    // What is being taken is taken first: leaving a store that is half open would be a third state.
    if (this.#release !== undefined) await Promise.allSettled([this.#seeking, this.#candidacy?.taken]);
    if (this.#release !== undefined) await this.#leave(by);
  }

  /** One that only stands by queues again, behind a newer build: the store would come to the older once more. */
  #letPass(): void {
    if (this.#release !== undefined || this.#seeking !== undefined || this.#candidacy === undefined) return;
    this.#candidacy.withdraw();
    this.#enqueue();
  }

  async #leave(next: Owner | null, atOnce = false): Promise<void> {
    if (this.#leaving === undefined) {
      this.#leaving = this.#left(next, atOnce).finally(() => {
        this.#leaving = undefined;
      });
    } else if (atOnce || this.#release !== this.#leaves) {
      // One that was granted meanwhile has not begun to be taken; and a page that freezes waits for nothing.
      this.#letGo(this.#release);
    }
    await this.#leaving;
  }

  #letGo(release: Release | undefined): void {
    if (this.#release === release) this.#release = undefined;
    release?.();
  }

  async #left(next: Owner | null, atOnce: boolean): Promise<void> {
    const release = this.#release;
    this.#leaves = release;
    this.#serving = false;
    const left = this.#possession.leave();
    if (!atOnce) await left;
    this.#letGo(release);
    this.#possession.moved(next);
    await left;
    this.#standAgain();
  }

  /** Later: those it was given up for come first, and what could not be opened is not tried without pause. */
  #standAgain(): void {
    setTimeout(() => {
      if (this.#stands && this.#release === undefined && this.#leaving === undefined) this.#enqueue();
    }, ASK_AGAIN);
  }

  /** The lock was stolen: this host was frozen, or hung, for long enough to be taken for dead. */
  #robbed(release: Release | undefined): void {
    // One that was stolen before it arrived here is missed before anything is claimed (take.ts).
    if (release === undefined || this.#release !== release) return;
    void this.#leave(null);
  }
}

export function storeLockName(store: string): string {
  return `keyslot:store:${store}`;
}

function isQuestion(message: unknown): message is Question {
  if (!isRecord(message) || message['keyslot'] !== 'wanted') return false;
  return isOwner(message['by']) && typeof message['question'] === 'string';
}

function isAnswer(message: unknown): message is Answer {
  return (
    isRecord(message) &&
    message['keyslot'] === 'owned' &&
    isOwner(message['by']) &&
    (message['to'] === null || typeof message['to'] === 'string') &&
    typeof message['yields'] === 'boolean'
  );
}

function isOwner(value: unknown): value is Owner {
  return (
    isRecord(value) &&
    ['boot', 'build', 'url', 'worker'].every((name) => typeof value[name] === 'string') &&
    (value['topology'] === 'shared' || value['topology'] === 'elected')
  );
}
