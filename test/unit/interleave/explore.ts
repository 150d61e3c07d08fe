// Every order in which a few calls can go on: depth first, by replay. A run is a list of choices; the next run repeats it
// up to the last place where there was another choice, and takes that. No state is kept or compared between runs, so
// that nothing is missed for looking alike. Only what differs in nothing but the numbers of two clients is played once.
import type { Choice } from './agenda.ts';
import { settled } from './agenda.ts';
import {
  begin,
  CALLS,
  type CallKind,
  type CallName,
  DISTURBANCES,
  type Disturbance,
  idsOf,
  type StartName,
} from './calls.ts';
import type { Client } from './client.ts';
import { Judge } from './judge.ts';
import { Random } from './random.ts';
import type { SeatNumber, SuccessionKind } from './succession.ts';
import { World, type WorldOptions } from './world.ts';

export interface Scene {
  readonly start: StartName;
  readonly calls: readonly CallName[];
  /** Befalls the client of the first call. */
  readonly disturbance?: Disturbance;
  /** Befalls the client of the last call: with one call, the same client a second time. */
  readonly second?: Disturbance;
  /** The first call has a deadline, which may pass whenever it waits for something. */
  readonly deadline?: true;
  /** Also befalls the world, at any time until all calls are answered. */
  readonly succession?: SuccessionKind;
  /** To whom the store is handed on by then, each time when its last host serves it: the first is 0. */
  readonly onward?: readonly SeatNumber[];
  /** All calls are those of one client. */
  readonly together?: boolean;
  readonly options?: WorldOptions;
}

/** A place in a run: which of how many choices was taken. */
interface Fork {
  readonly taken: number;
  readonly of: number;
}

export interface Explored {
  readonly runs: number;
  readonly steps: number;
  /** The bound was reached before the end. */
  readonly cut: boolean;
}

/** A call of a scene, and how far it is. */
interface Act {
  readonly name: CallName;
  readonly client: Client;
  state: 'waits' | 'runs' | 'ended';
}

/** More steps than this, and the calls do not end. */
const MAX_STEPS = 200;

/** The deadline of a call that has one of its own, in ms: no term of an owner ends by then. */
const SOON = 1;

export const DEEP = process.env['KEYSLOT_DEEP'] === '1';

/** Judges every run of a scene, up to a bound of runs. Throws with the steps of the first that is wrong. */
export async function explore(scene: Scene, bound = Infinity): Promise<Explored> {
  let runs = 0;
  let steps = 0;
  let path: readonly number[] | undefined = [];
  while (path !== undefined && runs < bound) {
    const known: readonly number[] = path;
    const forks = await replay(scene, (at) => known[at] ?? 0);
    runs += 1;
    steps += forks.length;
    path = successor(forks);
  }
  return { runs, steps, cut: path !== undefined };
}

/** As {@link explore}, where there are too many orders: some of them, drawn at random from a seed. */
export async function sample(scene: Scene, count: number, seed: number): Promise<Explored> {
  const random = new Random(seed);
  let steps = 0;
  for (let run = 0; run < count; run += 1) {
    const forks = await replay(scene, (_at, of) => random.below(of));
    steps += forks.length;
  }
  return { runs: count, steps, cut: true };
}

function successor(forks: readonly Fork[]): number[] | undefined {
  for (let last = forks.length - 1; last >= 0; last -= 1) {
    const fork = forks[last];
    if (fork !== undefined && fork.taken + 1 < fork.of) {
      return [...forks.slice(0, last).map(({ taken }) => taken), fork.taken + 1];
    }
  }
  return undefined;
}

/** One run, whose every choice is one that `pick` takes of so many. */
async function replay(scene: Scene, pick: (at: number, of: number) => number): Promise<Fork[]> {
  const world = new World({ ...scene.options, hosts: hostsOf(scene) });
  const forks: Fork[] = [];
  const unhandled = (reason: unknown): void => void world.faults.push(`unhandled rejection: ${reason}`);
  process.on('unhandledRejection', unhandled);
  try {
    const stage = await prepare(world, scene);
    const judge = new Judge(world);
    judge.step();
    for (let choices = stage(); choices.length > 0; choices = stage()) {
      const taken = pick(forks.length, choices.length);
      const choice = choices[taken];
      if (choice === undefined) throw new Error('the run could not be repeated');
      forks.push({ taken, of: choices.length });
      if (forks.length > MAX_STEPS) throw new Error('the calls never end');
      await world.take(choice);
    }
    judge.rest();
    await clear(world, idsOf(scene.calls));
    judge.rest();
    judge.end();
  } catch (error) {
    throw new Error(report(scene, world, forks, error), { cause: error });
  } finally {
    process.off('unhandledRejection', unhandled);
  }
  return forks;
}

function hostsOf({ succession, onward = [] }: Scene): 1 | 2 | 3 {
  if (succession === undefined) return 1;
  return onward.includes(2) ? 3 : 2;
}

