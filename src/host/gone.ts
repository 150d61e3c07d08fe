// The answer to a handle whose key is not there any more.
import { KeystoreError } from '../errors.ts';

export function gone(): KeystoreError {
  return new KeystoreError(
    'INVALID_HANDLE',
    'The key of this handle is gone: it was destroyed, or it ended with its client or host. Open or create a key anew.',
  );
}
