// The database of one keystore and its schema versions. A newer schema than this code knows is refused by
// IndexedDB itself (VersionError) before anything is touched.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { chunk } from '../chunk.ts';
import { loadChecksums } from './checksum.ts';
import type * as migrations from './migrate.ts';
import { readsOf, type SingleReads } from './reads.ts';

const SCHEMA_VERSION = 2;

/** Records are read as `unknown`: what lies on a disk is checked like any other input. */
export interface Schema extends DBSchema {
  keys: { key: string; value: unknown };
  /** Empty, and not used any more: part of the schema since version 1. */
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

/** What an upgrade needs, where there is one to be made. */
type Migrations = typeof migrations;

/** Whoever has a database can check what is in it. */
export async function openDatabase(store: string, events: DatabaseEvents): Promise<Database> {
  const loading = loadChecksums();
  // Looked at below.
  loading.catch(() => undefined);
  const database = await open(store, events);
  try {
    await loading;
  } catch (error) {
    database.close();
    throw error;
  }
  return {
    ...readsOf(database),
    transaction: database.transaction.bind(database),
    close: () => database.close(),
  };
}

async function open(
  store: string,
  events: DatabaseEvents,
  migrations?: Migrations,
): Promise<IDBPDatabase<Schema>> {
  let lacking = false;
  const opening = openDB<Schema>(databaseName(store), SCHEMA_VERSION, {
    upgrade(db, oldVersion, _newVersion, transaction) {
      // The end of the upgrade is answered by `openDB`.
      transaction.done.catch(() => undefined);
      // No transaction lives while a script is loaded: this one is undone, and begins again when it is there.
      lacking = oldVersion === 1 && migrations === undefined;
      if (lacking) return transaction.abort();
      if (oldVersion < 1) {
        db.createObjectStore('keys', { keyPath: 'id' });
        db.createObjectStore('probe');
      }
      if (oldVersion < 2) {
        db.createObjectStore('owner');
        db.createObjectStore('outcomes', { keyPath: 'request' }).createIndex('at', 'at');
      }
      if (oldVersion === 1) void migrations?.addChecksums(transaction);
    },
    blocking() {
      // Somebody upgrades or deletes the database: let them, and open it again for the next call.
      void opening.then((database) => database.close());
      events.onLost();
    },
    terminated: events.onLost,
  });
  try {
    return await opening;
  } catch (error) {
    if (!lacking) throw error;
  }
  const [loaded] = await Promise.all([chunk(import('./migrate.ts')), loadChecksums()]);
  return open(store, events, loaded);
}
