// The read protocol: an operation with a key. Slot first, then lane; the step that grants the lane looks at
// the slot again, checks the policy and registers the reader, and that step is the linearization point.
import type { MaybePromise } from '../../drivers/driver.ts';
import type { Handle } from '../../rpc/protocol.ts';
import type { Generation } from '../../slots/slot.ts';
import type { Hold } from '../../slots/table.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import type { Contents } from '../keys.ts';
import { gone, load } from './load.ts';

const LOST = Symbol('the copy went while the call waited for its lane');

/**
 * Runs `work` with the key of a handle, registered as its reader until `work` has settled.
 *
 * @param work - checks the policy before it computes; called in the step that registers.
 * @throws KeystoreError `INVALID_HANDLE` if the key is gone.
 */
export function use<T>(
  host: Host,
  call: Call,
  handle: Handle,
  work: (contents: Contents) => MaybePromise<T>,
): Promise<T> {
  return host.admission.run(call, async () => {
    for (;;) {
      const hold = await reach(host, call, handle);
      const result = await attempt(host, call, hold, work);
      // Purged or destroyed in between: look again, and find another copy or nothing.
      if (result !== LOST) return result;
    }
  });
}

async function attempt<T>(
  host: Host,
  call: Call,
  hold: Hold<Contents>,
  work: (contents: Contents) => MaybePromise<T>,
): Promise<T | typeof LOST> {
  const { contents } = hold.entry;
  let registered = false;
  try {
    return await host.lanes[contents.material.driver].run<T | typeof LOST>(call, () => {
      // Invariant: the check and the registration are one step with the grant. Before it the call may have
      // waited for any time, in which the key can have been destroyed.
      registered = host.table.register(hold);
      return registered ? work(contents) : LOST;
    });
  } finally {
    if (registered) host.table.unregister(hold);
    else host.table.release(hold);
  }
}

/** The copy to work with, kept from eviction. Waits where it has to be loaded. */
async function reach(host: Host, call: Call, handle: Handle): Promise<Hold<Contents>> {
  const generation = handle.generation as Generation;
  for (;;) {
    call.check();
    const hold = host.table.holdGeneration(generation);
    if (hold !== undefined) return owned(host, call, hold);
    if (!(await host.store.has(handle.id))) throw gone();
    // Somebody may have loaded it during that await.
    if (host.table.findGeneration(generation) !== undefined) continue;
    host.misses += 1;
    const loaded = await load(host, call, handle.id);
    if (loaded === undefined) continue;
    if (loaded.entry.generation === generation) return loaded;
    // The id was reused: a stale handle never reaches another key.
    host.table.release(loaded);
    throw gone();
  }
}

function owned(host: Host, call: Call, hold: Hold<Contents>): Hold<Contents> {
  const { owner } = hold.entry.contents;
  if (owner !== null && owner !== call.session) {
    host.table.release(hold);
    throw gone();
  }
  if (hold.slot.kind === 'cache') host.hits += 1;
  return hold;
}
