// All that a misuse could have changed in a host, as far as a client sees it; and that what the host counts is what its
// table shows.
import type { Keystore } from 'keyslot';
import { expect } from 'vitest';
import { stateOf } from '../junk/store.ts';

export async function picture(keys: Keystore): Promise<unknown> {
  const { table, slots, readers, operations, kinds } = await keys.stats();
  for (const state of ['FULL', 'PENDING_PURGE', 'PENDING_DELETION'] as const) {
    expect(table.filter((row) => row.state === state)).toHaveLength(slots[state]);
  }
  expect(table.reduce((sum, row) => sum + row.readers, 0)).toBe(readers);
  return { state: await stateOf(keys), table, operations, kinds };
}
