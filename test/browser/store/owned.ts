// The store's own classes on a real database of a test, owned without a host or a lock: what the database does to them.
import { onTestFinished } from 'vitest';
import { type KeyRecord, RECORD_VERSION } from '../../../src/store/record.ts';
import { KeyStore } from '../../../src/store/store.ts';
import { Transactions } from '../../../src/store/transactions.ts';

const OWNER = { build: '0.0.0', url: '', worker: '', topology: 'shared' } as const;

/** A store that no other test has, and the name of its database. */
export async function ownedStore(): Promise<{ store: KeyStore; database: string }> {
  const name = `test-${crypto.randomUUID()}`;
  const store = new KeyStore(new Transactions(name, crypto.randomUUID()));
  await store.open();
  await store.claim(OWNER, await store.epoch());
  onTestFinished(() => store.close());
  return { store, database: `keyslot:${name}` };
}

/** A record as the store takes it: what is in it is nothing to the store. */
export function recordOf(id: string): KeyRecord {
  return {
    version: RECORD_VERSION,
    id,
    generation: crypto.randomUUID().replaceAll('-', ''),
    attributes: {
      id,
      lifetime: 'persistent',
      algorithm: { name: 'Ed448' },
      usages: ['sign'],
      extractable: false,
      copyable: false,
      cache: false,
      pinned: false,
      multipart: false,
    },
    material: { driver: 'noble', type: 'private', secret: new Uint8Array(57), publicKey: null },
    created: 0,
    checksum: new Uint8Array(32),
  };
}
