// Material between two keys: what was read from one with its reader registered, and waits for the lane and the slot of
// another, which wraps it. No reader is registered meanwhile, since one who waits for a slot while it holds another would
// deadlock; so a destruction has to reach the bytes here (G4).
import type { Bytes, MaybePromise } from '../drivers/driver.ts';
import type { Lifetime } from '../rpc/protocol.ts';
import type { SlotName } from '../slots/slot.ts';
import { gone } from './gone.ts';

/** The material of one key on its way. Secret. */
export class Transit {
  readonly lifetime: Lifetime;
  readonly #leave: () => void;
  #bytes: Bytes | undefined;
  #ended = false;
  #computing: Promise<unknown> | undefined;

  constructor(lifetime: Lifetime, leave: () => void) {
    this.lifetime = lifetime;
    this.#leave = leave;
  }

  /** @throws KeystoreError `INVALID_HANDLE` if the key was destroyed while it was read; then the bytes are cleared. */
  fill(bytes: Bytes): this {
    this.#bytes = bytes;
    if (!this.#ended) return this;
    bytes.fill(0);
    throw gone();
  }

  /**
   * Computes with the bytes; to be called in the step in which that can begin.
   *
   * @throws KeystoreError `INVALID_HANDLE` if the key was destroyed meanwhile.
   */
  use<T>(work: (bytes: Bytes) => MaybePromise<T>): MaybePromise<T> {
    if (this.#ended || this.#bytes === undefined) throw gone();
    const result = work(this.#bytes);
    // What computes may still have to read them (RSA-OAEP waits for its public half first): zeros must not be wrapped.
    if (result instanceof Promise) this.#computing = result.catch(() => undefined);
    return result;
  }

  /**
   * One step: nobody can begin to compute with the bytes any more. They are cleared in it, or when what computes with them
   * has ended, which is waited for. Idempotent.
   */
  async end(): Promise<void> {
    this.#ended = true;
    this.#leave();
    if (this.#computing !== undefined) await this.#computing;
    this.#bytes?.fill(0);
  }

  /** In bytes. */
  get size(): number {
    return this.#bytes?.length ?? 0;
  }
}

export class Transits {
  readonly #byName = new Map<SlotName, Set<Transit>>();

  /**
   * To be called while the key's reader is registered: so whoever destroys the key finds either the reader and this, or
   * only this.
   */
  begin(name: SlotName, lifetime: Lifetime): Transit {
    const all = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, all);
    const transit = new Transit(lifetime, () => {
      if (all.delete(transit) && all.size === 0 && this.#byName.get(name) === all) this.#byName.delete(name);
    });
    all.add(transit);
    return transit;
  }

  /** One step, that of the destruction: see {@link Transit.end}. */
  end(name: SlotName): Promise<unknown> {
    return Promise.all([...(this.#byName.get(name) ?? [])].map((transit) => transit.end()));
  }

  /** As {@link end}, of all stored keys: the store is given up. */
  endStored(): Promise<unknown> {
    const all = [...this.#byName.values()].flatMap((its) => [...its]);
    return Promise.all(
      all.filter(({ lifetime }) => lifetime === 'persistent').map((transit) => transit.end()),
    );
  }

  get size(): number {
    return [...this.#byName.values()].reduce((sum, { size }) => sum + size, 0);
  }
}
