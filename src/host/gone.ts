// The answers to a handle whose key is not there any more, or is not to be reached.
import { KeystoreError } from '../errors.ts';

export function gone(): KeystoreError {
  return new KeystoreError(
    'INVALID_HANDLE',
    'The key of this handle is gone: it was destroyed, or it ended with its client or host. Open or create a key anew.',
  );
}

/**
 * Two keys have this id: one in the memory of this host, which it kept while another owned the store and gave the id away
 * (decision 11), and the stored one that is meant. A slot table has one name for both.
 */
export function covered(id: string): KeystoreError {
  return new KeystoreError(
    'BAD_STATE',
    `This host has a volatile key with the id "${id}" too, from before another host owned the store. Nothing changed, and ` +
      'the stored key of this handle is there: destroy the volatile one by its id to use it.',
  );
}
