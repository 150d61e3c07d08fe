// The destroy protocol. Destruction is defined while the key is in use: what had registered completes, what comes later
// finds nothing, and the promise resolves when the last copy is wiped (G4).
import { KeystoreError } from '../../errors.ts';
import type { Slot, SlotName } from '../../slots/slot.ts';
import type { Call } from '../call.ts';
import { gone } from '../gone.ts';
import type { Host } from '../host.ts';
import { type Contents, sessionName, sharedName } from '../keys.ts';
import { doesNotExist } from './find.ts';
import { cancelLoad, checkKept } from './load.ts';

/** No slot has to be waited for. */
const NOTHING = { all: Promise.resolve<unknown>(undefined) };

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
    checkKept(call, entry);
    if (entry !== undefined && entry.contents.attributes.lifetime !== 'persistent') {
      if (generation !== undefined && entry.generation !== generation) {
        // The stored key of this id, if there is one beside it (gone.ts), has no copy that would have to be wiped.
        if ((await host.store.delete(id, generation, call.request)) === 'deleted') return NOTHING;
        throw gone();
      }
      entry.contents.owner?.disowns(name);
      return destroySlots(host, name);
    }
    // Until `complete` the key exists and is usable; nothing has been moved yet (interleaving 1).
    const outcome = await orWiped(host, name, host.store.delete(id, generation, call.request));
    if (outcome === 'deleted') return destroySlots(host, name);
    throw generation === undefined ? doesNotExist(id) : gone();
  });
  // The turn has been passed on: a new key of this id may be made while old readers leave.
  if (wiped === undefined) return destroy(host, call, id, generation);
  await wiped.all;
}

/**
 * A change of the record of a name, whose turn is held. Where it cannot be found out whether it was made, no copy goes on
 * working: from then on the store alone says what exists (SLOTS.md, "Unknown outcomes").
 */
export async function orWiped<T>(host: Host, name: SlotName, change: Promise<T>): Promise<T> {
  try {
    return await change;
  } catch (error) {
    if (error instanceof KeystoreError && error.code === 'COMMUNICATION_FAILURE') destroySlots(host, name);
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

export function emptied(host: Host, slot: Slot<Contents>): Promise<void> {
  return new Promise((resolve) => host.table.whenEmpty(slot, resolve));
}

/** The client's own key of an id comes before the shared one, if it is the one that is meant. */
export function ownName(host: Host, call: Call, id: string, generation?: string): SlotName {
  const own = sessionName(call.session, id);
  const entry = host.table.find(own);
  if (entry === undefined) return sharedName(id);
  return generation === undefined || entry.generation === generation ? own : sharedName(id);
}
