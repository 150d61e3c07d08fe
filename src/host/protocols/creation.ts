// One creation under way: what it has reserved and made, and the step in which the key comes to exist. Whoever
// begins one ends it, and what was not used by then is wiped and given back.
import type { KeyInfo } from '../../rpc/protocol.ts';
import type { Slot, SlotKind, SlotName } from '../../slots/slot.ts';
import { withChecksum } from '../../store/checksum.ts';
import { type KeyRecord, RECORD_VERSION } from '../../store/record.ts';
import type { Template } from '../attributes.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import { type Contents, infoOf, newGeneration, publicPart, sessionName, sharedName } from '../keys.ts';
import { clear, type Made, openMaterial } from '../material.ts';
import { keeps } from '../policy.ts';
import { orWiped } from './destroy.ts';
import { cancelLoad } from './load.ts';

/** What to answer, in the turn, where the id is taken. */
export type Taken = () => Promise<KeyInfo>;

export class Creation {
  readonly #host: Host;
  readonly #call: Call;
  /** Reserved for a volatile or session key before its material is made: at the ceiling nothing is computed. */
  #slot: Slot<Contents> | undefined;
  #made: Made | undefined;
  /** The key ready for a slot; not made for a persistent key that is not cached. */
  #contents: Contents | undefined;

  constructor(host: Host, call: Call, { lifetime }: Pick<Template, 'lifetime'>) {
    this.#host = host;
    this.#call = call;
    if (lifetime !== 'persistent') this.#slot = host.takeSlabSlot();
  }

  /** Takes the material. Before the turn, where there is one to wait for. */
  async fill(made: Made): Promise<void> {
    this.#made = made;
    const { attributes, imported } = made;
    if (attributes.lifetime === 'persistent' && !keeps(attributes)) return;
    const key = await openMaterial(this.#host, this.#call, made);
    const owner = attributes.lifetime === 'session' ? this.#call.session : null;
    this.#contents = { id: attributes.id, attributes, material: publicPart(imported.material), key, owner };
  }

  /** The check, the commit and the publication. Holding the turn of the key's name. */
  async commit(taken: Taken): Promise<KeyInfo> {
    const made = this.#made;
    if (made === undefined) throw new TypeError('a creation is committed before it is filled');
    const name = nameFor(this.#call, made.attributes);
    return made.attributes.lifetime === 'persistent'
      ? this.#store(name, made, taken)
      : this.#publish(name, taken);
  }

  end(): void {
    if (this.#slot !== undefined) this.#host.table.abandon(this.#slot);
    this.#contents?.key.wipe();
    // A slot works with a copy, a record holds another.
    if (this.#made !== undefined) clear(this.#made);
    this.#slot = undefined;
    this.#contents = undefined;
    this.#made = undefined;
  }

  async #publish(name: SlotName, taken: Taken): Promise<KeyInfo> {
    const { table, store, tenure } = this.#host;
    const contents = this.#contents;
    if (contents === undefined || this.#slot === undefined) throw new TypeError('nothing to publish');
    const { attributes, owner, id } = contents;
    // In the turn, so that no other creation can come between this answer and the publication (interleaving 2).
    // Volatile ids are the owner's space: a host that is the owner no more would make a second key of one.
    if (attributes.lifetime === 'volatile' && (await tenure.during(() => store.has(id)))) return taken();
    if (table.find(name) !== undefined) return taken();
    // A client that died meanwhile gets no key: nobody would ever end it.
    this.#call.check();
    const generation = newGeneration();
    table.release(table.publish(this.#slot, { name, generation, keepCached: true, contents }));
    this.#slot = undefined;
    this.#contents = undefined;
    owner?.owns(name);
    return infoOf(generation, attributes, contents.material);
  }

  async #store(name: SlotName, { attributes, imported }: Made, taken: Taken): Promise<KeyInfo> {
    const { table, store, tenure } = this.#host;
    // Whose ids these are is asked first: what a host has kept in its memory takes no id from its successor.
    await tenure.renew();
    // A slow disk may have taken its time: whoever gave up meanwhile was told that nothing changes.
    this.#call.check();
    if (table.find(name) !== undefined) return taken();
    const { number: tenureNumber } = tenure;
    const generation = newGeneration();
    const record: KeyRecord = withChecksum({
      version: RECORD_VERSION,
      id: attributes.id,
      generation,
      attributes,
      material: imported.material,
      created: Date.now(),
    });
    // From here on the call runs to its outcome, cancelled or not.
    const info = infoOf(generation, attributes, imported.material);
    const { request } = this.#call;
    const done = request === undefined ? undefined : { request, effect: info };
    if ((await orWiped(this.#host, name, store.add(record, done))) === 'exists') return taken();
    // The step at `complete`. A load that began before this key existed must not publish a second copy.
    void cancelLoad(this.#host, name);
    const contents = this.#contents;
    // After an unknown outcome somebody may have found the record, and loaded it, before us. Or the store was given up
    // meanwhile: its copies have been wiped, and nobody would wipe this one.
    const free = contents !== undefined && table.find(name) === undefined && tenure.lasts(tenureNumber);
    const slot = free ? table.reserve(kindFor(attributes)) : undefined;
    // A creation waits for no slot: without one, the first use loads the key.
    if (contents !== undefined && slot !== undefined) {
      table.release(table.publish(slot, { name, generation, keepCached: true, contents }));
      this.#contents = undefined;
    }
    return info;
  }
}

/** Pinned keys have slots of their own: they never compete for the cache. */
function kindFor({ pinned }: Pick<Template, 'pinned'>): SlotKind {
  return pinned ? 'pinned' : 'cache';
}

export function nameFor(call: Call, { lifetime, id }: Pick<Template, 'lifetime' | 'id'>): SlotName {
  return lifetime === 'session' ? sessionName(call.session, id) : sharedName(id);
}
