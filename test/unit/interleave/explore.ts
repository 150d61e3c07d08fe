// Every order in which a few calls can go on: depth first, by replay. A run is a list of choices; the next run repeats it
// up to the last place where there was another choice, and takes that. No state is kept or compared between runs, so
// that nothing is missed for looking alike.
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
import type { SuccessionKind } from './succession.ts';
import { World, type WorldOptions } from './world.ts';

export interface Scene {
  readonly start: StartName;
  readonly calls: readonly CallName[];
  readonly disturbance?: Disturbance;
  /** Also befalls the world, at any time until all calls are answered. */
  readonly succession?: SuccessionKind;
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

/** More steps than this, and the calls do not end. */
const MAX_STEPS = 200;

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

/** As {@link explore}, where there are too many orders: some of them, drawn at random. */
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
  const world = new World({ ...scene.options, ...(scene.succession === undefined ? {} : { hosts: 2 }) });
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

/** Sets the calls up, each of a client of its own. @returns what can happen next, asked anew before each step. */
async function prepare(
  world: World,
  { start, calls, disturbance, succession, together }: Scene,
): Promise<() => Choice[]> {
  const handles = await begin(world, start, calls);
  const handle = (id: string) => handles.get(id) ?? { id, generation: '' };
  let first: Client | undefined;
  let running = false;
  calls.forEach((name, number) => {
    const kind: CallKind = CALLS[name];
    const client = number === 0 || together === true ? world.firstClient() : world.client();
    if (number === 0) first = client;
    world.agenda.add(`begin ${name}`, () => {
      if (number === 0) running = true;
      const end = (): void => {
        pending -= 1;
        if (number === 0) running = false;
      };
      kind.run(client, handle).then(end, (error: unknown) => void world.faults.push(String(error)));
    });
  });
  let left = disturbance;
  let pending = calls.length;
  return () => {
    const choices = world.choices();
    if (succession !== undefined && world.succession.kind === undefined && pending > 0) {
      choices.push({ label: succession, run: () => world.succession.begin(succession) });
    }
    const [victim, what] = [first, left];
    if (!running || victim === undefined || what === undefined) return choices;
    const disturb = (): void => {
      left = undefined;
      DISTURBANCES[what](victim);
    };
    return [...choices, { label: what, run: disturb }];
  };
}

/** Ends all clients and destroys whatever is left, which takes every turn once more and wipes every slot. */
async function clear(world: World, ids: ReadonlySet<string>): Promise<void> {
  world.database.heal();
  world.trace.push('clear');
  const failed = (error: unknown): void => void world.faults.push(String(error));
  // Whoever was robbed hears of it in the end.
  if (world.succession.kind !== undefined) world.succession.leave().catch(failed);
  await world.rest();
  for (const old of world.clients) old.end();
  const client = world.client();
  for (const id of ids) {
    const destroyed = client.destroy(id);
    // The first host may have kept one of this id in its memory.
    if (world.seats.length > 1) destroyed.then(() => client.destroy(id)).catch(failed);
    else destroyed.catch(failed);
  }
  await settled();
  await world.rest();
}

function report(
  { start, calls, disturbance, succession }: Scene,
  world: World,
  forks: readonly Fork[],
  error: unknown,
): string {
  const what = error instanceof Error ? error.message : String(error);
  const steps = world.trace.map((label, number) => `  ${number + 1}. ${label}`).join('\n');
  return (
    `${[...calls, disturbance, succession].filter(Boolean).join(' + ')} from ${start}: ${what}\n` +
    `steps:\n${steps}\ncalls [step called, step returned]:\n${world.history}\n` +
    `replay: [${forks.map(({ taken }) => taken).join(', ')}]`
  );
}
