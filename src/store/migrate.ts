// From one schema version to the next, inside the transaction of the upgrade: all of it, or nothing.
import type { IDBPTransaction, StoreNames } from 'idb';
import { readable } from '../algorithms/shape.ts';
import { withChecksum } from './checksum.ts';
import { clearRecord, isSame } from './record.ts';
import type { Schema } from './schema.ts';
import { uncheckedShape } from './shape.ts';

export type Upgrade = IDBPTransaction<Schema, StoreNames<Schema>[], 'versionchange'>;

/** Records that are read at once. */
const BATCH = 500;

/** Schema 2: every record has a checksum. What was no record stays as it is: listed as unreadable, to be destroyed. */
export async function addChecksums(upgrade: Upgrade): Promise<void> {
  try {
    await addAll(upgrade);
  } catch {
    abort(upgrade);
  }
}

async function addAll(upgrade: Upgrade): Promise<void> {
  const keys = upgrade.objectStore('keys');
  // Above every string, of which ids are.
  const end = new Uint8Array();
  let rest = IDBKeyRange.bound('', end, true, true);
  while (true) {
    const [ids, stored] = await Promise.all([keys.getAllKeys(rest, BATCH), keys.getAll(rest, BATCH)]);
    const [first] = ids;
    const last = ids.at(-1);
    if (first === undefined || last === undefined) return;
    await write(upgrade, IDBKeyRange.bound(first, last), stored);
    rest = IDBKeyRange.bound(last, end, true, true);
  }
}

/** Writes the records of a range anew, reads them back and compares. */
async function write(upgrade: Upgrade, range: IDBKeyRange, stored: readonly unknown[]): Promise<void> {
  const keys = upgrade.objectStore('keys');
  const records = stored.map(checked);
  try {
    await Promise.all(records.map((record) => (record === undefined ? undefined : keys.put(record))));
    const read = await keys.getAll(range);
    const kept = records.every((record, index) => record === undefined || isSame(record, read[index]));
    read.forEach(clearRecord);
    if (!kept) throw new Error('the browser did not read back a record as it was written');
  } finally {
    stored.forEach(clearRecord);
  }
}

/** With its checksum; `undefined` for what was no record. */
function checked(stored: unknown): unknown {
  const output = readable(uncheckedShape, stored);
  // An engine that cannot read a CryptoKey reads `null`: written back, the key would be lost.
  if (output === undefined || (output.material.type === 'public') !== (output.material.secret === null))
    return undefined;
  try {
    return withChecksum(output);
  } catch {
    return undefined;
  }
}

function abort(upgrade: Upgrade): void {
  try {
    upgrade.abort();
  } catch {
    // It has ended already, by the very error that was caught.
  }
}
