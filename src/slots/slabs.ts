// Room for slots that are made on demand: slabs of 16, 32, 64, … up to a ceiling. An empty slab is given
// back, but never the first one. Imports nothing but the slot.
import { EMPTY, type Slot, type SlotKind } from './slot.ts';

interface Slab<C> {
  readonly size: number;
  readonly free: Slot<C>[];
}

const FIRST_SLAB = 16;

/** Slots of one kind. `take` and `give` are O(number of slabs), which is the logarithm of the ceiling. */
export class Slabs<C> {
  readonly #kind: SlotKind;
  readonly #ceiling: number;
  readonly #slabs: Slab<C>[] = [];
  /** Those but the first of which nothing is in use. */
  readonly #empty = new Set<Slab<C>>();
  readonly #home = new Map<Slot<C>, Slab<C>>();
  #free = 0;

  constructor(kind: SlotKind, ceiling: number) {
    this.#kind = kind;
    this.#ceiling = ceiling;
  }

  /** Slots that exist now and are free. */
  get free(): number {
    return this.#free;
  }

  get used(): number {
    return this.#home.size - this.#free;
  }

  /** An `EMPTY` slot, or `undefined` at the ceiling. The caller moves it to `FILLING` in the same step. */
  take(): Slot<C> | undefined {
    // Oldest slab first, so that the youngest drain and can be given back.
    const slab = this.#slabs.find(({ free }) => free.length > 0) ?? this.#grow();
    if (slab === undefined) return undefined;
    this.#free -= 1;
    this.#empty.delete(slab);
    return slab.free.pop();
  }

  /** Takes back a slot that has become `EMPTY`. */
  give(slot: Slot<C>): void {
    const slab = this.#home.get(slot);
    if (slab === undefined) return;
    slab.free.push(slot);
    this.#free += 1;
    if (slab.free.length === slab.size && slab !== this.#slabs[0]) this.#empty.add(slab);
    for (const empty of this.#empty) if (this.#isSpare(empty)) this.#drop(empty);
  }

  /**
   * Half of the rest must be free: a table that breathes at the border of a slab would otherwise build and drop it
   * with every key.
   */
  #isSpare({ size }: Slab<C>): boolean {
    return (this.#free - size) * 2 >= this.#home.size - size;
  }

  slots(): IterableIterator<Slot<C>> {
    return this.#home.keys();
  }

  #grow(): Slab<C> | undefined {
    const size = Math.min(FIRST_SLAB << this.#slabs.length, this.#ceiling - this.#home.size);
    if (size <= 0) return undefined;
    const slab: Slab<C> = {
      size,
      free: Array.from({ length: size }, () => ({ kind: this.#kind, content: EMPTY })),
    };
    this.#slabs.push(slab);
    this.#free += size;
    for (const slot of slab.free) this.#home.set(slot, slab);
    return slab;
  }

  #drop(slab: Slab<C>): void {
    this.#slabs.splice(this.#slabs.indexOf(slab), 1);
    this.#empty.delete(slab);
    this.#free -= slab.size;
    for (const slot of slab.free) this.#home.delete(slot);
  }
}
