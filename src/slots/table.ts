// The slot table: every key the host holds, found by name or by generation, moved by intent. Pure and
// synchronous. It never awaits and never touches material: contents are opaque, and are handed to `wipe`
// exactly once, in the step that empties their slot.
import { Recency } from './recency.ts';
import { Slabs } from './slabs.ts';
import {
  type Content,
  CorruptionDetected,
  EMPTY,
  type Entry,
  FILLING,
  type Generation,
  hasEntry,
  readersOf,
  type Slot,
  type SlotKind,
  type SlotName,
  type SlotState,
  transition,
} from './slot.ts';

export interface TableOptions<C> {
  /** Cache slots for persistent keys: a fixed number. */
  readonly cacheSize: number;
  /** Most slots of pinned keys. */
  readonly pinnedSize: number;
  /** Most cache slots that operations keep, beside `cacheSize`. */
  readonly operationSize: number;
  /** Most volatile and session keys at once. */
  readonly ceiling: number;
  /** Clears what a slot held. Called in the step that empties the slot. */
  readonly wipe: (contents: C) => void;
  /** A cache slot may have become free: somebody who waits for one can be served. */
  readonly onCacheFree: () => void;
  /** For tools: a slot has changed its state. Reader counts are not told. */
  readonly onTransition?: (slot: Slot<C>, from: Content<C>, to: Content<C>) => void;
}

/** A claim on one published copy, to be checked after any gap: it is good while the slot is `FULL` with that entry. */
export interface Hold<C> {
  readonly slot: Slot<C>;
  readonly entry: Entry<C>;
}

export interface TableCounts {
  readonly states: Readonly<Record<SlotState, number>>;
  /** Slots in use, by kind. */
  readonly kinds: Readonly<Record<SlotKind, number>>;
  readonly readers: number;
  readonly evictions: number;
}