/** Sets the calls up, each of a client of its own. @returns what can happen next, asked anew before each step. */
async function prepare(world: World, scene: Scene): Promise<() => Choice[]> {
  const { start, calls, together, deadline } = scene;
  const handles = await begin(world, start, calls);
  const handle = (id: string) => handles.get(id) ?? { id, generation: '' };
  const acts = calls.map((name, number): Act => {
    const client = number === 0 || together === true ? world.firstClient() : world.client();
    return { name, client, state: 'waits' };
  });
  const plan = (act: Act, number: number): void => {
    world.agenda.add(`begin ${act.name}`, () => {
      act.state = 'runs';
      const end = (): void => {
        act.state = 'ended';
      };
      const kind: CallKind = CALLS[act.name];
      kind.run(act.client, handle).then(end, (error: unknown) => void world.faults.push(String(error)));
      acts.forEach((next, its) => {
        if (twinOf(scene, its) === number) plan(next, its);
      });
    });
  };
  acts.forEach((act, number) => {
    if (twinOf(scene, number) === undefined) plan(act, number);
  });
  const blows = [
    { what: scene.disturbance, act: acts[0] },
    { what: scene.second, act: acts.at(-1) },
  ];
  const legs = legsOf(scene);
  if (deadline === true) world.firstClient().timeout = SOON;
  return () => {
    const choices = world.choices();
    // That of the others is far away.
    if (deadline === true) choices.push(...world.clock.within(SOON));
    const pending = acts.some(({ state }) => state !== 'ended');
    const [leg] = legs;
    // Without a call, that is all there is.
    if (leg !== undefined && world.succession.owner !== undefined && (pending || calls.length === 0)) {
      const pass = (): void => {
        legs.shift();
        world.succession.begin(leg.kind, leg.to);
      };
      choices.push({ label: `${leg.kind} to host ${leg.to}`, run: pass });
    }
    for (const blow of blows) {
      const { what, act } = blow;
      if (what === undefined || act?.state !== 'runs' || !act.client.alive) continue;
      const disturb = (): void => {
        blow.what = undefined;
        DISTURBANCES[what](act.client);
      };
      choices.push({ label: `${what} of the client of ${act.name}`, run: disturb });
    }
    return choices;
  };
}

/** The ways of the store, one after the other. */
function legsOf({ succession, onward = [] }: Scene): { kind: SuccessionKind; to: SeatNumber }[] {
  if (succession === undefined) return [];
  return [{ kind: succession, to: 1 }, ...onward.map((to) => ({ kind: 'hand over' as const, to }))];
}

/**
 * The equal call before it, where it begins after that one only. Two equal calls of two clients are each other's mirror
 * image: an order that begins with the later is one that begins with the earlier, with the clients' numbers exchanged.
 */
function twinOf(scene: Scene, number: number): number | undefined {
  const { start, calls, disturbance, second, together, deadline } = scene;
  const [name] = calls.slice(number);
  // Two that both meet the same are as alike as two that meet nothing.
  const met = disturbance === second && (disturbance === undefined || calls.length === 2);
  const alike = together !== true && deadline !== true && start !== 'stored and own' && met;
  if (name === undefined || number === 0 || !alike) return undefined;
  const twin = calls.lastIndexOf(name, number - 1);
  return twin < 0 ? undefined : twin;
}

/** Ends all clients and destroys whatever is left, which takes every turn once more and wipes every slot. */
async function clear(world: World, ids: ReadonlySet<string>): Promise<void> {
  world.database.heal();
  world.trace.push('clear');
  const failed = (error: unknown): void => void world.faults.push(String(error));
  // Whoever was robbed hears of it in the end.
  world.succession.disown().catch(failed);
  await world.rest();
  for (const old of world.clients) old.end();
  const client = world.client();
  for (const id of ids) {
    destroyAll(world, client, id).catch(failed);
  }
  await settled();
  await world.rest();
}

/** Every host may have kept one of this id in its memory. */
async function destroyAll({ seats }: World, client: Client, id: string): Promise<void> {
  client.meets(seats.length);
  for (const _ of seats) await client.destroy(id);
}

function report(
  { start, calls, disturbance, second, deadline, succession, onward = [] }: Scene,
  world: World,
  forks: readonly Fork[],
  error: unknown,
): string {
  const what = error instanceof Error ? error.message : String(error);
  const steps = world.trace.map((label, number) => `  ${number + 1}. ${label}`).join('\n');
  return (
    `${[...calls, deadline && 'deadline', disturbance, second, succession, ...onward.map((to) => `to host ${to}`)].filter(Boolean).join(' + ')} from ${start}: ${what}\n` +
    `steps:\n${steps}\ncalls [step called, step returned]:\n${world.history}\n` +
    `replay: [${forks.map(({ taken }) => taken).join(', ')}]`
  );
}
