// One owner (G9). A host takes the store's Web Lock before it opens the database and keeps it while it owns the store;
// everything else here is about who should have that lock. Hosts talk to each other by a BroadcastChannel: a host that
// wants the store asks, the one that has it stays or, for a newer build, yields. One that is silent for too long is
// robbed. What another host says is never a reason to write: that is decided by the lock and the epoch.
import { StoreMoved } from '../errors.ts';
import { isRecord } from '../rpc/gate.ts';
import type { Owner } from '../store/owner.ts';
import { isNewer } from './builds.ts';
import { hold, isWanted, type Release } from './locks.ts';

/** How long an owner may be silent before the store is taken from it, in ms. */
const SILENCE = 10_000;

/** How often a host that waits asks again, in ms: an owner may have come meanwhile, or may not have heard. */
const ASK_AGAIN = 1_000;

interface Question {
  readonly keyslot: 'wanted';
  readonly by: Owner;
}

interface Answer {
  readonly keyslot: 'owned';
  readonly by: Owner;
  /** Whose question this answers, by boot. */
  readonly to: string;
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

export class Ownership {
  readonly #store: string;
  readonly #self: Owner;
  readonly #possession: Possession;
  readonly #channel: BroadcastChannel;
  #release: Release | undefined;
  #seeking: Promise<Owner> | undefined;
  #leaving: Promise<void> | undefined;
  /** Told of answers to this host's question. */
  #onAnswer: (answer: Answer) => void = () => undefined;

  constructor(store: string, self: Owner, possession: Possession) {
    this.#store = store;
    this.#self = self;
    this.#possession = possession;
    this.#channel = new BroadcastChannel(`keyslot:owner:${store}`);
    this.#channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isQuestion(data)) void this.#asked(data.by);
      else if (isAnswer(data) && data.to === this.#self.boot) this.#onAnswer(data);
    });
  }

  /** Whether this host has the store's lock, and is not about to give it up. */
  get owns(): boolean {
    return this.#release !== undefined && this.#leaving === undefined;
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

  /** Lets go of the store, without a word to anybody. */
  async abandon(): Promise<void> {
    if (this.#release === undefined) return;
    await this.#leave(null);
  }

  async #seek(): Promise<Owner> {
    // On its way out, it first goes.
    await this.#leaving;
    const enough = new AbortController();
    const { signal } = enough;
    // Queued before the question is asked: an owner yields only to those who wait for its lock.
    const granted = this.#lock({ signal });
    const found = await Promise.race([granted, this.#ask(signal), this.#silence(signal)]);
    if (typeof found === 'object') {
      enough.abort();
      // Granted in the same moment: what is not wanted any more is given back.
      granted.then(
        (release) => release(),
        () => undefined,
      );
      return found;
    }
    if (found === 'silent') {
      // By its rejection the request in the queue learns that it is not needed.
      granted.catch(() => undefined);
      enough.abort();
      await this.#take(await this.#lock({ steal: true }), true);
    } else {
      enough.abort();
      await this.#take(found, false);
    }
    return this.#self;
  }

  #lock(options: { signal?: AbortSignal; steal?: true }): Promise<Release> {
    return hold(storeLockName(this.#store), options, () => this.#robbed());
  }

  async #take(release: Release, stolen: boolean): Promise<void> {
    this.#release = release;
    try {
      const serve = await this.#possession.take(stolen);
      // It may have been robbed meanwhile, and have left what it had not begun to serve.
      if (this.#release !== release || this.#leaving !== undefined) throw new StoreMoved();
      serve();
    } catch (error) {
      await this.abandon();
      throw error;
    }
  }

  /** Resolves with an owner that stays. One that yields makes this wait for the lock, and is given time to. */
  #ask(signal: AbortSignal): Promise<Owner> {
    return new Promise((resolve) => {
      const ask = (): void =>
        this.#channel.postMessage({ keyslot: 'wanted', by: this.#self } satisfies Question);
      this.#onAnswer = ({ by, yields }) => {
        if (!yields) resolve(by);
      };
      const again = setInterval(ask, ASK_AGAIN);
      signal.addEventListener('abort', () => clearInterval(again), { once: true });
      ask();
    });
  }

  /** Resolves when no owner has answered for too long. */
  #silence(signal: AbortSignal): Promise<'silent'> {
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout>;
      const listen = (): void => {
        clearTimeout(timer);
        timer = setTimeout(() => resolve('silent'), SILENCE);
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
  async #asked(by: Owner): Promise<void> {
    if (this.#release === undefined || by.boot === this.#self.boot) return;
    const newer = isNewer(by.build, this.#self.build);
    // Words alone move nobody out: whoever is meant to have the store waits for its lock.
    const yields = this.#leaving !== undefined || (newer && (await isWanted(storeLockName(this.#store))));
    this.#channel.postMessage({ keyslot: 'owned', by: this.#self, to: by.boot, yields } satisfies Answer);
    if (!yields) return;
    // What is being taken is taken first: leaving a store that is half open would be a third state.
    await this.#seeking?.catch(() => undefined);
    if (this.#release !== undefined) await this.#leave(by);
  }

  async #leave(next: Owner | null): Promise<void> {
    this.#leaving ??= this.#left(next).finally(() => {
      this.#leaving = undefined;
    });
    await this.#leaving;
  }

  async #left(next: Owner | null): Promise<void> {
    const release = this.#release;
    await this.#possession.leave();
    this.#release = undefined;
    release?.();
    this.#possession.moved(next);
  }

  /** The lock was stolen: this host was frozen, or hung, for long enough to be taken for dead. */
  #robbed(): void {
    if (this.#release === undefined) return;
    void this.#leave(null);
  }
}

export function storeLockName(store: string): string {
  return `keyslot:store:${store}`;
}

function isQuestion(message: unknown): message is Question {
  return isRecord(message) && message['keyslot'] === 'wanted' && isOwner(message['by']);
}

function isAnswer(message: unknown): message is Answer {
  return (
    isRecord(message) &&
    message['keyslot'] === 'owned' &&
    isOwner(message['by']) &&
    typeof message['to'] === 'string' &&
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
