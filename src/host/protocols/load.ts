// The load protocol: one load at a time per key, shared by all who wait, with a cancel token of its own.
import { StoreMoved } from '../../errors.ts';
import type { Generation, SlotName } from '../../slots/slot.ts';
import type { Hold } from '../../slots/table.ts';
import { clearRecord, type KeyRecord } from '../../store/record.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { type Contents, type KeyEntry, publicPart, sharedName } from '../keys.ts';
import { keeps } from '../policy.ts';
import { openRecord, parseRecord } from '../stored.ts';
import type { Tally } from '../tally.ts';
import { Waiting } from '../waiting.ts';

type KeyHold = Hold<Contents>;

/** One load under way. */
export class Load {
  /**
   * Set by the step that destroys the key or publishes a new one. What is tested after each await is this
   * token, never the id: by then the id may exist again, as another key (SLOTS.md, interleaving 3).
   */
  cancelled = false;
  readonly name: SlotName;
  /** Whether it may have read the key by now. Before that it holds nothing that would have to be wiped. */
  reading = false;
  readonly followers: Waiting<KeyHold | undefined>;
  /** Resolves when this load holds nothing any more. */
  readonly done: Promise<void>;
  finish: () => void = () => undefined;

  constructor(name: SlotName, tally: Tally) {
    this.name = name;
    this.followers = new Waiting('a key that is being loaded', 'fair', tally);
    this.done = new Promise((resolve) => {
      this.finish = resolve;
    });
  }
}

/**
 * Loads a persistent key into a cache slot. The caller has made sure that the id exists, so that a missing one
 * evicts nothing, and gives the hold back.
 *
 * @returns `undefined` where the load was cancelled or found nothing: the caller looks again.
 */
export async function load(host: Host, call: Call, id: string): Promise<KeyHold | undefined> {
  const name = sharedName(id);
  const running = host.loads.get(name);
  if (running === undefined) return lead(host, call, name, id);
  const hold = await running.followers.wait(call, (granted) => granted);
  return checked(host, call, hold);
}

async function lead(host: Host, call: Call, name: SlotName, id: string): Promise<KeyHold | undefined> {
  const load = new Load(name, host.loadTally);
  host.loads.set(name, load);
  try {
    return await fill(host, call, name, id, load);
  } finally {
    if (host.loads.get(name) === load) host.loads.delete(name);
    host.leaving.delete(load);
    load.followers.all(undefined);
    load.finish();
  }
}

async function fill(
  host: Host,
  call: Call,
  name: SlotName,
  id: string,
  load: Load,
): Promise<KeyHold | undefined> {
  const slot = await host.cacheWaiting.slot(call);
  let published = false;
  let stored: unknown;
  try {
    call.check();
    if (load.cancelled) return undefined;
    load.reading = true;
    const { number } = host.tenure;
    stored = await host.store.get(id);
    if (load.cancelled || stored === undefined) return undefined;
    const record = parseRecord(stored, id);
    const key = await openRecord(host, record);
    if (load.cancelled) {
      key.wipe();
      return undefined;
    }
    // Read before the store was this host's, it may be a key that the last owner has destroyed since.
    if (!host.tenure.lasts(number)) {
      key.wipe();
      throw new StoreMoved();
    }
    // Invariant: nothing is awaited from the tests of token and tenure to the publication and the end of the load.
    const { attributes, generation } = record;
    const contents: Contents = { id, attributes, material: publicPart(record.material), key, owner: null };
    const entry = { name, generation: generation as Generation, keepCached: keeps(attributes), contents };
    // Which kind of slot a key has is known only now. Without room among the pinned it is cached like others.
    const own = attributes.pinned ? host.table.reserve('pinned') : undefined;
    const hold = host.table.publish(own ?? slot, entry);
    published = own === undefined;
    host.loads.delete(name);
    // Each follower gets a hold of its own now, or a copy that is not kept would be gone before it runs.
    while (load.followers.size > 0) load.followers.next(host.table.hold(name));
    return checked(host, call, hold);
  } finally {
    clearRecord(stored);
    if (!published) host.table.abandon(slot);
  }
}

/** The call may have been cancelled since it was granted its hold. */
export function checked(host: Host, call: Call, hold: KeyHold | undefined): KeyHold | undefined {
  try {
    call.check();
    return hold;
  } catch (error) {
    if (hold !== undefined) host.table.release(hold);
    throw error;
  }
}

/**
 * Cancels the load of a name, if there is one: token set and load forgotten in one step, its followers look
 * again. Resolves when it has wiped what it read.
 */
export async function cancelLoad(host: Host, name: SlotName): Promise<void> {
  const running = host.loads.get(name);
  if (running !== undefined) {
    running.cancelled = true;
    host.loads.delete(name);
    // One that waits for its slot has read nothing: a destruction must not wait in that queue.
    if (running.reading) host.leaving.add(running);
    running.followers.all(undefined);
  }
  // Others may have cancelled a load of this name before: it too may still hold what it read.
  const leaving = [...host.leaving].filter((load) => load.name === name);
  await Promise.all(leaving.map(({ done }) => done));
}

/**
 * A read has found no record of an id. Whether the key is gone for those who ask: as long as a copy is FULL it exists.
 * Where there is none, a deletion whose outcome its caller does not know yet is seen here first, and a load that read
 * the record before it must not publish now what somebody was told is gone. (IndexedDB answers a read before a later
 * write completes, so a key that was created since cannot be meant.)
 */
export function isAbsent(host: Host, id: string): boolean {
  const name = sharedName(id);
  if (host.table.find(name) !== undefined) return false;
  void cancelLoad(host, name);
  return true;
}

/** The readable record of an id; `undefined` if there is none. For questions that need no slot. */
export function readRecord(host: Host, id: string): Promise<KeyRecord | undefined> {
  return host.tenure.during(async () => {
    const stored = await host.store.get(id);
    try {
      if (stored === undefined) isAbsent(host, id);
      return stored === undefined ? undefined : parseRecord(stored, id);
    } finally {
      clearRecord(stored);
    }
  });
}

/**
 * A call for what this host keeps in its memory goes no further, also where the host has come to own the store without the
 * caller's knowledge: the key that is meant may be in the memory of a host that has not been asked yet.
 */
export function checkKept(call: Call, entry: KeyEntry | undefined): void {
  if (call.kept && (entry === undefined || entry.contents.attributes.lifetime === 'persistent')) {
    throw new StoreMoved();
  }
}

/** Whether there is a record of an id; with a generation, of that very key. */
export async function isStored(host: Host, id: string, generation: string | undefined): Promise<boolean> {
  if (generation === undefined) return host.tenure.during(() => host.store.has(id));
  return (await readRecord(host, id))?.generation === generation;
}
