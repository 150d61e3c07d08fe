// The fair queue against a list of lists: first come first served within a session, sessions in turn.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { CorruptionDetected } from '../../../src/slots/slot.ts';
import { FairQueue } from '../../../src/slots/waiters.ts';

interface Turn {
  readonly session: number;
  readonly waiters: number[];
}

/** Whose turn it is comes first; a session without waiters has no turn. */
class Model {
  turns: Turn[] = [];

  get size(): number {
    return this.turns.reduce((sum, { waiters }) => sum + waiters.length, 0);
  }

  enqueue(session: number, waiter: number): void {
    const turn = this.turns.find((other) => other.session === session);
    if (turn) turn.waiters.push(waiter);
    else this.turns.push({ session, waiters: [waiter] });
  }

  dequeue(): number | undefined {
    const [turn] = this.turns.splice(0, 1);
    const waiter = turn?.waiters.shift();
    if (turn && turn.waiters.length > 0) this.turns.push(turn);
    return waiter;
  }

  remove(session: number, waiter: number): boolean {
    const waiters = this.turns.find((other) => other.session === session)?.waiters ?? [];
    const at = waiters.indexOf(waiter);
    if (at < 0) return false;
    waiters.splice(at, 1);
    this.turns = this.turns.filter((turn) => turn.waiters.length > 0);
    return true;
  }
}

/** As toBe, and quick where all is well. */
function same(actual: unknown, expected: unknown): void {
  if (!Object.is(actual, expected)) expect(actual).toBe(expected);
}

const session = fc.nat({ max: 4 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('enqueue' as const), session }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('dequeue' as const), session }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('remove' as const), session, waiter: fc.nat({ max: 60 }) }),
  },
);

