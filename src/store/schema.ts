// The database of one keystore and its schema versions. A newer schema than this code knows is refused by
// IndexedDB itself (VersionError) before anything is touched.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { addChecksums } from './migrate.ts';
import { readsOf, type SingleReads } from './reads.ts';

const SCHEMA_VERSION = 2;

/** Records are read as `unknown`: what lies on a disk is checked like any other input. */
export interface Schema extends DBSchema {
  keys: { key: string; value: unknown };
  /** Only ever written by transactions that abort: where the engine is tried out (probe.ts). */
  probe: { key: string; value: unknown };
  /** Who owns the store: the epoch. */
  owner: { key: string; value: unknown };
  /** What became of requests, for those who ask again. */
  outcomes: { key: string; value: unknown; indexes: { at: number } };
}

/** An open database: single reads by the browser's own requests, transactions by idb. */
export type Database = SingleReads & Pick<IDBPDatabase<Schema>, 'transaction' | 'close'>;

export interface DatabaseEvents {
  /** The connection is dead, for whatever reason; a new one must be opened. */
  readonly onLost: () => void;
}

function databaseName(store: string): string {
  return `keyslot:${store}`;
}

export async function openDatabase(store: string, events: DatabaseEvents): Promise<Database> {
  const database = await openDB<Schema>(databaseName(store), SCHEMA_VERSION, {
    upgrade(db, oldVersion, _newVersion, transaction) {
      if (oldVersion < 1) {
        db.createObjectStore('keys', { keyPath: 'id' });
        db.createObjectStore('probe');
      }
      if (oldVersion < 2) {
        db.createObjectStore('owner');
        db.createObjectStore('outcomes', { keyPath: 'request' }).createIndex('at', 'at');
      }
      // The end of the upgrade is answered by `openDB`.
      transaction.done.catch(() => undefined);
      if (oldVersion === 1) void addChecksums(transaction);
    },
    blocking() {
      // Somebody upgrades or deletes the database: let them, and open it again for the next call.
      database.close();
      events.onLost();
    },
    terminated: events.onLost,
  });
  return {
    ...readsOf(database),
    transaction: database.transaction.bind(database),
    close: () => database.close(),
  };
}
