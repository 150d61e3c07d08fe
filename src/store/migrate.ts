// From one schema version to the next, inside the transaction of the upgrade: all of it, or nothing.
import type { IDBPTransaction, StoreNames } from 'idb';
import * as v from 'valibot';
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
  const end = new Uint8Array();
  let range = IDBKeyRange.bound('', end, true, true);
  while (true) {
    const [ids, records] = await Promise.all([keys.getAllKeys(range, BATCH), keys.getAll(range, BATCH)]);
    await Promise.all(records.map((record) => addChecksum(upgrade, record)));
    const last = ids.at(-1);
    if (last === undefined) return;
    range = IDBKeyRange.bound(last, end, true, true);
  }
}

async function addChecksum(upgrade: Upgrade, stored: unknown): Promise<void> {
  const keys = upgrade.objectStore('keys');
  try {
    const record = checked(stored);
    if (record === undefined) return;
    await keys.put(record);
    const read = await keys.get(record.id);
    const kept = isSame(record, read);
    clearRecord(read);
    if (!kept) throw new Error('the browser did not read back a record as it was written');
  } finally {
    clearRecord(stored);
  }
}

function checked(stored: unknown): { readonly id: string } | undefined {
  const { success, output } = v.safeParse(uncheckedShape, stored, { abortEarly: true });
  // An engine that cannot read a CryptoKey reads `null`: written back, the key would be lost.
  if (!success || (output.material.type === 'public') !== (output.material.secret === null)) return undefined;
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
