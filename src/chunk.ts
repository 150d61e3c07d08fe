// Parts of the host that are loaded when they are needed. Touches no key.
import { KeystoreError } from './errors.ts';

/**
 * What a dynamic import of keyslot's own has loaded.
 *
 * @throws KeystoreError `SERVICE_FAILURE`
 */
export async function chunk<T>(loading: Promise<T>): Promise<T> {
  try {
    return await loading;
  } catch (cause) {
    const message = 'A script of keyslot could not be loaded. Try again while there is a network.';
    throw new KeystoreError('SERVICE_FAILURE', message, { cause });
  }
}
