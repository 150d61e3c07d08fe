// Who gets a lane that is free: users and `system` sessions beside each other (decision 7). Tasks here end when the test
// says so.
import { describe, expect, it } from 'vitest';
import { Call } from '../../../src/host/call.ts';
import { type Lane, NativeLane, NobleLane } from '../../../src/host/lanes.ts';
import { Session } from '../../../src/host/session.ts';
import { settled } from '../interleave/agenda.ts';
import { ControlledClock } from '../interleave/clock.ts';
import { Random } from '../interleave/random.ts';

type Kind = 'u' | 's';

class Tasks {
  readonly clock = new ControlledClock();
  /** The kinds of tasks, in the order in which they began. */
  begun = '';
  readonly waiting: { readonly kind: Kind; readonly call: Call }[] = [];
  readonly running: { readonly kind: Kind; readonly end: () => void }[] = [];
  readonly #lane: Lane;

  constructor(lane: (clock: ControlledClock) => Lane) {
    this.#lane = lane(this.clock);
  }

  /** So many calls, each of a session of its own. */
  async ask(kind: Kind, times = 1): Promise<void> {
    for (let number = 0; number < times; number += 1) {
      const session = new Session(number, kind === 's');
      const call = new Call(session, this.clock, undefined);
      const waiter = { kind, call };
      this.waiting.push(waiter);
      const leave = (): void => void this.waiting.splice(this.waiting.indexOf(waiter), 1);
      const compute = (): Promise<void> => {
        leave();
        this.begun += kind;
        return new Promise((resolve) => void this.running.push({ kind, end: resolve }));
      };
      this.#lane.run(call, compute).catch(leave);
    }
    await settled();
  }

  /** Ends a task: the one that began first, of a kind or of all. */
  async end(kind?: Kind): Promise<void> {
    const index = this.running.findIndex((task) => kind === undefined || task.kind === kind);
    this.running.splice(index, 1)[0]?.end();
    await settled();
  }

  async rest(): Promise<void> {
    while (this.running.length > 0) await this.end();
  }

  count(kind: Kind, among: readonly { readonly kind: Kind }[]): number {
    return among.filter((task) => task.kind === kind).length;
  }
}

const native = (width: number): Tasks => new Tasks(() => new NativeLane(width));

/** The longest stretch of one kind, up to the last task of the other. */
function longest(begun: string, kind: Kind): number {
  const other = kind === 'u' ? 's' : 'u';
  return Math.max(
    ...begun
      .slice(0, begun.lastIndexOf(other))
      .split(other)
      .map(({ length }) => length),
  );
}

describe('G10 lanes: users never block system', () => {
  it('who has one lane that they cannot fill', async () => {
    const tasks = native(2);
    await tasks.ask('u', 4);
    expect(tasks.begun).toBe('uu');
    await tasks.ask('s', 3);
    expect(tasks.begun).toBe('uus');
    // Users wait too, and have come before. It is not theirs.
    await tasks.end('s');
    await tasks.end('s');
    expect(tasks.begun).toBe('uusss');
    await tasks.end('s');
    expect(tasks.running).toHaveLength(2);
    await tasks.rest();
    expect(tasks.begun).toBe('uusssuu');
  });

  it('nor do they lose a lane to it that it does not use', async () => {
    const tasks = native(2);
    await tasks.ask('s', 2);
    await tasks.ask('u', 2);
    expect(tasks.begun).toBe('ssu');
    await tasks.end('s');
    expect(tasks.begun).toBe('ssuu');
  });

  it.each([1, 2, 5])('nor starve it, with %i lanes', async (width) => {
    const tasks = native(width);
    await tasks.ask('u', 60);
    await tasks.ask('s', 12);
    await tasks.rest();
    expect(tasks.begun).toHaveLength(72);
    expect(longest(tasks.begun.slice(width), 'u')).toBeLessThanOrEqual(1);
  });
});

describe('G12 lanes: the noble lane', () => {
  it('is given once in a macrotask, and never in the step that asks for it', async () => {
    const tasks = new Tasks((clock) => new NobleLane(clock));
    await tasks.ask('u', 3);
    for (const begun of ['', 'u', 'uu', 'uuu']) {
      expect(tasks.begun).toBe(begun);
      // One macrotask is asked for while somebody waits, and none when nobody does.
      const [macrotask, ...more] = tasks.clock.choices();
      expect([macrotask === undefined, more]).toStrictEqual([begun === 'uuu', []]);
      macrotask?.run();
      await settled();
    }
  });
});

describe('G12 lanes: system never starves users', () => {
  it.each([1, 2, 5])('with %i lanes, whoever came first', async (width) => {
    for (const order of ['us', 'su'] as const) {
      const tasks = native(width);
      for (const kind of order) await tasks.ask(kind === 'u' ? 'u' : 's', kind === 'u' ? 12 : 60);
      await tasks.rest();
      expect(tasks.begun).toHaveLength(72);
      // Beside its turn it has its own lane, and those that it had before.
      const before = order === 'su' ? width + 1 : 0;
      expect(longest(tasks.begun.slice(before), 's')).toBeLessThanOrEqual(2);
    }
  });

  it('a lane that a user gives back is a user’s, every second time', async () => {
    const tasks = native(1);
    await tasks.ask('u', 5);
    await tasks.ask('s', 30);
    for (let round = 0; round < 8; round += 1)
      await tasks.end(tasks.count('u', tasks.running) > 0 ? 'u' : 's');
    expect(tasks.begun).toBe('ussusususu');
  });

  it('the noble lane is theirs every second time', async () => {
    const tasks = new Tasks((clock) => new NobleLane(clock));
    await tasks.ask('s', 5);
    await tasks.ask('u', 3);
    for (let [next] = tasks.clock.choices(); next !== undefined; [next] = tasks.clock.choices()) {
      next.run();
      await tasks.rest();
    }
    expect(tasks.begun).toBe('susususs');
  });
});

describe('the lanes of users and system, in any order of calls, ends and cancellations', () => {
  it.each([1, 2, 3])('are never free to who waits, nor used by more than may (%i)', async (width) => {
    const tasks = native(width);
    const random = new Random(width);
    for (let step = 0; step < 1000; step += 1) {
      const what = random.below(8);
      if (what < 3) await tasks.ask(random.below(2) === 0 ? 'u' : 's');
      else if (what < 7) await tasks.end(random.below(2) === 0 ? 'u' : 's');
      else tasks.waiting[0]?.call.cancel('aborted');
      await settled();
      const [busy, users] = [tasks.running.length, tasks.count('u', tasks.running)];
      expect(users).toBeLessThanOrEqual(width);
      expect(busy).toBeLessThanOrEqual(width + 1);
      if (tasks.count('s', tasks.waiting) > 0) expect(busy).toBe(width + 1);
      if (tasks.count('u', tasks.waiting) > 0) expect(users === width || busy === width + 1).toBe(true);
    }
  });
});
