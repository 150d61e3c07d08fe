// The key records of one keystore, durable (G3). Each change is one explicit `strict` transaction that is
// answered at `complete`. No crypto promise is ever awaited inside a transaction: it would end there.
import type { IDBPTransaction } from 'idb';
import { KeystoreError } from '../errors.ts';
import { isSame, type KeyRecord } from './record.ts';
import { type Database, openDatabase, type Schema } from './schema.ts';

/** A transaction ended in a way that does not say whether it took effect. */
class UnknownOutcome extends Error {}

type Write = IDBPTransaction<Schema, ['keys'], 'readwrite'>;

export type DeleteOutcome = 'deleted' | 'absent' | 'other-generation';

/** What the protocols ask of a store. */
export interface RecordStore {
  has(id: string): Promise<boolean>;
  get(id: string): Promise<unknown>;
  page(range: IDBKeyRange | null, limit: number): Promise<{ ids: string[]; records: unknown[] }>;
  add(record: KeyRecord): Promise<'added' | 'exists'>;
  delete(id: string, generation?: string): Promise<DeleteOutcome>;
}

export class KeyStore implements RecordStore {
  readonly #name: string;
  #database: Promise<Database> | undefined;

  constructor(name: string) {
    this.#name = name;
  }

  /** The open database. A connection that died (Safari closes them in the background) is opened again. */
  open(): Promise<Database> {
    this.#database ??= this.#connect();
    return this.#database;
  }

  async has(id: string): Promise<boolean> {
    return (await this.#read(async (db) => db.getKey('keys', id))) !== undefined;
  }

  /** The record as it lies there, unchecked; `undefined` if there is none. */
  get(id: string): Promise<unknown> {
    return this.#read((db) => db.get('keys', id));
  }

  /** Ids in ascending order with their records, unchecked. */
  page(range: IDBKeyRange | null, limit: number): Promise<{ ids: string[]; records: unknown[] }> {
    return this.#read(async (db) => {
      const transaction = db.transaction('keys', 'readonly');
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
        if (isSame(record, await transaction.store.get(record.id))) return 'added';
        throw new KeystoreError(
          'STORAGE_FAILURE',
          'The browser did not read back the key as it was written, so it was not kept. Nothing changed.',
        );
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      const found = await this.#resolve(record.id);
      if (generationOf(found) === record.generation) return 'added';
      if (found !== undefined) return 'exists';
      throw nothingChanged(error.cause);
    }
  }

  /** Deletes by id; with a generation, only that key. Errors as {@link KeyStore.add}. */
  async delete(id: string, generation?: string): Promise<DeleteOutcome> {
    try {
      return await this.#write(async (transaction) => {
        if ((await transaction.store.getKey(id)) === undefined) return 'absent';
        if (generation !== undefined && generationOf(await transaction.store.get(id)) !== generation) {
          return 'other-generation';
        }
        await transaction.store.delete(id);
        return 'deleted';
      });
    } catch (error) {
      if (!(error instanceof UnknownOutcome)) throw error;
      // The id's turn is held, so nobody else can have created or deleted it since.
      if ((await this.#resolve(id)) === undefined) return 'deleted';
      throw nothingChanged(error.cause);
    }
  }

  async #write<T>(body: (transaction: Write) => Promise<T>): Promise<T> {
    const database = await this.#opened();
    let transaction: Write;
    try {
      transaction = database.transaction(['keys'], 'readwrite', { durability: 'strict' });
    } catch (error) {
      // No transaction was made, so nothing can have changed.
      this.#database = undefined;
      throw nothingChanged(error);
    }
    // A rejection of `done` is looked at below; without this it would count as unhandled meanwhile.
    transaction.done.catch(() => undefined);
    let result: T;
    try {
      result = await body(transaction);
    } catch (error) {
      throw await this.#endOf(transaction, error);
    }
    try {
      await transaction.done;
    } catch (error) {
      throw this.#failure(error);
    }
    return result;
  }

  /** Ends a transaction whose body threw. Only after its `abort` event is "nothing changed" true. */
  async #endOf(transaction: Write, error: unknown): Promise<unknown> {
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
    return this.#failure(aborted ? reason : error);
  }

  #failure(error: unknown): unknown {
    const name = error instanceof DOMException ? error.name : '';
    if (name === 'QuotaExceededError') {
      return new KeystoreError(
        'INSUFFICIENT_STORAGE',
        'The browser has no room left for this origin. Nothing was written. Delete data of this origin and try again.',
        { cause: error },
      );
    }
    if (name === 'DataCloneError' || name === 'ConstraintError') return nothingChanged(error);
    this.#database = undefined;
    return new UnknownOutcome('', { cause: error });
  }

  /** What the store says after an unknown outcome. */
  async #resolve(id: string): Promise<unknown> {
    try {
      return await this.get(id);
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
    try {
      return await body(await this.#opened());
    } catch {
      this.#database = undefined;
    }
    try {
      return await body(await this.#opened());
    } catch (error) {
      if (error instanceof KeystoreError) throw error;
      throw new KeystoreError('STORAGE_FAILURE', 'The database could not be read. Try again.', {
        cause: error,
      });
    }
  }

  async #opened(): Promise<Database> {
    try {
      return await this.open();
    } catch (error) {
      this.#database = undefined;
      throw new KeystoreError('STORAGE_FAILURE', openFailure(error), { cause: error });
    }
  }

  #connect(): Promise<Database> {
    const connected: Promise<Database> = openDatabase(this.#name, {
      onLost: () => {
        if (this.#database === connected) this.#database = undefined;
      },
    });
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

function generationOf(record: unknown): unknown {
  return typeof record === 'object' && record !== null && 'generation' in record
    ? record.generation
    : undefined;
}
