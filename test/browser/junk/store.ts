// A store of its own for a test, hosted by a real SharedWorker that runs src/worker.ts; and all that a call could
// have changed in it, to be compared before and after.
import { type Keystore, openKeystore } from 'keyslot';

// Vite follows this very form: it serves the worker's TypeScript.
function hostOf(name: string): SharedWorker {
  return new SharedWorker(new URL('../../../src/worker.ts', import.meta.url), { type: 'module', name });
}

export async function newStore(): Promise<Keystore> {
  const name = `junk-${crypto.randomUUID()}`;
  return openKeystore({ name, worker: hostOf(name) });
}

/** A port to the store's host that no client speaks on. */
export function portTo({ name }: Keystore): MessagePort {
  return hostOf(name).port;
}

/** What exists, and what the slots hold. Two equal states mean that nothing has changed. */
export async function stateOf(keys: Keystore): Promise<unknown> {
  const ids: string[] = [];
  for await (const { id, attributes } of keys.listKeys()) ids.push(`${id} ${JSON.stringify(attributes)}`);
  const { sessions, sessionKeys, readers, waiters, slots } = await keys.stats();
  return { ids, sessions, sessionKeys, readers, waiters, slots: { ...slots, EMPTY: 0 } };
}
