// The key records of one keystore, durable (G3). Each change is one explicit `strict` transaction that is
// answered at `complete`. No crypto promise is ever awaited inside a transaction: it would end there.
import type { IDBPTransaction } from 'idb';
import { KeystoreError } from '../errors.ts';
import { clearRecord, isSame, type KeyRecord, member } from './record.ts';
import { type Database, openDatabase, type Schema } from './schema.ts';

/** A transaction ended in a way that does not say whether it took effect. */
class UnknownOutcome extends Error {}

type Write = IDBPTransaction<Schema, ['keys'], 'readwrite'>;

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
  add(record: KeyRecord): Promise<'added' | 'exists'>;
  delete(id: string, generation?: string): Promise<DeleteOutcome>;
}

export class KeyStore implements RecordStore {
  readonly #name: string;
  #database: Promise<Database> | undefined;
  #current: Database | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /**
   * The open database. A connection that died (Safari closes them in the background) is opened again.
   *
   * @throws KeystoreError `STORAGE_FAILURE` if it cannot be opened.
   */
  async open(): Promise<Database> {
    this.#database ??= this.#connect();
    const opening = this.#database;
    try {
      return await opening;
    } catch (error) {
      if (this.#database === opening) this.#database = undefined;
      throw new KeystoreError('STORAGE_FAILURE', openFailure(error), { cause: error });
    }
  }

  /** Lets go of the database. */
  close(): void {
    if (this.#current !== undefined) this.#drop(this.#current);
  }

  async has(id: string): Promise<boolean> {
    return (await this.#read(async (db) => db.getKey('keys', id))) !== undefined;
  }

  /** The record as it lies there, unchecked; `undefined` if there is none. */
  get(id: string): Promise<unknown> {
    return this.#read((db) => db.get('keys', id));
  }

  /** Ids after one, in ascending order, with their records, unchecked. Keys that are no strings are not ours. */
  page(after: PageStart | undefined, limit: number): Promise<{ ids: string[]; records: unknown[] }> {
    return this.#read(async (db) => {
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

  /**
   * Adds a record, reads it back inside the transaction and compares. `exists` means that another key has the
   * id. Throws `INSUFFICIENT_STORAGE` or `STORAGE_FAILURE` with nothing written, `COMMUNICATION_FAILURE` if
   * that cannot be told.
   */
  async add(record: KeyRecord): Promise<'added' | 'exists'> {
    try {
      return await this.#write(async (transaction) => {
        if ((await transaction.store.getKey(record.id)) !== undefined) return 'exists';
        await transaction.store.add(record);
        const read = await transaction.store.get(record.id);
        const kept = isSame(record, read);
        clearRecord(read);
        if (kept) return 'added';
        throw new KeystoreError(
          'STORAGE_FAILURE',
          'The browser did not read back the key as it was written, so it was not kept. Nothing changed.',
        );
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      const found = await this.#resolve(record.id);
      if (found?.generation === record.generation) return 'added';
      if (found !== undefined) return 'exists';
      throw nothingChanged(error.cause);
    }
  }

  /** Deletes by id; with a generation, only that key. Errors as {@link KeyStore.add}. */
  async delete(id: string, generation?: string): Promise<DeleteOutcome> {
    let found = false;
    try {
      return await this.#write(async (transaction) => {
        if ((await transaction.store.getKey(id)) === undefined) return 'absent';
        if (generation !== undefined && generationOf(await transaction.store.get(id)) !== generation) {
          return 'other-generation';
        }
        found = true;
        await transaction.store.delete(id);
        return 'deleted';
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      // The id's turn is held, so nobody else can have created or deleted it since.
      if ((await this.#resolve(id)) === undefined) return found ? 'deleted' : 'absent';
      throw nothingChanged(error.cause);
    }
  }

  async #write<T>(body: (transaction: Write) => Promise<T>): Promise<T> {
    const begun = this.#begin(await this.open()) ?? this.#begin(await this.open());
    if (begun === undefined) throw nothingChanged(undefined);
    const { database, transaction } = begun;
    // A rejection of `done` is looked at below; without this it would count as unhandled meanwhile.
    transaction.done.catch(() => undefined);
    let result: T;
    try {
      result = await body(transaction);
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

  /** `undefined` on a connection that died without a word: no transaction was made, so nothing changed. */
  #begin(database: Database): { database: Database; transaction: Write } | undefined {
    try {
      const transaction: Write = database.transaction(['keys'], 'readwrite', { durability: 'strict' });
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
    if (error instanceof KeystoreError) return error;
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
    if (name === 'DataCloneError' || name === 'ConstraintError') return nothingChanged(error);
    this.#drop(database);
    return new UnknownOutcome('', { cause: error });
  }

  /** What the store says after an unknown outcome. */
  async #resolve(id: string): Promise<{ generation: unknown } | undefined> {
    try {
      const stored = await this.get(id);
      return stored === undefined ? undefined : { generation: generationOf(stored) };
    } catch (error) {
      throw new KeystoreError(
        'COMMUNICATION_FAILURE',
        'The database failed during the change and could not be read afterwards: whether the change was made is ' +
          'unknown. Look the key up before you try again.',
        { cause: error },
      );
    }
  }

  /** Reads are repeated once on a new connection: they change nothing. */
  async #read<T>(body: (database: Database) => Promise<T>): Promise<T> {
    const database = await this.open();
    try {
      return await body(database);
    } catch {
      this.#drop(database);
    }
    try {
      return await body(await this.open());
    } catch (error) {
      if (error instanceof KeystoreError) throw error;
      throw new KeystoreError('STORAGE_FAILURE', 'The database could not be read. Try again.', {
        cause: error,
      });
    }
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

function nothingChanged(cause: unknown): KeystoreError {
  return new KeystoreError(
    'STORAGE_FAILURE',
    'The database refused the change. Nothing changed. Try again.',
    {
      cause,
    },
  );
}

/** The generation of a record, of which nothing else is needed. */
function generationOf(stored: unknown): unknown {
  clearRecord(stored);
  return member(stored, 'generation');
}
