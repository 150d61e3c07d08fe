// What tools see of the slots: in which order, by which numbers, and how much of it is kept for whom.
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Call } from '../../../src/host/call.ts';
import { Events } from '../../../src/host/events.ts';
import { Session } from '../../../src/host/session.ts';
import { CallAborted } from '../../../src/rpc/errors.ts';
import type { HostEvent } from '../../../src/rpc/protocol.ts';
import { settled } from '../interleave/agenda.ts';
import type { Client } from '../interleave/client.ts';
import { ControlledClock } from '../interleave/clock.ts';
import { World } from '../interleave/world.ts';

const MINUTE = 60_000;

/** Events, and two sessions that may ask for them. */
function stage() {
  const events = new Events();
  const clock = new ControlledClock();
  const session = (number: number): Session => new Session(number, false);
  const [own, other] = [session(1), session(2)];
  const call = (asker = own): Call => new Call(asker, clock, undefined);
  /** Slots that become FILLING, one after the other. */
  const happen = (times = 1, id: string | null = null, owner: Session | null = null): void => {
    for (let i = 0; i < times; i += 1) {
      events.add({ at: Date.now(), kind: 'slab', from: 'EMPTY', to: 'FILLING', id }, owner);
    }
  };
  return { events, clock, call, happen, own, other };
}

const numbers = (events: readonly HostEvent[]): number[] => events.map(({ number }) => number);
const upTo = (last: number, first = 1): number[] =>
  Array.from({ length: last + 1 - first }, (_, i) => first + i);

afterEach(() => {
  vi.useRealTimers();
});

describe('events', () => {
  it('are numbered one after the other, and a question is answered with those after its number', async () => {
    const { events, call, happen } = stage();
    await events.next(call(), -1);
    happen(5);
    const all = await events.next(call(), 1);
    expect([numbers(all.events), all.last, all.missed]).toStrictEqual([[2, 3, 4, 5], 5, 0]);
  });

  it('come in batches, of which the next begins where the last one ended', async () => {
    const { events, call, happen } = stage();
    await events.next(call(), -1);
    happen(1200);
    const seen: number[] = [];
    for (let last = 0; last < 1200; ) {
      // Nothing has to happen for the rest to be told.
      const batch = await events.next(call(), Math.max(last, 0));
      expect(batch.events.length).toBeLessThanOrEqual(512);
      expect([batch.missed, batch.last]).toStrictEqual([0, batch.events.at(-1)?.number]);
      seen.push(...numbers(batch.events));
      last = batch.last;
    }
    expect(seen).toStrictEqual(upTo(1200));
  });

  it('from now on: a number below 0, or one of another host’s life, is answered with where things are', async () => {
    const { events, call, happen } = stage();
    await events.next(call(), -1);
    happen(3);
    const now = { events: [], last: 3, missed: 0 };
    expect(await events.next(call(), -1)).toStrictEqual(now);
    expect(await events.next(call(), Number.MIN_SAFE_INTEGER)).toStrictEqual(now);
    expect(await events.next(call(), 4000)).toStrictEqual(now);
    expect(events.waiters).toBe(0);
  });

  it('are waited for, by all who ask for the next one, until it comes', async () => {
    const { events, call, happen, other } = stage();
    const questions = [events.next(call(), 0), events.next(call(other), 0)];
    await settled();
    expect(events.waiters).toBe(2);
    happen();
    expect(events.waiters).toBe(0);
    for (const { events: told, last } of await Promise.all(questions)) {
      expect([numbers(told), last]).toStrictEqual([[1], 1]);
    }
  });

  it('that nobody came for in time are counted as missed, and no more than 8192 are kept', async () => {
    const { events, call, happen } = stage();
    await events.next(call(), -1);
    happen(20_000);
    const seen: number[] = [];
    const { missed, events: first } = await events.next(call(), 0);
    for (let last = missed; last < 20_000; ) {
      const batch = await events.next(call(), last);
      expect(batch.missed).toBe(0);
      seen.push(...numbers(batch.events));
      last = batch.last;
    }
    // The newest are kept, at least 4096 of them, and none is lost that is not counted.
    expect(first[0]?.number).toBe(missed + 1);
    expect(seen).toStrictEqual(upTo(20_000, missed + 1));
    expect(seen.length).toBeGreaterThanOrEqual(4096);
    expect(seen.length).toBeLessThanOrEqual(8192);
  });

  it('tell the id of a session’s own key to that session alone', async () => {
    const { events, call, happen, own, other } = stage();
    await events.next(call(), -1);
    happen(1, 'mine', own);
    happen(1, 'shared');
    happen(1, 'theirs', other);
    const ids = async (asker: Session) => (await events.next(call(asker), 0)).events.map(({ id }) => id);
    expect(await ids(own)).toStrictEqual(['mine', 'shared', null]);
    expect(await ids(other)).toStrictEqual([null, 'shared', 'theirs']);
  });
});

