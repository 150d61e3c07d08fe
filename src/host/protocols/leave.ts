// The host gives its store up: stored keys go, volatile and session keys stay and are served on (G9: no deploy destroys
// anybody's session or volatile keys).
import type { Host } from '../host.ts';
import { cancelLoad } from './load.ts';

/** Longest wait for those who still use stored keys, in ms. */
const PATIENCE = 5_000;

/**
 * From the first step on no stored key is dispatched and no transaction begins; resolves when nothing of the store is
 * left here: transactions have ended, readers have left, copies are wiped. Operations on stored keys end.
 */
export async function leaveStore(host: Host): Promise<void> {
  host.tenure.end();
  host.born = null;
  const written = host.store.close();
  const wiped = wipeStored(host);
  // What has begun completes. One that never does must not keep the store from its next owner.
  let stop: () => void = () => undefined;
  const late = new Promise<void>((resolve) => {
    stop = host.clock.at(host.clock.now() + PATIENCE, resolve);
  });
  await Promise.race([Promise.all([written, wiped]), late]);
  stop();
}

/** One step: the volatile keys of a host that nobody can reach any more, or only its own tab, are gone. */
export function forgetVolatile(host: Host): void {
  for (const { contents, name } of [...host.table.entries()]) {
    if (contents.attributes.lifetime === 'volatile') {
      host.operations.endReaders(host.table.destroy(name), 'HOST_REPLACED');
      void host.transits.end(name);
    }
  }
}

/** One step: every copy of a stored key leaves, now or with its last reader, and no load can publish another. */
async function wipeStored(host: Host): Promise<void> {
  const loads = [...host.loads.keys()].map((name) => cancelLoad(host, name));
  const stored = [...host.table.occupied()].filter(({ kind }) => kind !== 'slab');
  // Asked for before anything can leave. Also of keys that were purged or destroyed before, and are still read.
  const emptied = stored.map((slot) => new Promise<void>((resolve) => host.table.whenEmpty(slot, resolve)));
  host.operations.endReaders(stored, 'HOST_REPLACED');
  for (const { contents, name } of [...host.table.entries()]) {
    if (contents.attributes.lifetime === 'persistent') host.table.purge(name);
  }
  const transits = host.transits.endStored();
  await Promise.all([...loads, transits, ...[...host.leaving].map(({ done }) => done), ...emptied]);
}
