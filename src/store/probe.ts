// The database in which hosts try their engine out, and keep what they found for those that come after them. No secrets but
// throw-away keys.
import { type IDBPDatabase, openDB } from 'idb';
import { KeystoreError } from '../errors.ts';

/** A database of its own: a host tries its engine out before it may open a store. */
const DATABASE = 'keyslot-probe';

/** Before the name of what is kept for later hosts. No algorithm is called so. */
const FOUND = 'found:';

export class ProbeDatabase {
  /** For {@link keep}. */
  readonly database: IDBPDatabase;

  private constructor(database: IDBPDatabase) {
    this.database = database;
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

  /** What was kept for later hosts, unchecked: script of the origin may have written anything there. */
  async found(name: string): Promise<unknown> {
    try {
      return await this.database.get('keys', FOUND + name);
    } catch {
      // As if there were nothing: then all is tried out.
      return undefined;
    }
  }

  /** Keeps it for later hosts, or forgets it. A host that cannot, is none the worse: the next one tries all out. */
  async keepFound(name: string, found: unknown): Promise<void> {
    const done =
      found === undefined
        ? this.database.delete('keys', FOUND + name)
        : this.database.put('keys', found, FOUND + name);
    await done.catch(() => undefined);
  }

  close(): void {
    this.database.close();
  }
}

export function unusable(cause: unknown): KeystoreError {
  return new KeystoreError(
    'STORAGE_FAILURE',
    'A database of this origin could not be opened or written. No key was touched. Try again, or free some disk space.',
    { cause },
  );
}
