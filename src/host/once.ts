// Exactly once: a client that got no answer asks again, and the effect of its request happens once. What a transaction
// has done is remembered in that transaction (store/outcomes.ts), what happened in the slot table only, here.
import { isObject } from '../algorithms/input.ts';
import { bytes } from '../algorithms/params.ts';
import { flag, oneOf, only, orNull, readable, table } from '../algorithms/shape.ts';
import { KeystoreError } from '../errors.ts';
import type { KeyInfo } from '../rpc/protocol.ts';
import { generation } from '../store/shape.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';

/** Oldest retry that is listened to, in ms: half of the time that outcomes are kept, so that none is gone too early. */
const MAX_AGE = 300_000;

/** Outcomes that are kept in memory; the oldest are forgotten first. */
const MAX_REMEMBERED = 1000;

type Effect = KeyInfo | undefined;

/** What another version adds is not read. */
const effect = table(
  {
    generation,
    type: oneOf(['secret', 'private', 'public']),
    attributes: only(isObject, 'an object'),
    publicKey: orNull(bytes()),
    native: flag,
  },
  'left out',
);

export class Once {
  readonly #running = new Map<string, Promise<Effect>>();
  /** What the store does not remember: volatile keys that were made, and destructions. */
  readonly #remembered = new Map<string, Effect>();

  /**
   * Runs a change, or answers what became of it.
   *
   * @param age - of a retry: ms since the request was first asked for.
   * @throws KeystoreError `COMMUNICATION_FAILURE` for a retry that comes too late to know.
   */
  async run<T extends Effect>(
    host: Host,
    call: Call,
    age: number | undefined,
    body: () => Promise<T>,
  ): Promise<T> {
    const { request } = call;
    if (request === undefined) return body();
    if (age !== undefined) {
      const before = await this.find(host, request, age);
      if (before !== undefined) return before.effect as T;
      call.check();
    }
    // Nothing is awaited from here to the entry in the map: a second retry finds this one.
    const running = body();
    this.#running.set(request, running);
    try {
      const result = await running;
      if (result === undefined || result.attributes.lifetime === 'volatile') this.#remember(request, result);
      return result;
    } finally {
      this.#running.delete(request);
    }
  }

  /** What an earlier attempt did; `undefined` if it did nothing and will do nothing. */
  async find(host: Host, request: string, age: number): Promise<{ effect: Effect } | undefined> {
    if (age > MAX_AGE) throw tooLate();
    for (;;) {
      const running = this.#running.get(request);
      if (running !== undefined) {
        const joined = await running.then(
          (made) => ({ effect: made }),
          () => undefined,
        );
        // What failed changed nothing, or left its outcome in the store.
        if (joined !== undefined) return joined;
      }
      if (this.#remembered.has(request)) return { effect: this.#remembered.get(request) };
      const stored = await host.tenure.during(() => host.store.outcome(request)).catch(undecided);
      if (stored !== undefined) return { effect: effectOf(stored.effect) };
      // Another retry may have begun while the store was read.
      if (!this.#running.has(request)) return undefined;
    }
  }

  #remember(request: string, result: Effect): void {
    this.#remembered.set(request, result);
    if (this.#remembered.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#remembered.keys();
    if (oldest !== undefined) this.#remembered.delete(oldest);
  }
}

function effectOf(stored: unknown): Effect {
  if (stored === null) return undefined;
  const read = readable(effect, stored);
  // Written by this code and never shown to drivers: a form that is right will do.
  if (read !== undefined) return read as unknown as KeyInfo;
  throw new KeystoreError(
    'COMMUNICATION_FAILURE',
    'The change was made, but what the store remembers of it is damaged. Look the key up.',
  );
}

/** Nothing has been changed by this look, and nobody knows what the first attempt has. */
function undecided(error: unknown): never {
  if (!(error instanceof KeystoreError)) throw error;
  throw new KeystoreError(
    'COMMUNICATION_FAILURE',
    'The host that was asked first has gone, and what became of the change could not be looked up. Look the key up ' +
      'before you try again.',
    { cause: error },
  );
}

function tooLate(): KeystoreError {
  return new KeystoreError(
    'COMMUNICATION_FAILURE',
    'More than five minutes have passed since this was first asked for: whether it was done is not known any more. Look ' +
      'the key up before you try again.',
  );
}
