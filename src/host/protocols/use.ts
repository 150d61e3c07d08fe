// The read protocol: an operation with a key. Slot first, then lane; the step that grants the lane looks at
// the slot again, checks the policy and registers the reader, and that step is the linearization point.
import type { MaybePromise } from '../../drivers/driver.ts';
import type { KeystoreError } from '../../errors.ts';
import type { Handle } from '../../rpc/protocol.ts';
import type { Generation, SlotName } from '../../slots/slot.ts';
import type { Hold } from '../../slots/table.ts';
import type { Call } from '../call.ts';
import { covered, gone } from '../gone.ts';
import type { Host } from '../host.ts';
import { type Contents, type KeyEntry, sessionName, sharedName } from '../keys.ts';
import { laneFor } from '../lanes.ts';
import { checked, isAbsent, isStored, load } from './load.ts';

type KeyHold = Hold<Contents>;

const LOST = Symbol('the copy went while the call waited for its lane');
const STALE = Symbol('nobody has asked lately whether the store is still this host’s');

/**
 * Runs `work` with the key of a handle, registered as its reader until `work` has settled.
 *
 * @param work - checks the policy before it computes; called in the step that registers.
 * @param signs - whether it signs, which a key may do in a thread of its own.
 * @throws KeystoreError `INVALID_HANDLE` if the key is gone.
 */
export function use<T>(
  host: Host,
  call: Call,
  handle: Handle,
  work: (contents: Contents) => MaybePromise<T>,
  signs = false,
): Promise<T> {
  return attempts(host, call, handle, { work: ({ entry }) => work(entry.contents), stays: false, signs });
}

/** As {@link use}, for a reader that stays: once `begin` has returned, whoever it gave the hold to unregisters it. */
export function enter<T>(host: Host, call: Call, handle: Handle, begin: (hold: KeyHold) => T): Promise<T> {
  return attempts<T>(host, call, handle, { work: begin, stays: true, signs: false });
}

interface Use<T> {
  readonly work: (hold: KeyHold) => MaybePromise<T>;
  readonly stays: boolean;
  readonly signs: boolean;
}

async function attempts<T>(host: Host, call: Call, handle: Handle, wanted: Use<T>): Promise<T> {
  const { admission } = host;
  if (!admission.enter(call.session)) await admission.wait(call);
  try {
    for (;;) {
      const hold = present(host, call, handle) ?? (await reach(host, call, handle));
      const result = await attempt(host, call, hold, wanted);
      // Purged or destroyed between slot and lane: look again, and find another copy or nothing.
      if (result === STALE) await host.tenure.renew();
      else if (result !== LOST) return result;
    }
  } finally {
    admission.leave(call.session);
  }
}

async function attempt<T>(
  host: Host,
  call: Call,
  hold: KeyHold,
  { work, stays, signs }: Use<T>,
): Promise<T | typeof LOST | typeof STALE> {
  let registered = false;
  let settled = false;
  try {
    const { material, attributes, key } = hold.entry.contents;
    const lane = laneFor(host.lanes, material.driver, attributes.algorithm, signs && key.signsApart);
    const result = await lane.run<T | typeof LOST | typeof STALE>(call, () => {
      // Invariant: the checks and the registration are one step with the grant. Before it the call may have
      // waited for any time, in which the key can have been destroyed, by this host or, if it was frozen, by
      // another that owns the store since (interleaving 7).
      if (hold.slot.kind !== 'slab' && !host.tenure.fresh) return STALE;
      registered = host.table.register(hold);
      return registered ? work(hold) : LOST;
    });
    settled = true;
    return result;
  } finally {
    if (!registered) host.table.release(hold);
    else if (!(stays && settled)) host.table.unregister(hold);
  }
}

/** Asked before a slot is taken, so that a missing id evicts nothing. */
function exists(host: Host, id: string): Promise<boolean> {
  return host.tenure.during(async () => (await host.store.has(id)) || !isAbsent(host, id));
}

/**
 * The copy to work with, kept from eviction, if it is in its slot: nearly always, so that nothing is awaited for it.
 *
 * Invariant: while somebody waits for a cache slot, no call takes a new hold on one but in its turn in that queue. Else a
 * flood with one key would hold the slot of a small cache from call to call, and others would wait until it ends (G12).
 */
function present(host: Host, call: Call, { id, generation }: Handle): KeyHold | undefined {
  call.check();
  const { table } = host;
  const shared = sharedName(id);
  const only = generation as Generation;
  const own = table.hold(sessionName(call.session, id), only);
  if (own !== undefined) return own;
  if (host.cacheWaiting.size > 0 && table.isCached(shared)) return undefined;
  return hit(host, shared, only);
}

function hit(host: Host, shared: SlotName, only: Generation): KeyHold | undefined {
  const hold = host.table.hold(shared, only);
  if (hold !== undefined && hold.slot.kind !== 'slab') host.hits += 1;
  return hold;
}

/** The copy to work with, kept from eviction. Waits where it has to be loaded. */
async function reach(host: Host, call: Call, handle: Handle): Promise<KeyHold> {
  const { table } = host;
  const shared = sharedName(handle.id);
  for (;;) {
    const hold = present(host, call, handle);
    if (hold !== undefined) return hold;
    const found = table.find(shared);
    if (found?.generation === handle.generation) {
      // Others wait for a slot. This call needs none, only its turn among them; by then the copy may have gone.
      const inTurn = () => hit(host, shared, found.generation);
      const kept = checked(host, call, await host.cacheWaiting.turn(call, inTurn));
      if (kept !== undefined) return kept;
      continue;
    }
    if (found !== undefined) {
      // The id is another key's by now. A load could not publish what it read.
      if (host.find(shared) !== undefined) throw await beside(host, found, handle);
      // Unless that is the memory of a host that is the owner no more.
      await host.tenure.renew();
      continue;
    }
    if (!(await exists(host, handle.id))) throw gone();
    // Somebody may have published a key of this id during that await: this one or another.
    if (table.find(shared) !== undefined) continue;
    host.misses += 1;
    const loaded = await load(host, call, handle.id);
    if (loaded === undefined) continue;
    if (loaded.entry.generation === handle.generation) return loaded;
    // The id was reused: a stale handle never reaches another key.
    host.table.release(loaded);
    throw gone();
  }
}

/** What to say of a handle whose id another key of this host has. Only a volatile one can have a stored one beside it. */
export async function beside(
  host: Host,
  found: KeyEntry,
  { id, generation }: Handle,
): Promise<KeystoreError> {
  const volatile = found.contents.attributes.lifetime === 'volatile';
  return volatile && (await isStored(host, id, generation)) ? covered(id) : gone();
}
