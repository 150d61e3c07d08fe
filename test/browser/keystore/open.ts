// Opens a store that no other test has, and closes it with the test.
import { type Keystore, KeystoreError, type OpenOptions, openKeystore } from 'keyslot';
import { onTestFinished } from 'vitest';

export async function freshStore(options: Omit<OpenOptions, 'name'> = {}): Promise<Keystore> {
  const keys = await openKeystore({ name: `test-${crypto.randomUUID()}`, ...options });
  onTestFinished(async () => void (await keys.close()));
  return keys;
}

export const bytes = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Code and cause of a rejection; fails the test if it is no KeystoreError. */
export async function failure(promise: Promise<unknown>): Promise<{ code: string; cause: unknown }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof KeystoreError) return { code: error.code, cause: error.cause };
    throw error;
  }
  throw new Error('expected a rejection');
}
