// The key records of one keystore: what is asked of the database, and what its answers mean.
import { KeystoreError, StoreMoved } from '../errors.ts';
import { type Effect, type Outcome, prune } from './outcomes.ts';
import { EPOCH, type Epoch, epochOf, isEpochOf, type LastEpoch, type Owner } from './owner.ts';
import { clearRecord, isSame, type KeyRecord, member } from './record.ts';
import type { Database } from './schema.ts';
import { nothingChanged, Taken, type Transactions, UnknownOutcome, type Write } from './transactions.ts';

export type DeleteOutcome = 'deleted' | 'absent' | 'other-generation';

/** Where a page begins: behind an id, or with it. */
export interface PageStart {
  readonly id: string;
  readonly including: boolean;
}

/** What the protocols ask of a store. */
export interface RecordStore {
  has(id: string): Promise<boolean>;
  get(id: string): Promise<unknown>;
  page(after: PageStart | undefined, limit: number): Promise<{ ids: string[]; records: unknown[] }>;
  add(record: KeyRecord, done?: Done): Promise<'added' | 'exists'>;
  delete(id: string, generation?: string, request?: string): Promise<DeleteOutcome>;
  outcome(request: string): Promise<{ readonly effect: unknown } | undefined>;
  /** Whether this host owns the store, by the store's own word. */
  confirm(): Promise<boolean>;
  close(): Promise<void>;
}

/** What to answer whoever asks for a creation again. */
export interface Done {
  readonly request: string;
  readonly effect: Effect;
}

/** Shortest time between two looks for outcomes that are too old, in ms. */
const PRUNING = 60_000;

export class KeyStore implements RecordStore {
  readonly #transactions: Transactions;
  /** When outcomes were last looked through, in milliseconds since 1970. */
  #pruned = Date.now();

  constructor(transactions: Transactions) {
    this.#transactions = transactions;
  }

  /** Opens the database. The store's lock is held. */
  open(): Promise<Database> {
    this.#transactions.admit();
    return this.#transactions.open();
  }

  /** Gives the store up: nothing is written from here on. Resolves when what was being written has ended. */
  close(): Promise<void> {
    return this.#transactions.close();
  }

