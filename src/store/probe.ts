// Can this engine keep a CryptoKey, here, in this kind of worker? Measured by doing it, for each kind of key: WebKit's
// SharedWorker throws DataCloneError on put, and reads `null` for a key that a page has stored (PLATFORM.md); others have
// lost keys of single algorithms. Beside the keys, what earlier hosts found. Touches throw-away keys only.
import { type IDBPDatabase, openDB } from 'idb';
import { KeystoreError } from '../errors.ts';

/** A database of its own: a host tries its engine out before it may open a store. */
const DATABASE = 'keyslot-probe';

/** Before the name of what is kept for later hosts. No algorithm is called so. */
const FOUND = 'found:';

export class ProbeDatabase {
  readonly #database: IDBPDatabase;

  private constructor(database: IDBPDatabase) {
    this.#database = database;
  }

  /** @throws KeystoreError `STORAGE_FAILURE` if there is none. */
  static async open(): Promise<ProbeDatabase> {
    try {
      const database = await openDB(DATABASE, 1, {
        upgrade: (created) => void created.createObjectStore('keys'),
        blocking: () => database.close(),
      });
      return new ProbeDatabase(database);
    } catch (error) {
      throw unusable(error);
    }
  }

  /**
   * Writes keys and reads them back in a transaction that is then aborted, so that nothing is left behind.
   *
   * @returns what was read; nothing for keys that could not be written.
   * @throws KeystoreError `STORAGE_FAILURE` if the database cannot be written.
   */
  async keep(keys: ReadonlyMap<string, CryptoKey>): Promise<ReadonlyMap<string, unknown>> {
    try {
      return await this.#tryOut(keys);
    } catch (error) {
      throw unusable(error);
    }
  }

  async #tryOut(keys: ReadonlyMap<string, CryptoKey>): Promise<ReadonlyMap<string, unknown>> {
    const transaction = this.#database.transaction('keys', 'readwrite');
    const aborted = transaction.done.catch(() => undefined);
    const read = new Map<string, unknown>();
    const attempt = async ([name, key]: [string, CryptoKey]): Promise<void> => {
      try {
        await transaction.store.put(key, name);
      } catch (error) {
        if (error instanceof DOMException && error.name === 'DataCloneError') return;
        throw error;
      }
      read.set(name, await transaction.store.get(name));
    };
    try {
      await Promise.all([...keys].map(attempt));
      return read;
    } finally {
      // Where nothing could be written it may have ended by itself.
      if (read.size > 0) transaction.abort();
      await aborted;
    }
  }

  /** What was kept for later hosts, unchecked: script of the origin may have written anything there. */
  async found(name: string): Promise<unknown> {
    try {
      return await this.#database.get('keys', FOUND + name);
    } catch {
      // As if there were nothing: then all is tried out.
      return undefined;
    }
  }

  /** Keeps it for later hosts, or forgets it. A host that cannot, is none the worse: the next one tries all out. */
  async keepFound(name: string, found: unknown): Promise<void> {
    const done =
      found === undefined
        ? this.#database.delete('keys', FOUND + name)
        : this.#database.put('keys', found, FOUND + name);
    await done.catch(() => undefined);
  }

  close(): void {
    this.#database.close();
  }
}

function unusable(cause: unknown): KeystoreError {
  return new KeystoreError(
    'STORAGE_FAILURE',
    'A database of this origin could not be opened or written. No key was touched. Try again, or free some disk space.',
    { cause },
  );
}
