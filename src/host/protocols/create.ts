// The create protocol: material first, then the turn of the id; in the turn the check, the commit and the
// publication. The publication (for stored keys: the transaction's `complete`) is the linearization point.
import { KeystoreError } from '../../errors.ts';
import type { KeyInfo } from '../../rpc/protocol.ts';
import type { Entry, Slot, SlotName } from '../../slots/slot.ts';
import { type KeyRecord, RECORD_VERSION } from '../../store/record.ts';
import { policyDifferences, type Template } from '../attributes.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { type Contents, infoOf, infoOfEntry, newGeneration, sessionName, sharedName } from '../keys.ts';
import { clear, type Generation, type Made, openMaterial, type Recipe } from '../material.ts';
import { cancelLoad, readRecord } from './load.ts';

/** What to answer, in the turn, where the id is taken. */
type Taken = () => Promise<KeyInfo>;

/** Creates a key. @throws KeystoreError `ALREADY_EXISTS` if, and only if, a key of this id exists. */
export function create(host: Host, call: Call, recipe: Recipe): Promise<KeyInfo> {
  return commit(host, call, recipe, async () => {
    throw alreadyExists(recipe.template.id, 'Open it, destroy it first, or use another id.');
  });
}

/** Creates a key, or answers the one that is there. @throws KeystoreError `ALREADY_EXISTS` if that has another policy. */
export async function ensure(host: Host, call: Call, recipe: Generation): Promise<KeyInfo> {
  // Asked before any material is made, since that is dear; asked again in the turn, which decides.
  const there = await find(host, call, recipe.template);
  if (there !== undefined) return matching(there, recipe);
  return commit(host, call, recipe, async () => {
    const found = await find(host, call, recipe.template);
    if (found !== undefined) return matching(found, recipe);
    throw new KeystoreError(
      'STORAGE_FAILURE',
      'The database was changed by other code of this origin. Try again.',
    );
  });
}

function matching(found: KeyInfo, { attributes }: Generation): KeyInfo {
  const differences = policyDifferences(attributes, found.attributes);
  if (differences.length === 0) return found;
  throw alreadyExists(
    attributes.id,
    `It has other attributes (${differences.join(', ')}): use them, or another id.`,
  );
}

async function commit(host: Host, call: Call, recipe: Recipe, taken: Taken): Promise<KeyInfo> {
  if (recipe.template.lifetime === 'persistent')
    return commitStored(host, call, await recipe.make(call), taken);
  // Reserved before the material is made: at the ceiling nothing is computed.
  const slot = host.takeSlabSlot();
  let filled = false;
  try {
    const made = await recipe.make(call);
    const contents = await contentsOf(host, call, made).finally(() => clear(made));
    try {
      const name = nameFor(call, contents.attributes);
      return await host.turns.hold(name, call, async () => {
        if (await isTaken(host, name, contents.attributes)) return taken();
        // A client that died meanwhile gets no key: nobody would ever end it.
        call.check();
        const info = publishKept(host, slot, name, contents);
        filled = true;
        return info;
      });
    } finally {
      if (!filled) contents.key.wipe();
    }
  } finally {
    if (!filled) host.table.abandon(slot);
  }
}

async function contentsOf(host: Host, call: Call, made: Made): Promise<Contents> {
  const { attributes, imported } = made;
  const key = await openMaterial(host, call, made);
  const owner = attributes.lifetime === 'session' ? call.session : null;
  return { id: attributes.id, attributes, material: imported.material, key, owner };
}

/** In the turn, so that no other creation can come between this answer and the publication (interleaving 2). */
async function isTaken(
  host: Host,
  name: SlotName,
  { id, lifetime }: Contents['attributes'],
): Promise<boolean> {
  if (host.table.find(name) !== undefined) return true;
  return lifetime === 'volatile' && (await host.store.has(id));
}

function publishKept(host: Host, slot: Slot<Contents>, name: SlotName, contents: Contents): KeyInfo {
  const generation = newGeneration();
  host.table.release(host.table.publish(slot, { name, generation, keepCached: true, contents }));
  contents.owner?.owns(name);
  return infoOf(generation, contents.attributes, contents.material);
}

async function commitStored(host: Host, call: Call, made: Made, taken: Taken): Promise<KeyInfo> {
  const { attributes, imported } = made;
  const name = sharedName(attributes.id);
  let cached: Contents | undefined;
  try {
    if (attributes.cache) cached = await contentsOf(host, call, made);
    return await host.turns.hold(name, call, async () => {
      if (host.table.find(name) !== undefined) return taken();
      const generation = newGeneration();
      const record: KeyRecord = {
        version: RECORD_VERSION,
        id: attributes.id,
        generation,
        attributes,
        material: imported.material,
        created: Date.now(),
      };
      // From here on the call runs to its outcome, cancelled or not.
      if ((await host.store.add(record)) === 'exists') return taken();
      // The step at `complete`. A load that began before this key existed must not publish a second copy.
      void cancelLoad(host, name);
      if (
        cached !== undefined &&
        publishCached(host, { name, generation, keepCached: true, contents: cached })
      ) {
        cached = undefined;
      }
      return infoOf(generation, attributes, imported.material);
    });
  } finally {
    cached?.key.wipe();
    clear(made);
  }
}

/** Puts a new key into the cache if a slot can be had at once: a creation waits for none. */
function publishCached(host: Host, entry: Entry<Contents>): boolean {
  const slot = host.table.reserve('cache');
  if (slot === undefined) return false;
  host.table.release(host.table.publish(slot, entry));
  return true;
}

function nameFor(call: Call, { lifetime, id }: Pick<Template, 'lifetime' | 'id'>): SlotName {
  return lifetime === 'session' ? sessionName(call.session, id) : sharedName(id);
}

/** The key that a template names, wherever it is. */
async function find(host: Host, call: Call, template: Template): Promise<KeyInfo | undefined> {
  const entry = host.table.find(nameFor(call, template));
  if (entry !== undefined) return infoOfEntry(entry);
  if (template.lifetime === 'session') return undefined;
  const record = await readRecord(host, template.id);
  return record && infoOf(record.generation, record.attributes, record.material);
}

function alreadyExists(id: string, advice: string): KeystoreError {
  return new KeystoreError('ALREADY_EXISTS', `A key with the id "${id}" exists. ${advice}`);
}
