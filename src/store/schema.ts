// The database of one keystore and its schema versions. A newer schema than this code knows is refused by
// IndexedDB itself (VersionError) before anything is touched.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

const SCHEMA_VERSION = 1;

/** Records are read as `unknown`: what lies on a disk is checked like any other input. */
export interface Schema extends DBSchema {
  keys: { key: string; value: unknown };
  /** Only ever written by transactions that abort: where the engine is tried out (probe.ts). */
  probe: { key: string; value: unknown };
}

export type Database = IDBPDatabase<Schema>;

export interface DatabaseEvents {
  /** The connection is dead, for whatever reason; a new one must be opened. */
  readonly onLost: () => void;
}

function databaseName(store: string): string {
  return `keyslot:${store}`;
}

export async function openDatabase(store: string, events: DatabaseEvents): Promise<Database> {
  const database = await openDB<Schema>(databaseName(store), SCHEMA_VERSION, {
    upgrade(db, oldVersion) {
      if (oldVersion < 1) {
        db.createObjectStore('keys', { keyPath: 'id' });
        db.createObjectStore('probe');
      }
    },
    blocking() {
      // Somebody upgrades or deletes the database: let them, and open it again for the next call.
      database.close();
      events.onLost();
    },
    terminated: events.onLost,
  });
  return database;
}
