// Time as the scheduler decides it: no deadline passes, and no macrotask runs, before it is chosen.
import type { Clock } from '../../../src/host/clock.ts';
import type { Choice } from './agenda.ts';

interface Timer {
  readonly due: number;
  readonly callback: () => void;
}

export class ControlledClock implements Clock {
  readonly #timers = new Set<Timer>();
  readonly #soon: (() => void)[] = [];
  #now = 0;

  /** Timers that are neither due nor stopped. */
  get timers(): number {
    return this.#timers.size;
  }

  now(): number {
    return this.#now;
  }

  at(due: number, callback: () => void): () => void {
    const timer = { due, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  soon(callback: () => void): void {
    this.#soon.push(callback);
  }

  /** Macrotasks run in the order in which they were asked for. */
  choices(): Choice[] {
    return this.#soon.length === 0 ? [] : [{ label: 'macrotask', run: () => this.#soon.shift()?.() }];
  }

  /** The next deadline, as a choice of its own: with it, every wait has two ends. */
  deadlines(): Choice[] {
    const next = this.#first();
    return next === undefined ? [] : [{ label: 'deadline', run: () => this.#expire(next), rare: true }];
  }

  /** That so much time passes as somebody waits for: where no call would be late by then. */
  within(ms: number): Choice[] {
    const next = this.#first();
    if (next === undefined || next.due > this.#now + ms) return [];
    return [{ label: 'time passes', run: () => this.#expire(next) }];
  }

  /** So much time passes while nothing else happens; deadlines in it are met. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (let next = this.#first(); next !== undefined && next.due <= end; next = this.#first()) {
      this.#expire(next);
    }
    this.#now = end;
  }

  #first(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.due < first.due) first = timer;
    return first;
  }

  #expire(timer: Timer): void {
    this.#now = Math.max(this.#now, timer.due);
    this.#timers.delete(timer);
    timer.callback();
  }
}
