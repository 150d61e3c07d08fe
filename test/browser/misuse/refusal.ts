import { KeystoreError } from 'keyslot';

/** The KeystoreError that a promise rejects with; fails the test for anything else. */
export async function refusal(promise: Promise<unknown>): Promise<KeystoreError> {
  const ended: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (ended instanceof KeystoreError) return ended;
  throw new Error('the misuse is taken for right, or answered by somebody else', { cause: ended });
}
