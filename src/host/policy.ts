// What a key's attributes allow, and the answer to what they do not.
import type { Operation } from '../algorithms/types.ts';
import { KeystoreError } from '../errors.ts';
import type { KeyAttributes } from '../rpc/protocol.ts';

export function notPermitted({ usages }: KeyAttributes, operation: Operation): KeystoreError {
  return new KeystoreError(
    'NOT_PERMITTED',
    `This key’s policy does not allow ${operation}; it allows ${usages.join(', ')}. That is decided at creation.`,
  );
}

/** Whether a persistent key stays in memory between uses. */
export function keeps({ cache, pinned }: Pick<KeyAttributes, 'cache' | 'pinned'>): boolean {
  return cache || pinned;
}
