// The destroy and purge protocols. Destruction is defined while the key is in use: what had registered
// completes, what comes later finds nothing, and the promise resolves when the last copy is wiped (G4).
import { KeystoreError } from '../../errors.ts';
import type { Slot, SlotName } from '../../slots/slot.ts';
import type { Call } from '../call.ts';
import { gone } from '../gone.ts';
import type { Host } from '../host.ts';
import { type Contents, sessionName, sharedName } from '../keys.ts';
import { Waiting } from '../waiting.ts';
import { doesNotExist } from './find.ts';
import { cancelLoad, readRecord } from './load.ts';

/**
 * Destroys the key of an id; with a generation, only that key.
 *
 * @throws KeystoreError `DOES_NOT_EXIST` (with a generation: `INVALID_HANDLE`) if it is not there;
 * `STORAGE_FAILURE` with nothing changed; `COMMUNICATION_FAILURE` if that is unknown.
 */
export async function destroy(host: Host, call: Call, id: string, generation?: string): Promise<void> {
  const name = ownName(host, call, id, generation);
  const wiped = await host.turns.hold([name], call, async () => {
    // While this waited, a key of this client's own may have come or gone: then the turn is the wrong one.
    if (ownName(host, call, id, generation) !== name) return undefined;
    const entry = host.table.find(name);
    if (entry !== undefined && entry.contents.attributes.lifetime !== 'persistent') {
      if (generation !== undefined && entry.generation !== generation) throw gone();
      entry.contents.owner?.disowns(name);
      return destroySlots(host, name);
    }
    // Until `complete` the key exists and is usable; nothing has been moved yet (interleaving 1).
    const outcome = await deleteRecord(host, call, name, id, generation);
    if (outcome === 'deleted') return destroySlots(host, name);
    throw generation === undefined ? doesNotExist(id) : gone();
  });
  // The turn has been passed on: a new key of this id may be made while old readers leave.
  if (wiped === undefined) return destroy(host, call, id, generation);
  await wiped.all;
}

async function deleteRecord(host: Host, call: Call, name: SlotName, id: string, generation?: string) {
  try {
    return await host.store.delete(id, generation, call.request);
  } catch (error) {
    if (error instanceof KeystoreError && error.code === 'COMMUNICATION_FAILURE') {
      // Perhaps destroyed: no copy of it may go on working.
      destroySlots(host, name);
    }
    throw error;
  }
}

/**
 * The linearization point of a destruction, one step: all slots of the name leave, its load is cancelled.
 * The promise is boxed, so that waiting for it happens where the caller chooses.
 */
function destroySlots(host: Host, name: SlotName): { all: Promise<unknown> } {
  const pending = host.table.destroy(name);
  // Asked for before anything can leave: an emptied slot may be another key's in the next line.
  const wiped = pending.map((slot) => emptied(host, slot));
  // Their readers leave in this step: an operation that nobody finishes cannot keep a destruction waiting.
  host.operations.endReaders(pending, 'DESTROYED');
  return { all: Promise.all([cancelLoad(host, name), host.transits.end(name), ...wiped]) };
}

function emptied(host: Host, slot: Slot<Contents>): Promise<void> {
  return new Promise((resolve) => host.table.whenEmpty(slot, resolve));
}

function ownName(host: Host, call: Call, id: string, generation?: string): SlotName {
  const own = sessionName(call.session, id);
  const entry = host.table.find(own);
  if (entry === undefined) return sharedName(id);
  return generation === undefined || entry.generation === generation ? own : sharedName(id);
}

/**
 * Drops the cached copy of a persistent key, now or with its last reader. The key lives on.
 *
 * @throws KeystoreError `DOES_NOT_EXIST` (with a generation: `INVALID_HANDLE`); `INVALID_ARGUMENT` for a key that is
 * not stored; `INSUFFICIENT_MEMORY` if its readers did not leave by the deadline: it goes when they do.
 */
export async function purge(host: Host, call: Call, id: string, generation?: string): Promise<void> {
  const name = ownName(host, call, id, generation);
  // The memory of a host that is the owner no more says nothing of stored keys.
  const entry = host.find(name);
  if (entry !== undefined && generation !== undefined && entry.generation !== generation) throw gone();
  if (entry !== undefined && entry.contents.attributes.lifetime !== 'persistent') {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      `The key "${id}" is ${entry.contents.attributes.lifetime}: it is nowhere but in its slot. Destroy it instead.`,
    );
  }
  if (entry === undefined) {
    if (!(await isStored(host, id, generation))) throw generation === undefined ? doesNotExist(id) : gone();
    // By now the id may be that of a volatile key, which is nowhere but in its slot.
    const { attributes } = host.table.find(name)?.contents ?? {};
    if (attributes !== undefined && attributes.lifetime !== 'persistent') {
      return purge(host, call, id, generation);
    }
  }
  const pending = host.table.purge(name).map((slot) => emptied(host, slot));
  if (pending.length === 0) return;
  // An operation may stay as long as its caller likes; this wait has a deadline.
  const left = new Waiting('the readers of this key to leave');
  void Promise.all(pending).then(() => left.next());
  try {
    await left.wait(call, () => undefined);
  } catch (error) {
    if (!(error instanceof KeystoreError) || error.cause !== 'DEADLINE') throw error;
    throw new KeystoreError(
      'INSUFFICIENT_MEMORY',
      `The deadline of ${call.timeout} ms passed while calls still used the copy of this key. It goes with the last of them.`,
      { cause: 'DEADLINE' },
    );
  }
}

export async function isStored(host: Host, id: string, generation: string | undefined): Promise<boolean> {
  if (generation === undefined) return host.tenure.during(() => host.store.has(id));
  return (await readRecord(host, id))?.generation === generation;
}