describe('FairQueue', () => {
  it('is its model', { timeout: 30_000 }, () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
        const queue = new FairQueue<number, number>();
        const model = new Model();
        let next = 0;
        for (const { kind, ...rest } of steps) {
          if (kind === 'enqueue') {
            queue.enqueue(rest.session, next);
            model.enqueue(rest.session, next);
            next += 1;
          } else if (kind === 'dequeue') {
            same(queue.dequeue(), model.dequeue());
          } else if ('waiter' in rest) {
            same(queue.remove(rest.session, rest.waiter), model.remove(rest.session, rest.waiter));
          }
          same(queue.size, model.size);
          for (const { session: other, waiters } of model.turns) {
            waiters.forEach((waiter, index) => {
              same(queue.placeOf(other, waiter), index + 1);
            });
          }
        }
        while (model.size > 0) same(queue.dequeue(), model.dequeue());
        expect(queue.dequeue()).toBeUndefined();
        expect(queue.size).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('G12 fair: nobody is served twice while another session waits all the while', {
    timeout: 30_000,
  }, () => {
    fc.assert(
      fc.property(fc.array(session, { minLength: 1, maxLength: 60 }), fc.array(session), (early, late) => {
        const queue = new FairQueue<number, { session: number; number: number }>();
        const waiting = new Map<number, number>();
        let number = 0;
        const enqueue = (of: number): void => {
          queue.enqueue(of, { session: of, number });
          number += 1;
          waiting.set(of, (waiting.get(of) ?? 0) + 1);
        };
        for (const of of early) enqueue(of);
        const servedSince = new Map<number, Set<number>>();
        const last = new Map<number, number>();
        for (let turn = 0; queue.size > 0; turn++) {
          const served = queue.dequeue();
          if (served === undefined) throw new Error('the queue says that it is not empty');
          // First come first served within the session.
          expect(served.number).toBeGreaterThan(last.get(served.session) ?? -1);
          last.set(served.session, served.number);
          for (const other of servedSince.get(served.session) ?? []) {
            expect(other, `session ${other} was passed over`).toBe(served.session);
          }
          waiting.set(served.session, (waiting.get(served.session) ?? 0) - 1);
          for (const passed of servedSince.values()) passed.delete(served.session);
          const others = [...waiting].filter(([of, count]) => count > 0 && of !== served.session);
          servedSince.set(served.session, new Set(others.map(([of]) => of)));
          const joins = late[turn];
          if (joins !== undefined) enqueue(joins);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('G12 fair: a flood of one session delays another by one place', () => {
    const queue = new FairQueue<string, string>();
    for (let number = 0; number < 10_000; number++) queue.enqueue('flood', `flood ${number}`);
    queue.enqueue('other', 'other');
    expect([queue.dequeue(), queue.dequeue(), queue.dequeue()]).toStrictEqual([
      'flood 0',
      'other',
      'flood 1',
    ]);
  });

  it('lets one leave from any place, and only from its own session', () => {
    const queue = new FairQueue<string, number>();
    for (const waiter of [1, 2, 3]) queue.enqueue('a', waiter);
    expect(queue.remove('b', 2)).toBe(false);
    expect(queue.remove('a', 2)).toBe(true);
    expect(queue.remove('a', 2)).toBe(false);
    expect([queue.dequeue(), queue.dequeue(), queue.dequeue()]).toStrictEqual([1, 3, undefined]);
  });

  it('refuses one who waits already, and has then changed nothing', () => {
    const queue = new FairQueue<string, number>();
    queue.enqueue('a', 1);
    queue.enqueue('a', 2);
    expect(() => queue.enqueue('a', 1)).toThrow(CorruptionDetected);
    expect([queue.size, queue.placeOf('a', 2)]).toStrictEqual([2, 2]);
    expect([queue.dequeue(), queue.dequeue(), queue.dequeue()]).toStrictEqual([1, 2, undefined]);
    expect(queue.size).toBe(0);
    // Who has left may come again.
    queue.enqueue('a', 1);
    expect(queue.dequeue()).toBe(1);
  });
});

/** Counts how far collections are walked: a queue that searches shows it here, whatever the clock says. */
class Walks {
  steps = 0;
  readonly #undo: (() => void)[] = [];

  watch(prototype: object, name: PropertyKey): void {
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== 'function') throw new Error(`there is no ${String(name)} to watch`);
    const walks = this;
    const watched = function (this: unknown, ...rest: unknown[]): unknown {
      walks.steps += 1;
      return Reflect.apply(original, this, rest);
    };
    const descriptor = Object.getOwnPropertyDescriptor(prototype, name) ?? {};
    Object.defineProperty(prototype, name, { ...descriptor, value: watched });
    this.#undo.push(() => Object.defineProperty(prototype, name, descriptor));
  }

  /** Everything by which a Map, a Set or an array is walked: their iterators step by step, the rest by call. */
  begin(): void {
    for (const iterator of [new Map().entries(), new Set().values(), [].values()]) {
      this.watch(Object.getPrototypeOf(iterator), 'next');
    }
    this.watch(Map.prototype, 'forEach');
    this.watch(Set.prototype, 'forEach');
    for (const name of ['indexOf', 'find', 'findIndex', 'filter', 'splice', 'shift', 'includes'] as const) {
      this.watch(Array.prototype, name);
    }
    this.steps = 0;
  }

  end(): void {
    for (const undo of this.#undo) undo();
    this.#undo.length = 0;
  }
}

describe('FairQueue, by its structure', () => {
  const walks = new Walks();
  afterEach(() => walks.end());

  it.each([
    { sessions: 1, each: 5000 },
    { sessions: 5000, each: 1 },
    { sessions: 70, each: 70 },
  ])('claims, joins and leaves in O(1): $sessions sessions with $each waiters each', ({ sessions, each }) => {
    const queue = new FairQueue<number, number>();
    for (let of = 0; of < sessions; of++) {
      for (let place = 0; place < each; place++) queue.enqueue(of, of * each + place);
    }
    walks.begin();
    queue.dequeue();
    queue.enqueue(0, -1);
    queue.remove(sessions - 1, sessions * each - 1);
    const { steps } = walks;
    walks.end();
    // One step for the first session and one for its first waiter; two to take the pair apart, and two to make
    // a set of one waiter.
    expect(steps).toBeLessThanOrEqual(6);
    expect(steps).toBeGreaterThan(0);
  });
});