  /** The last owner's epoch. */
  async epoch(): Promise<LastEpoch> {
    return epochOf(await this.#transactions.read((db) => db.get('owner', EPOCH)));
  }

  /**
   * Makes this host the owner: from the `complete` of this on, no other host's transaction changes anything.
   *
   * Invariant: the lock was held after the epoch `last` was read. So whoever robbed this host since has raised the epoch
   * or will: a host that was frozen just here never takes the store back from its successor.
   *
   * @throws StoreMoved if the epoch is not `last` any more.
   */
  async claim(owner: Omit<Owner, 'boot'>, last: LastEpoch): Promise<void> {
    const { boot } = this.#transactions;
    try {
      await this.#transactions.write('claim', async (transaction) => {
        const epochs = transaction.objectStore('owner');
        if (epochOf(await epochs.get(EPOCH)).number !== last.number) throw new StoreMoved();
        const { born, number } = last;
        const epoch: Epoch = { ...owner, boot, number: number + 1, since: Date.now(), born };
        await epochs.put(epoch, EPOCH);
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      if (!(await this.confirm())) throw nothingChanged(error.cause);
    }
  }

  async confirm(): Promise<boolean> {
    return isEpochOf(await this.#transactions.read((db) => db.get('owner', EPOCH)), this.#transactions.boot);
  }

  async has(id: string): Promise<boolean> {
    return (await this.#transactions.read(async (db) => db.getKey('keys', id))) !== undefined;
  }

  /** The record as it lies there, unchecked; `undefined` if there is none. */
  get(id: string): Promise<unknown> {
    return this.#transactions.read((db) => db.get('keys', id));
  }

  /** Ids after one, in ascending order, with their records, unchecked. Keys that are no strings are not ours. */
  page(after: PageStart | undefined, limit: number): Promise<{ ids: string[]; records: unknown[] }> {
    return this.#transactions.read(async (db) => {
      const transaction = db.transaction('keys', 'readonly');
      // IndexedDB orders strings before binary keys, and the empty string is no id.
      const first = after ?? { id: '', including: false };
      const range = IDBKeyRange.bound(first.id, new Uint8Array(), !first.including, true);
      const [ids, records] = await Promise.all([
        transaction.store.getAllKeys(range, limit),
        transaction.store.getAll(range, limit),
        transaction.done,
      ]);
      return { ids, records };
    });
  }

  /** What became of a request; `undefined` if it had no effect that is still remembered. */
  async outcome(request: string): Promise<{ readonly effect: unknown } | undefined> {
    const stored = await this.#transactions.read((db) => db.get('outcomes', request));
    return stored === undefined ? undefined : { effect: member(stored, 'effect') };
  }

  /**
   * Adds a record, reads it back inside the transaction and compares. `exists` means that another key has the
   * id. Throws `INSUFFICIENT_STORAGE` or `STORAGE_FAILURE` with nothing written, `COMMUNICATION_FAILURE` if
   * that cannot be told, and StoreMoved.
   */
  async add(record: KeyRecord, done?: Done): Promise<'added' | 'exists'> {
    try {
      return await this.#transactions.write('check', async (transaction): Promise<'added'> => {
        const keys = transaction.objectStore('keys');
        // All at once, in one trip to the database: where the id is taken the first fails, and the transaction with it.
        const [, , read] = await Promise.all([
          keys.add(record),
          this.#note(transaction, done?.request, done?.effect ?? null),
          keys.get(record.id),
        ]);
        const kept = isSame(record, read);
        clearRecord(read);
        if (kept) return 'added';
        throw new KeystoreError(
          'STORAGE_FAILURE',
          'The browser did not read back the key as it was written, so it was not kept. Nothing changed.',
        );
      });
    } catch (error) {
      if (error instanceof Taken) return 'exists';
      if (!(error instanceof UnknownOutcome)) throw error;
      const found = await this.#resolve(record.id, done?.request);
      if (found.done || found.generation === record.generation) return 'added';
      if (found.exists) return 'exists';
      throw nothingChanged(error.cause);
    }
  }

  /** Deletes by id; with a generation, only that key. Errors as {@link KeyStore.add}. */
  async delete(id: string, generation?: string, request?: string): Promise<DeleteOutcome> {
    let found = false;
    const attempt = (noted: string | undefined): Promise<DeleteOutcome> =>
      this.#transactions.write('check', async (transaction) => {
        const keys = transaction.objectStore('keys');
        if ((await keys.getKey(id)) === undefined) return 'absent';
        if (generation !== undefined && generationOf(await keys.get(id)) !== generation) {
          return 'other-generation';
        }
        found = true;
        await Promise.all([keys.delete(id), this.#note(transaction, noted, null)]);
        return 'deleted';
      });
    try {
      return await attempt(request).catch((error: unknown) => {
        // No room for the outcome: that must keep nobody from making room.
        if (request !== undefined && isQuota(error)) return attempt(undefined);
        throw error;
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      const left = await this.#resolve(id, request);
      if (left.done) return 'deleted';
      // The id's turn is held and the store is ours, so nobody else can have created or deleted it since.
      if (!left.exists) return found ? 'deleted' : 'absent';
      throw nothingChanged(error.cause);
    }
  }

  async #note(transaction: Write, request: string | undefined, effect: Effect): Promise<void> {
    if (request === undefined) return;
    const at = Date.now();
    await transaction.objectStore('outcomes').put({ request, at, effect } satisfies Outcome);
    if (Math.abs(at - this.#pruned) < PRUNING) return;
    this.#pruned = at;
    await prune(transaction, at);
  }

  /** What the store says after an unknown outcome, in one transaction. */
  async #resolve(
    id: string,
    request: string | undefined,
  ): Promise<{ done: boolean; exists: boolean; generation: unknown }> {
    try {
      return await this.#transactions.read(async (db) => {
        const transaction = db.transaction(['keys', 'owner', 'outcomes'], 'readonly');
        const [epoch, outcome, stored] = await Promise.all([
          transaction.objectStore('owner').get(EPOCH),
          request === undefined ? undefined : transaction.objectStore('outcomes').get(request),
          transaction.objectStore('keys').get(id),
        ]);
        const done = outcome !== undefined;
        const found = { done, exists: stored !== undefined, generation: generationOf(stored) };
        // What another owner has done since cannot be told from what this one did not do. An outcome says it.
        if (!done && !isEpochOf(epoch, this.#transactions.boot)) throw new StoreMoved();
        return found;
      });
    } catch (error) {
      // The new owner finds the outcome by its request.
      if (error instanceof StoreMoved && request !== undefined) throw new StoreMoved(true);
      throw new KeystoreError(
        'COMMUNICATION_FAILURE',
        'The database failed during the change and could not be read afterwards: whether the change was made is ' +
          'unknown. Look the key up before you try again.',
        { cause: error },
      );
    }
  }
}

function isQuota(error: unknown): boolean {
  return error instanceof KeystoreError && error.code === 'INSUFFICIENT_STORAGE';
}

/** The generation of a record, of which nothing else is needed. */
function generationOf(stored: unknown): unknown {
  clearRecord(stored);
  return member(stored, 'generation');
}
