// What a slot table is, said as simply as can be: a list of copies, searched from end to end. Written from
// SLOTS.md; it shares nothing with src/slots but the words.

export type Kind = 'cache' | 'pinned' | 'slab';

export interface Sizes {
  readonly cacheSize: number;
  readonly pinnedSize: number;
  readonly operationSize: number;
  readonly ceiling: number;
}

/** One published copy of a key, from its publication until it is wiped. */
export interface Copy {
  /** Which publication it is: the number stands for the material. */
  readonly serial: number;
  readonly name: string;
  readonly generation: string;
  readonly kind: Kind;
  readonly kept: boolean;
  state: 'FULL' | 'PENDING_PURGE' | 'PENDING_DELETION' | 'WIPED';
  holds: number;
  readers: number;
  /** Readers among them that are operations: while there are any, the copy is outside the cache's count. */
  operations: number;
  /** When the last of those who used it left. */
  usedAt: number;
  watchers: number;
}

/** A registered reader. */
export interface Reader {
  readonly copy: Copy;
  operation: boolean;
}

export class Model {
  readonly sizes: Sizes;
  readonly filling: Kind[] = [];
  /** Holds that were not given up yet, those on copies that have gone included. */
  readonly holds: Copy[] = [];
  readonly readers: Reader[] = [];
  readonly wiped: Copy[] = [];
  /** Calls that wait for a cache slot. */
  waiting = 0;
  evictions = 0;
  published = 0;
  #copies: Copy[] = [];
  readonly #keys = new Map<string, string>();
  #clock = 0;

  constructor(sizes: Sizes) {
    this.sizes = sizes;
  }

  get copies(): readonly Copy[] {
    return this.#copies;
  }

  full(name: string): Copy | undefined {
    return this.named(name, 'FULL')[0];
  }

  named(name: string, state: Copy['state']): Copy[] {
    return this.#copies.filter((copy) => copy.name === name && copy.state === state);
  }

  used(kind: Kind): number {
    const filling = this.filling.filter((other) => other === kind).length;
    return filling + this.#copies.filter((copy) => copy.kind === kind).length;
  }

  /** Cache slots that operations keep. */
  exempt(): Copy[] {
    return this.#copies.filter(({ kind, operations }) => kind === 'cache' && operations > 0);
  }

  cached(): number {
    return this.used('cache') - this.exempt().length;
  }

  /** What may be evicted, least recently used first. */
  idle(): Copy[] {
    return this.#copies
      .filter((copy) => copy.kind === 'cache' && copy.state === 'FULL' && copy.readers + copy.holds === 0)
      .sort((a, b) => a.usedAt - b.usedAt);
  }

  reserve(kind: Kind): boolean {
    if (kind === 'cache') {
      const [victim] = this.idle();
      if (this.cached() >= this.sizes.cacheSize) {
        if (victim === undefined) return false;
        this.#evict(victim);
      }
    } else if (this.used(kind) >= (kind === 'slab' ? this.sizes.ceiling : this.sizes.pinnedSize)) {
      return false;
    }
    this.filling.push(kind);
    return true;
  }

  /** The generation that a publication under this name would have: of the key that is stored, or a new one. */
  generationFor(name: string, kind: Kind): string {
    const stored = kind === 'slab' ? undefined : this.#keys.get(name);
    return stored ?? `g${this.published}`;
  }

  publish(at: number, name: string, kept: boolean): Copy {
    const [kind = 'slab'] = this.filling.splice(at, 1);
    const generation = this.generationFor(name, kind);
    const copy: Copy = {
      ...{ serial: this.published, name, generation, kind, kept },
      ...{ state: 'FULL', holds: 1, readers: 0, operations: 0, usedAt: 0, watchers: 0 },
    };
    this.published += 1;
    this.#keys.set(name, generation);
    this.#copies.push(copy);
    this.holds.push(copy);
    return copy;
  }

  abandon(at: number): void {
    this.filling.splice(at, 1);
    this.#settle();
  }

  hold(copy: Copy): void {
    copy.holds += 1;
    this.holds.push(copy);
  }

  release(at: number): void {
    const [copy] = this.holds.splice(at, 1);
    if (copy?.state !== 'FULL') return;
    copy.holds -= 1;
    this.#rest(copy);
  }

  /** A hold becomes a reader; `false` where the copy is no longer there to be read. */
  register(at: number): boolean {
    const [copy] = this.holds.splice(at, 1);
    if (copy?.state !== 'FULL') return false;
    copy.holds -= 1;
    copy.readers += 1;
    this.readers.push({ copy, operation: false });
    return true;
  }

  beginOperation(reader: Reader): void {
    reader.operation = true;
    reader.copy.operations += 1;
    this.#settle();
  }

  unregister(at: number): void {
    for (const { copy, operation } of this.readers.splice(at, 1)) {
      if (operation) copy.operations -= 1;
      copy.readers -= 1;
      if (copy.state === 'FULL') this.#rest(copy);
      else if (copy.readers === 0) this.#wipe(copy);
      this.#settle();
    }
  }

  /** Answers what is still pending. */
  purge(name: string): readonly Copy[] {
    const copy = this.full(name);
    if (copy !== undefined) this.#leave(copy, 'PENDING_PURGE');
    this.#settle();
    return this.named(name, 'PENDING_PURGE');
  }

  /** Answers what is still pending. */
  destroy(name: string): readonly Copy[] {
    this.#keys.delete(name);
    const leaving = [...this.named(name, 'FULL'), ...this.named(name, 'PENDING_PURGE')];
    for (const copy of leaving) this.#leave(copy, 'PENDING_DELETION');
    this.#settle();
    return leaving.filter(({ state }) => state === 'PENDING_DELETION');
  }

  wait(): void {
    this.waiting += 1;
    this.#settle();
  }

  #leave(copy: Copy, state: 'PENDING_PURGE' | 'PENDING_DELETION'): void {
    if (copy.readers === 0) this.#wipe(copy);
    else copy.state = state;
  }

  /** Somebody has left a FULL copy: perhaps the last one. */
  #rest(copy: Copy): void {
    if (copy.readers + copy.holds === 0 && copy.kind === 'cache') {
      this.#clock += 1;
      copy.usedAt = this.#clock;
      if (!copy.kept) this.#wipe(copy);
    }
    this.#settle();
  }

  #evict(copy: Copy): void {
    this.evictions += 1;
    this.#wipe(copy);
  }

  #wipe(copy: Copy): void {
    copy.state = 'WIPED';
    this.#copies = this.#copies.filter((other) => other !== copy);
    this.wiped.push(copy);
  }

  /** The cache is as large as it may be; whoever waits for a slot that can be had has it. */
  #settle(): void {
    for (const copy of this.idle()) {
      if (this.cached() > this.sizes.cacheSize) this.#evict(copy);
    }
    while (this.waiting > 0 && this.reserve('cache')) this.waiting -= 1;
  }
}
