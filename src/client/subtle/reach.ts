// Keys by reach: a key that `subtle` made lives as long as something in this realm can use it, and no longer. What is
// told of a key that has gone is its id and generation, never the key.
import type { HostedKey, KeyRef } from '../handle.ts';
import type { SubtleHost } from './host.ts';

interface Departed {
  readonly ref: KeyRef;
  readonly host: SubtleHost;
}

// One for the realm: a registry that is collected itself tells nothing. Made at the first key.
let registry: FinalizationRegistry<Departed> | undefined;

/** From here on, the key ends with its last handle. */
export function watch<K extends HostedKey>(key: K, host: SubtleHost): K {
  registry ??= new FinalizationRegistry(({ ref, host: its }) => its.release(ref));
  registry.register(key, { ref: key.ref, host });
  return key;
}

// What a call is using must not be collected under it: engines drop what is not read again.
const busy = new Set<object>();

/** Keeps keys until the work is done. */
export async function during<T>(keys: readonly unknown[], work: Promise<T>): Promise<T> {
  const hold = { keys };
  busy.add(hold);
  try {
    return await work;
  } finally {
    busy.delete(hold);
  }
}
