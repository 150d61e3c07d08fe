// Can this engine keep a CryptoKey, here, in this kind of worker? Measured by doing it: WebKit's SharedWorker
// throws DataCloneError on put, and reads `null` for a key that a page has stored (PLATFORM.md).
import type { Database } from './schema.ts';

/** Writes a key and reads it back in a transaction that is then aborted, so that nothing is left behind. */
export async function keepsCryptoKeys(database: Database): Promise<boolean> {
  const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
  const transaction = database.transaction('probe', 'readwrite');
  const aborted = transaction.done.catch(() => undefined);
  let read: unknown;
  try {
    await transaction.store.put(key, 'probe');
    read = await transaction.store.get('probe');
  } catch (error) {
    if (error instanceof DOMException && error.name === 'DataCloneError') return false;
    throw error;
  } finally {
    transaction.abort();
    await aborted;
  }
  if (!(read instanceof CryptoKey)) return false;
  // Kept and returned is not enough: it has to be the key that it was.
  const iv = new Uint8Array(12);
  const [before, after] = await Promise.all([
    crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, iv),
    crypto.subtle.encrypt({ name: 'AES-GCM', iv }, read, iv),
  ]);
  const expected = new Uint8Array(before);
  return new Uint8Array(after).every((byte, index) => byte === expected[index]);
}