describe('events that nobody asks for', () => {
  it('are not kept, and counted all the same', async () => {
    const { events, call, happen } = stage();
    happen(3);
    expect(await events.next(call(), 0)).toStrictEqual({ events: [], last: 3, missed: 3 });
  });

  it('are kept for a minute after a question, and all let go with the first that comes later', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { events, call, happen } = stage();
    const began = Date.now();
    await events.next(call(), -1);
    vi.setSystemTime(began + MINUTE);
    happen(2);
    expect(numbers((await events.next(call(), 0)).events)).toStrictEqual([1, 2]);
    vi.setSystemTime(began + 2 * MINUTE + 1);
    happen();
    expect(await events.next(call(), 0)).toStrictEqual({ events: [], last: 3, missed: 3 });
  });

  it('are kept for a question that waits, however long that takes', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const { events, call, happen } = stage();
    const question = events.next(call(), 0);
    await settled();
    vi.setSystemTime(Date.now() + 10 * MINUTE);
    // The second comes in the step that answers the question with the first.
    happen(2);
    expect(numbers((await question).events)).toStrictEqual([1, 2]);
  });
});

describe('a question for events that waits', () => {
  it('ends with its call, and keeps nothing from others', async () => {
    const { events, call, happen, other } = stage();
    const [given, kept] = [call(), call(other)];
    const aborted = events.next(given, 0);
    const answered = events.next(kept, 0);
    given.cancel('aborted');
    await expect(aborted).rejects.toBeInstanceOf(CallAborted);
    expect(events.waiters).toBe(1);
    happen();
    expect(numbers((await answered).events)).toStrictEqual([1]);
  });

  it('ends with its session', async () => {
    const { events, call } = stage();
    const gone = call();
    const question = events.next(gone, 0);
    gone.cancel('session-ended');
    await expect(question).rejects.toMatchObject({ code: 'BAD_STATE', cause: 'SESSION_ENDED' });
    expect(events.waiters).toBe(0);
  });

  it('ends with its deadline, and no timer is left', async () => {
    const { events, clock, call } = stage();
    const question = events.next(call(), 0);
    const refused = expect(question).rejects.toMatchObject({
      code: 'INSUFFICIENT_MEMORY',
      cause: 'DEADLINE',
    });
    for (const { run } of clock.deadlines()) run();
    await refused;
    expect([events.waiters, clock.timers]).toStrictEqual([0, 0]);
  });

  it('of a call that was cancelled before is not asked', async () => {
    const { events, call } = stage();
    const late = call();
    late.cancel('aborted');
    await expect(events.next(late, 0)).rejects.toBeInstanceOf(CallAborted);
    expect(events.waiters).toBe(0);
  });
});

/** What a client is told of all that has happened, as `from→to id`. */
async function told(client: Client): Promise<string[]> {
  const reply = await client.ask('events', { after: 0 });
  if ('error' in reply) throw new Error(reply.error.message);
  return reply.value.events.map(({ kind, from, to, id }) => `${kind} ${from}→${to} ${id}`);
}

const LOADED = ['cache EMPTY→FILLING null', 'cache FILLING→FULL a'];

describe('the events of a host', () => {
  it.each([
    ['destroy', 'PENDING_DELETION', ['complete: delete a']],
    ['purge', 'PENDING_PURGE', []],
  ] as const)('show that a %s waits for its last reader', async (kind, pending, steps) => {
    const world = new World({ cacheSize: 2 });
    const handle = world.seed('a', 101);
    const [user, tool] = [world.client(), world.client()];
    await tool.ask('events', { after: -1 });
    const used = await world.begin(user.use(handle));
    await world.run('has a', 'get a', 'open 101');
    const gone = await world.begin(tool[kind]('a'));
    await world.run(...steps);
    expect([await told(tool), gone()]).toStrictEqual([[...LOADED, `cache FULL→${pending} a`], undefined]);
    await world.run('sign 101');
    expect(await told(tool)).toStrictEqual([
      ...LOADED,
      `cache FULL→${pending} a`,
      `cache ${pending}→EMPTY a`,
    ]);
    expect([used(), gone()]).toStrictEqual([{ code: 'OK' }, { code: 'OK' }]);
  });

  it('show that a destruction overtakes a purge', async () => {
    const world = new World({ cacheSize: 2 });
    const handle = world.seed('a', 101);
    const [user, tool] = [world.client(), world.client()];
    await tool.ask('events', { after: -1 });
    await world.begin(user.use(handle));
    await world.run('has a', 'get a', 'open 101');
    await world.begin(tool.purge('a'));
    await world.begin(tool.destroy('a'));
    await world.run('complete: delete a', 'sign 101');
    expect(await told(tool)).toStrictEqual([
      ...LOADED,
      'cache FULL→PENDING_PURGE a',
      'cache PENDING_PURGE→PENDING_DELETION a',
      'cache PENDING_DELETION→EMPTY a',
    ]);
  });

  it('name a session’s own key to nobody else', async () => {
    const world = new World();
    const [owner, tool] = [world.client(), world.client()];
    await tool.ask('events', { after: -1 });
    const created = await world.begin(owner.create('a', 'session'));
    await world.rest();
    expect(created()?.code).toBe('OK');
    expect(await told(owner)).toStrictEqual(['slab EMPTY→FILLING null', 'slab FILLING→FULL a']);
    expect(await told(tool)).toStrictEqual(['slab EMPTY→FILLING null', 'slab FILLING→FULL null']);
  });

  it('are given up by the call that asks for them', async () => {
    const world = new World();
    const tool = world.client();
    const question = tool.ask('events', { after: 0 });
    await settled();
    expect((world.host.events as Events).waiters).toBe(1);
    tool.cancel();
    expect(await question).toMatchObject({ error: { code: 'ABORTED' } });
    expect((world.host.events as Events).waiters).toBe(0);
  });
});
