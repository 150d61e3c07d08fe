// Explores many scenes as one test, and says how much that was.
import type { CALLS, CallName, StartName } from './calls.ts';
import { type Explored, explore, type Scene, sample } from './explore.ts';

/** The calls of which every pair is explored. */
export const PAIRED = [
  'create',
  'create volatile',
  'ensure',
  'use',
  'look',
  'destroy',
  'purge',
  'copy',
  'copy into',
  'evict',
] as const satisfies readonly (keyof typeof CALLS)[];

/** Unordered, each with itself too. */
export function pairs(): [CallName, CallName][] {
  return PAIRED.flatMap((first, number) =>
    PAIRED.slice(number).map((second): [CallName, CallName] => [first, second]),
  );
}

/** All that go wrong are named; the steps of the first few are told. */
const TOLD = 3;

export async function exploreAll(what: string, scenes: readonly Scene[], bound?: number): Promise<number> {
  const bounded = bound === undefined ? '' : `up to ${bound} runs`;
  return judgeAll(what, scenes, bounded, (scene) => explore(scene, bound));
}

/** Some orders of each scene, drawn at random from a fixed seed. */
export async function sampleAll(what: string, scenes: readonly Scene[], count: number): Promise<number> {
  const seeds = `sampled: ${count} runs each, from seeds 1 to ${scenes.length}`;
  return judgeAll(what, scenes, seeds, (scene, number) => sample(scene, count, number + 1));
}

async function judgeAll(
  what: string,
  scenes: readonly Scene[],
  bound: string,
  judge: (scene: Scene, number: number) => Promise<Explored>,
): Promise<number> {
  let runs = 0;
  let steps = 0;
  let cut = 0;
  const wrong: string[] = [];
  for (const [number, scene] of scenes.entries()) {
    try {
      const explored = await judge(scene, number);
      runs += explored.runs;
      steps += explored.steps;
      cut += Number(explored.cut);
    } catch (error) {
      wrong.push(error instanceof Error ? error.message : String(error));
    }
  }
  const bounded =
    cut === 0 ? 'all orders' : cut < scenes.length ? `all orders; of ${cut} of them ${bound}` : bound;
  console.info(`${what}: ${runs} interleavings, ${steps} steps, ${scenes.length} scenes (${bounded})`);
  if (wrong.length > 0) {
    const first = wrong.slice(0, TOLD).join('\n\n');
    const more = wrong.slice(TOLD).map((message) => message.split('\n', 1)[0]);
    throw new Error(`${wrong.length} of ${scenes.length} scenes are wrong\n\n${[first, ...more].join('\n')}`);
  }
  return runs;
}

export const STARTING = ['absent', 'stored', 'cached', 'volatile'] as const satisfies readonly StartName[];
