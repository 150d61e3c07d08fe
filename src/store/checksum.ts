// The checksum of a record, against damage, not against tampering: whoever can write a record can write its checksum. What
// makes it is a chunk of its own, beside whose loading a host comes to life; whoever has opened the database has it
// (schema.ts), so that nobody waits for it in a transaction (decision 10).

import { chunk } from '../chunk.ts';

type Bytes = Uint8Array<ArrayBuffer>;

let loaded: typeof import('./checksum-of.ts') | undefined;

/** To be awaited before there is a record to look at. */
export async function loadChecksums(): Promise<void> {
  loaded ??= await chunk(import('./checksum-of.ts'));
}

function there(): NonNullable<typeof loaded> {
  if (loaded !== undefined) return loaded;
  throw new Error('a record was looked at before its checksum could be');
}

/** @throws TypeError for what cannot be in a record. */
export function withChecksum<R extends object>(record: R): R & { readonly checksum: Bytes } {
  return { ...record, checksum: there().checksumOf(record) };
}

/** Whether a record says what it said when it was written. */
export function isIntact<R extends { readonly checksum: Bytes }>({ checksum, ...said }: R): boolean {
  // Outside of the `try`: that nothing can be told yet says nothing against the record.
  const { checksumOf } = there();
  try {
    const expected = checksumOf(said);
    return checksum.length === expected.length && expected.every((byte, index) => byte === checksum[index]);
  } catch {
    // It says something that no record can.
    return false;
  }
}
