// Whether a key exists, and what may be known of it. Needs no slot and takes no turn.
import { KeystoreError } from '../../errors.ts';
import type { KeyInfo } from '../../rpc/protocol.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { infoOf, infoOfEntry, type KeyEntry, sessionName, sharedName } from '../keys.ts';
import { checkKept, readRecord } from './load.ts';

/** @throws KeystoreError `DOES_NOT_EXIST`; `DATA_CORRUPT` or `DATA_INVALID` for a record that cannot be read. */
export async function open(host: Host, call: Call, id: string): Promise<KeyInfo> {
  const entry = findEntry(host, call, id);
  checkKept(call, entry);
  if (entry !== undefined) return infoOfEntry(entry);
  const record = await readRecord(host, id);
  if (record !== undefined) return infoOf(record.generation, record.attributes, record.material);
  // A volatile key may have been published while the store was read.
  const published = findEntry(host, call, id);
  if (published !== undefined) return infoOfEntry(published);
  throw doesNotExist(id);
}

/** A key in a slot: this session's own key of an id comes before the shared one. */
function findEntry(host: Host, call: Call, id: string): KeyEntry | undefined {
  return host.table.find(sessionName(call.session, id)) ?? host.find(sharedName(id));
}

export function doesNotExist(id: string): KeystoreError {
  return new KeystoreError(
    'DOES_NOT_EXIST',
    `There is no key with the id "${id}". Check the id, or create the key.`,
  );
}
