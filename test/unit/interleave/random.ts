// Numbers that look random and come again with their seed (mulberry32, by Tommy Ettinger, in the public domain).
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** At least 0, below 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(of: number): boolean {
    return this.next() < of;
  }

  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** @throws RangeError for an empty list. */
  of<T>(list: readonly T[]): T {
    const [item] = list.slice(this.below(list.length));
    if (item === undefined) throw new RangeError('nothing to choose from');
    return item;
  }
}