export class SlotTable<C> {
  readonly #options: TableOptions<C>;
  readonly #rooms: Readonly<Record<SlotKind, Slabs<C>>>;
  // Invariant: a slot is in `#full` (under its entry's name) iff it is FULL, hence at most one FULL slot per name. `#purging` holds exactly the PENDING_PURGE slots.
  readonly #full = new Map<SlotName, Slot<C>>();
  readonly #purging = new Map<SlotName, Set<Slot<C>>>();
  // Invariant: exactly the FULL cache slots without readers and holds, by their last use.
  readonly #idle = new Recency<Slot<C>>();
  // Cache slots that operations read, each with how many: they do not count against `cacheSize`.
  readonly #exempt = new Map<Slot<C>, number>();
  readonly #whenEmpty = new Map<Slot<C>, (() => void)[]>();
  readonly #states: Record<SlotState, number> = {
    EMPTY: 0,
    FILLING: 0,
    FULL: 0,
    PENDING_PURGE: 0,
    PENDING_DELETION: 0,
  };
  #readers = 0;
  #evictions = 0;

  constructor(options: TableOptions<C>) {
    this.#options = options;
    this.#rooms = {
      cache: new Slabs('cache', options.cacheSize + options.operationSize),
      pinned: new Slabs('pinned', options.pinnedSize),
      slab: new Slabs('slab', options.ceiling),
    };
  }

  /** EMPTY→FILLING. A full cache gives up its least recently used idle copy; `undefined` if there is none. */
  reserve(kind: SlotKind): Slot<C> | undefined {
    while (kind === 'cache' && this.#cacheExcess() >= 0) if (!this.#evict()) return undefined;
    const slot = this.#rooms[kind].take();
    if (slot !== undefined) this.#move(slot, 'EMPTY', FILLING);
    return slot;
  }

  /** FILLING→FULL: the key becomes visible. */
  publish(slot: Slot<C>, entry: Entry<C>): Hold<C> {
    if (this.#full.has(entry.name)) {
      throw new CorruptionDetected('a second FULL slot for one name was about to be published');
    }
    this.#move(slot, 'FILLING', { state: 'FULL', entry, readers: 0, holds: 1 });
    this.#full.set(entry.name, slot);
    return { slot, entry };
  }

  /** FILLING→EMPTY: a creation failed, or a load was cancelled. */
  abandon(slot: Slot<C>): void {
    this.#move(slot, 'FILLING', EMPTY);
    this.#rooms[slot.kind].give(slot);
    if (slot.kind === 'cache') this.#options.onCacheFree();
  }

  find(name: SlotName): Entry<C> | undefined {
    return this.#entry(this.#full.get(name));
  }

  /**
   * Chooses the FULL slot of a name for a call that has to wait; it will not be evicted meanwhile. With a
   * generation, only if it holds that key.
   */
  hold(name: SlotName, generation?: Generation): Hold<C> | undefined {
    const slot = this.#full.get(name);
    if (generation !== undefined && this.#entry(slot)?.generation !== generation) return undefined;
    return this.#holdSlot(slot);
  }

  /** Whether the FULL slot of a name is one of the cache's, for which others may wait. */
  isCached(name: SlotName): boolean {
    return this.#full.get(name)?.kind === 'cache';
  }

  /** Whether the copy is still there to be read. What must be asked again after every gap. */
  isGood(hold: Hold<C>): boolean {
    const { content } = hold.slot;
    return content.state === 'FULL' && content.entry === hold.entry;
  }

  /** Gives a hold up. A hold on a copy that has gone is void already. */
  release(hold: Hold<C>): void {
    const { content } = hold.slot;
    if (content.state !== 'FULL' || content.entry !== hold.entry) return;
    this.#count(hold.slot, content, content.readers, content.holds - 1);
    this.#trim();
  }

  /** Intent `read`: turns a hold into a registered reader, in one step; `false` if the copy has gone. */
  register(hold: Hold<C>): boolean {
    const { content } = hold.slot;
    if (content.state !== 'FULL' || content.entry !== hold.entry) return false;
    this.#count(hold.slot, content, content.readers + 1, content.holds - 1);
    return true;
  }

  /** A reader leaves. The last one out of a pending slot wipes it. */
  unregister(hold: Hold<C>): void {
    const { slot } = hold;
    const { content } = slot;
    if (!hasEntry(content) || content.entry !== hold.entry) {
      throw new CorruptionDetected('a reader outlived the copy it was registered for');
    }
    if (content.state === 'FULL') {
      this.#count(slot, content, content.readers - 1, content.holds);
    } else if (content.readers > 1) {
      this.#move(slot, content.state, { ...content, readers: content.readers - 1 });
    } else {
      this.#empty(slot);
    }
    this.#trim();
  }

  /** A registered reader is an operation, which may stay for long: its cache slot no longer counts as one. */
  exempt({ slot, entry }: Hold<C>): void {
    const operations = this.#exempt.get(slot) ?? 0;
    const { content } = slot;
    // An exemption without a reader would outlive its copy, and widen the cache for good.
    if (!hasEntry(content) || content.entry !== entry || content.readers <= operations) {
      throw new CorruptionDetected('an operation is no registered reader of its copy');
    }
    if (slot.kind !== 'cache') return;
    this.#exempt.set(slot, operations + 1);
    this.#options.onCacheFree();
  }

  /** The operation is over; before its reader leaves. */
  unexempt({ slot }: Hold<C>): void {
    const operations = this.#exempt.get(slot);
    if (operations === undefined) return;
    if (operations > 1) this.#exempt.set(slot, operations - 1);
    else this.#exempt.delete(slot);
  }

  /** Intent `purge`: the cached copy goes, now or with its last reader. Returns what is still pending. */
  purge(name: SlotName): Slot<C>[] {
    const slot = this.#full.get(name);
    if (slot !== undefined) this.#leaveFull(slot, 'PENDING_PURGE');
    return [...(this.#purging.get(name) ?? [])];
  }

  /**
   * Intent `destroy`: every FULL and PENDING_PURGE slot of the name becomes PENDING_DELETION, or EMPTY where
   * nobody reads. One step. Returns what is still pending. (Moving only the FULL one would leave a live copy
   * behind after purge and reload: SLOTS.md, interleaving 4.)
   */
  destroy(name: SlotName): Slot<C>[] {
    const pending: Slot<C>[] = [];
    const full = this.#full.get(name);
    if (full !== undefined && this.#leaveFull(full, 'PENDING_DELETION')) pending.push(full);
    for (const slot of this.#purging.get(name) ?? []) {
      const { content } = slot;
      if (content.state !== 'PENDING_PURGE') throw new CorruptionDetected('index of purging slots is stale');
      this.#move(slot, 'PENDING_PURGE', { ...content, state: 'PENDING_DELETION' });
      pending.push(slot);
    }
    this.#purging.delete(name);
    return pending;
  }

  /** Calls back, once, in the step that empties the slot. */
  whenEmpty(slot: Slot<C>, callback: () => void): void {
    const callbacks = this.#whenEmpty.get(slot);
    if (callbacks === undefined) this.#whenEmpty.set(slot, [callback]);
    else callbacks.push(callback);
  }

  /** The entries of all FULL slots, in no particular order. */
  *entries(): IterableIterator<Entry<C>> {
    for (const slot of this.#full.values()) {
      if (hasEntry(slot.content)) yield slot.content.entry;
    }
  }

  /** Every slot that holds a key, pending ones included: for pictures of the table. */
  *occupied(): IterableIterator<Slot<C>> {
    for (const room of Object.values(this.#rooms)) {
      for (const slot of room.slots()) if (hasEntry(slot.content)) yield slot;
    }
  }

  counts(): TableCounts {
    const { cache, pinned, slab } = this.#rooms;
    const free = cache.free + pinned.free + slab.free;
    return {
      states: { ...this.#states, EMPTY: free },
      kinds: { cache: cache.used, pinned: pinned.used, slab: slab.used },
      readers: this.#readers,
      evictions: this.#evictions,
    };
  }

  /** Slots by which the cache is larger than it may be; below 0: room for as many. */
  #cacheExcess(): number {
    return this.#rooms.cache.used - this.#exempt.size - this.#options.cacheSize;
  }

  /** An operation that ends gives its slot back to the cache, which may then be too large while its copy is read. */
  #trim(): void {
    while (this.#cacheExcess() > 0 && this.#evict());
  }

  /** Not announced as free: the slot is for the caller, not for one who waits. */
  #evict(): boolean {
    const victim = this.#idle.oldest;
    if (victim === undefined) return false;
    this.#evictions += 1;
    this.#wipe(victim);
    return true;
  }

  #entry(slot: Slot<C> | undefined): Entry<C> | undefined {
    return slot !== undefined && hasEntry(slot.content) ? slot.content.entry : undefined;
  }

  #holdSlot(slot: Slot<C> | undefined): Hold<C> | undefined {
    if (slot === undefined) return undefined;
    const { content } = slot;
    if (content.state !== 'FULL') throw new CorruptionDetected('index of full slots is stale');
    this.#count(slot, content, content.readers, content.holds + 1);
    return { slot, entry: content.entry };
  }

  /** FULL→FULL with other counts; keeps `#idle` true, and ends copies that the `cache` policy does not keep. */
  #count(
    slot: Slot<C>,
    content: Extract<Content<C>, { state: 'FULL' }>,
    readers: number,
    holds: number,
  ): void {
    this.#move(slot, 'FULL', { ...content, readers, holds });
    if (slot.kind !== 'cache') return;
    if (readers > 0 || holds > 0) {
      this.#idle.delete(slot);
    } else if (content.entry.keepCached) {
      this.#idle.add(slot);
      this.#options.onCacheFree();
    } else {
      this.#empty(slot);
    }
  }

  /** Leaves FULL by intent; `true` if readers keep it pending. */
  #leaveFull(slot: Slot<C>, state: 'PENDING_PURGE' | 'PENDING_DELETION'): boolean {
    const { content } = slot;
    if (content.state !== 'FULL') throw new CorruptionDetected('index of full slots is stale');
    const { entry, readers } = content;
    if (readers === 0) {
      this.#empty(slot);
      return false;
    }
    this.#unlist(slot, entry);
    this.#move(slot, 'FULL', { state, entry, readers });
    if (state === 'PENDING_PURGE') {
      const purging = this.#purging.get(entry.name);
      if (purging === undefined) this.#purging.set(entry.name, new Set([slot]));
      else purging.add(slot);
    }
    return true;
  }

  #empty(slot: Slot<C>): void {
    this.#wipe(slot);
    if (slot.kind === 'cache') this.#options.onCacheFree();
  }

  /** The step to EMPTY of a slot that holds a key. */
  #wipe(slot: Slot<C>): void {
    const { content } = slot;
    if (!hasEntry(content)) throw new CorruptionDetected(`a ${content.state} slot has nothing to wipe`);
    if (content.state === 'FULL') this.#unlist(slot, content.entry);
    if (content.state === 'PENDING_PURGE') this.#unlistPurging(slot, content.entry.name);
    this.#move(slot, content.state, EMPTY);
    this.#options.wipe(content.entry.contents);
    this.#rooms[slot.kind].give(slot);
    const callbacks = this.#whenEmpty.get(slot);
    this.#whenEmpty.delete(slot);
    for (const callback of callbacks ?? []) callback();
  }

  #unlist(slot: Slot<C>, entry: Entry<C>): void {
    this.#full.delete(entry.name);
    this.#idle.delete(slot);
  }

  #unlistPurging(slot: Slot<C>, name: SlotName): void {
    const purging = this.#purging.get(name);
    purging?.delete(slot);
    if (purging?.size === 0) this.#purging.delete(name);
  }

  #move(slot: Slot<C>, expected: SlotState, next: Content<C>): void {
    const before = slot.content;
    transition(slot, expected, next);
    if (before.state !== next.state) this.#options.onTransition?.(slot, before, next);
    this.#states[before.state] -= 1;
    this.#states[next.state] += 1;
    this.#readers += readersOf(next) - readersOf(before);
  }
}
