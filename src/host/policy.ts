// What a key's attributes allow, and the answer to what they do not.
import { isBytes } from '../algorithms/input.ts';
import type { Usage } from '../algorithms/types.ts';
import type { DriverName } from '../drivers/driver.ts';
import { KeystoreError } from '../errors.ts';
import type { KeyAttributes } from '../rpc/protocol.ts';

export function notPermitted({ usages }: KeyAttributes, usage: Usage): KeystoreError {
  return new KeystoreError(
    'NOT_PERMITTED',
    `This key’s policy does not allow ${usage}; it allows ${usages.join(', ')}. That is decided at creation.`,
  );
}

export function notExtractable(): KeystoreError {
  return new KeystoreError(
    'NOT_PERMITTED',
    'This key is not extractable. That is decided when a key is created.',
  );
}

/** A usage that passed the policy is one that the driver has; anything else is a bug of ours. */
export function required<T>(operation: T | undefined): T {
  if (operation === undefined) throw new TypeError('a permitted operation is missing from its driver');
  return operation;
}

/** Whether a persistent key stays in memory between uses. */
export function keeps({ cache, pinned }: Pick<KeyAttributes, 'cache' | 'pinned'>): boolean {
  return cache || pinned;
}

/** noble blocks the host's thread: what it is given at once is bounded, in bytes. */
const MAX_NOBLE_BYTES = 4 * 1024 * 1024;

/**
 * @param size - of what is computed with, in bytes.
 * @throws KeystoreError `INVALID_ARGUMENT` for more than one operation may block the host with.
 */
export function checkSize(driver: DriverName, size: number, params: object = {}): void {
  if (driver !== 'noble') return;
  // Salts, customizations and the like are hashed as well as the data, in the same step.
  const all = Object.values(params).reduce((sum, value) => sum + (isBytes(value) ? value.length : 0), size);
  if (all <= MAX_NOBLE_BYTES) return;
  throw new KeystoreError(
    'INVALID_ARGUMENT',
    'Keys of algorithms that the browser lacks take at most 4 MiB at once. Hash the data first, or use parts.',
  );
}
