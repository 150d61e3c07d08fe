// Transactions of one database, durable (G3): each change is one explicit `strict` transaction, made by its owner only,
// that is answered at `complete`. No crypto promise is ever awaited inside a transaction: it would end there.
import type { IDBPTransaction } from 'idb';
import { KeystoreError, StoreMoved } from '../errors.ts';
import { EPOCH, isEpochOf } from './owner.ts';
import { type Database, openDatabase, type Schema } from './schema.ts';

/** A transaction ended in a way that does not say whether it took effect. */
export class UnknownOutcome extends Error {}

/** A record was added under an id that has one. Nothing changed. */
export class Taken extends Error {}

const STORES = ['keys', 'owner', 'outcomes'] as const;

type Stores = ('keys' | 'owner' | 'outcomes')[];

export type Write = IDBPTransaction<Schema, Stores, 'readwrite'>;

export class Transactions {
  readonly #name: string;
  /** The host's: its epoch must be there for anything to be written. */
  readonly boot: string;
  #database: Promise<Database> | undefined;
  #current: Database | undefined;
  /** Whether this host holds the store's lock. Without it the database is not even opened. */
  #admitted = false;
  readonly #writing = new Set<Promise<unknown>>();

  constructor(name: string, boot: string) {
    this.#name = name;
    this.boot = boot;
  }

  /**
   * The open database. A connection that died (Safari closes them in the background) is opened again.
   *
   * @throws KeystoreError `STORAGE_FAILURE` if it cannot be opened; StoreMoved while the store is another's.
   */
  async open(): Promise<Database> {
    if (!this.admitted) throw new StoreMoved();
    this.#database ??= this.#connect();
    const opening = this.#database;
    try {
      return await opening;
    } catch (error) {
      if (this.#database === opening) this.#database = undefined;
      // A script that did not load says so itself.
      if (error instanceof KeystoreError) throw error;
      throw new KeystoreError('STORAGE_FAILURE', openFailure(error), { cause: error });
    }
  }

  /** The store's lock is held: the database may be opened. */
  admit(): void {
    this.#admitted = true;
  }

  /** Whether the store is this host's to open. */
  get admitted(): boolean {
    return this.#admitted;
  }

  /** Lets go of the database. No transaction begins from here on; resolves when those that had begun have ended. */
  async close(): Promise<void> {
    this.#admitted = false;
    await Promise.allSettled(this.#writing);
    if (!this.#admitted && this.#current !== undefined) this.#drop(this.#current);
  }

  /**
   * Runs `body` in one transaction that sees who owns the store first, and resolves at its `complete`.
   *
   * @param owner - `check`: only its owner writes; `claim`: whoever holds the store's lock, to become the owner.
   * @throws StoreMoved with nothing changed; {@link UnknownOutcome}; KeystoreError.
   */
  write<T>(owner: 'check' | 'claim', body: (transaction: Write) => Promise<T>): Promise<T> {
    const writing = this.#write(owner, body).finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    return writing;
  }

  async #write<T>(owner: 'check' | 'claim', body: (transaction: Write) => Promise<T>): Promise<T> {
    const begun = this.#begin(await this.open()) ?? this.#begin(await this.open());
    if (begun === undefined) throw nothingChanged(undefined);
    const { database, transaction } = begun;
    // A rejection of `done` is looked at below; without this it would count as unhandled meanwhile.
    transaction.done.catch(() => undefined);
    let result: T;
    try {
      const checked = owner === 'claim' ? undefined : this.#checkEpoch(transaction);
      // Looked at when the body has run: its requests stand behind this one, and are undone if it fails.
      checked?.catch(() => undefined);
      result = await body(transaction);
      await checked;
    } catch (error) {
      throw await this.#endOf(database, transaction, error);
    }
    try {
      await transaction.done;
    } catch (error) {
      throw this.#failure(database, error);
    }
    return result;
  }

  /** Reads are repeated once on a new connection: they change nothing. */
  async read<T>(body: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.open();
    try {
      return await body(database);
    } catch (error) {
      if (error instanceof StoreMoved) throw error;
      this.#drop(database);
    }
    try {
      return await body(await this.open());
    } catch (error) {
      if (error instanceof KeystoreError || error instanceof StoreMoved) throw error;
      throw new KeystoreError('STORAGE_FAILURE', 'The database could not be read. Try again.', {
        cause: error,
      });
    }
  }

  async #checkEpoch(transaction: Write): Promise<void> {
    if (!isEpochOf(await transaction.objectStore('owner').get(EPOCH), this.boot)) throw new StoreMoved();
  }

  /** `undefined` on a connection that died without a word: no transaction was made, so nothing changed. */
  #begin(database: Database): { database: Database; transaction: Write } | undefined {
    try {
      const transaction: Write = database.transaction([...STORES], 'readwrite', { durability: 'strict' });
      return { database, transaction };
    } catch {
      this.#drop(database);
      return undefined;
    }
  }

  /** Closes a connection that failed. Another, which has taken its place by now, is left alone. */
  #drop(database: Database): void {
    if (this.#current === database) {
      this.#current = undefined;
      this.#database = undefined;
    }
    database.close();
  }

  /** Ends a transaction whose body threw. Only after its `abort` event is "nothing changed" true. */
  async #endOf(database: Database, transaction: Write, error: unknown): Promise<unknown> {
    try {
      transaction.abort();
    } catch {
      // It has ended already, by the very error that is looked at here.
    }
    const reason = await transaction.done.then(
      () => 'completed' as const,
      (end: unknown) => end,
    );
    if (reason === 'completed') return new UnknownOutcome('', { cause: error });
    if (error instanceof KeystoreError || error instanceof StoreMoved) return error;
    // True whoever owns the store by now: the database has said so, in a transaction.
    if (error instanceof DOMException && error.name === 'ConstraintError') return new Taken();
    // The request that was under way says `AbortError`; why, only the transaction knows.
    const aborted = error instanceof DOMException && error.name === 'AbortError';
    return this.#failure(database, aborted ? reason : error);
  }

  #failure(database: Database, error: unknown): unknown {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'QuotaExceededError') {
      return new KeystoreError(
        'INSUFFICIENT_STORAGE',
        'The browser has no room left for this origin. Nothing was written. Delete data of this origin and try again.',
        { cause: error },
      );
    }
    if (name === 'DataCloneError') return nothingChanged(error);
    this.#drop(database);
    return new UnknownOutcome('', { cause: error });
  }

  #connect(): Promise<Database> {
    const connected: Promise<Database> = openDatabase(this.#name, {
      onLost: () => {
        if (this.#database !== connected) return;
        this.#database = undefined;
        this.#current = undefined;
      },
    });
    connected.then(
      (database) => {
        this.#current = database;
        // The store was given up meanwhile: nobody else would close it.
        if (!this.#admitted) this.#drop(database);
      },
      () => undefined,
    );
    return connected;
  }
}

function openFailure(error: unknown): string {
  if (error instanceof DOMException && error.name === 'VersionError') {
    return 'The store was written by a newer version of keyslot. Nothing was touched. Load the newer version.';
  }
  return 'The database of this store could not be opened. Its keys are not lost: try again, or free some disk space.';
}

export function nothingChanged(cause: unknown): KeystoreError {
  return new KeystoreError(
    'STORAGE_FAILURE',
    'The database refused the change. Nothing changed. Try again.',
    {
      cause,
    },
  );
}
