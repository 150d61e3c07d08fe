// G1 by history: four tabs and a dedicated worker do random things to three ids at once; the checker says whether what
// they were told is equal to some sequential order. A run's seed is printed; KEYSLOT_SEED repeats its choices.
import { writeFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { crash } from './crash-tab.ts';
import { expect, type Site, test } from './fixtures.ts';
import { type Operation, violation } from './linearizability/checker.ts';
import {
  changes,
  halves,
  isCreation,
  isName,
  keyModel,
  type ModelInput,
} from './linearizability/key-model.ts';
import type { Journal, Plan, Recorded } from './site/history.ts';

const RUNS = 4;
/** So many that each kind of answer comes: of 60 calls a client, the rarest came five times, and once in 48 runs once. */
const PLAN = { calls: 100, width: 2 };
/** Longer, so that the end of a host finds everybody at work. Volatile keys would end with it; the model has no such event. */
const THROUGH_AN_END = { calls: 300, width: 2, lifetime: 'persistent' } as const;

const seed = Number(process.env['KEYSLOT_SEED'] ?? Math.floor(Math.random() * 0x7fffffff));

/** A history in the checker's form, without calls that had no answer and have changed nothing. */
function judged(history: readonly Recorded[]): Operation<ModelInput, string>[] {
  return history
    .filter(({ input, output }) => output !== undefined || changes(input))
    .flatMap(({ input, output, called, returned }) => halves({ input, output, called, returned }));
}

/** What the tabs and a worker of the first of them were told, and what `others` bring. */
async function recorded(
  site: Site,
  tabs: readonly Page[],
  plan: Plan,
  others: readonly (() => Promise<Recorded[]>)[] = [],
): Promise<Recorded[]> {
  const [first] = tabs;
  if (first === undefined) throw new Error('no tab');
  await first.evaluate(() => window.kit.tellTime());
  const inWorker = () =>
    first.evaluate(
      async (its) => {
        const { worker, run } = window.startWorker();
        await window.keys.attach(worker);
        return (await run('historyAtGate', its)) as Recorded[];
      },
      { ...plan, seed: plan.seed + tabs.length },
    );
  const histories = await site.together(
    tabs,
    async ({ tab, ...its }) => {
      const clock = await window.kit.commonClock();
      await window.kit.gate();
      return window.kit.recordHistory(window.keys, clock, { ...its, seed: its.seed + tab });
    },
    plan,
    [inWorker, ...others],
  );
  return histories.flat();
}

/** The record of a tab that does as planned, in the hands of the test: it is there even if the tab is not. */
function kept(tab: Page, plan: Plan, note: (count: number, call: Recorded) => void) {
  const calls = new Map<number, Recorded>();
  const journal: Journal = async (number, call) => {
    calls.set(number, call);
    note(calls.size, call);
  };
  return async (): Promise<Recorded[]> => {
    await tab.exposeFunction('journal', journal);
    const running = tab.evaluate(async (its) => {
      const clock = await window.kit.commonClock();
      await window.kit.gate();
      await window.kit.recordHistory(window.keys, clock, its, window.journal);
    }, plan);
    await Promise.race([running, new Promise((gone) => tab.once('crash', gone))]);
    return [...calls.values()];
  };
}

function count(history: readonly Recorded[], what: string, is: (call: Recorded) => boolean): number {
  const found = history.filter(is).length;
  test.info().annotations.push({ type: what, description: `${found}` });
  console.log(`${what}: ${found}`);
  return found;
}

/** Judges a history; of one that is no order, leaves the calls on the id in question with the test's output. */
async function expectLinearizable(history: readonly Recorded[]): Promise<void> {
  const id = violation(keyModel, judged(history));
  if (id !== undefined) {
    const isAbout = ({ input }: Recorded) => input.id === id || ('from' in input && input.from === id);
    const calls = history.flatMap((call, index) => (isAbout(call) ? [{ index, ...call }] : []));
    const lines = calls.sort((a, b) => a.called - b.called).map((call) => JSON.stringify(call));
    await writeFile(test.info().outputPath(`history-${id}.jsonl`), lines.join('\n'));
  }
  expect(id).toBeUndefined();
}

const isUnknown = ({ output }: Recorded) => output === undefined;

for (let run = 0; run < RUNS; run += 1) {
  test(`G1 linearizable: four tabs and a worker, run ${run + 1} of ${RUNS}`, async ({ site }) => {
    console.log(`seed ${seed}`);
    const tabs = await site.tabs(4);
    const history = await recorded(site, tabs, { ...PLAN, seed: seed + run * 100 });
    expect(history.length).toBe(5 * PLAN.calls);
    // Every kind of call has met both of its answers, or the run would show little.
    const outcomes = new Set(
      history.map(({ input, output }) => `${input.kind} ${isName(output) ? 'key' : output}`),
    );
    const both = ['generate key', 'generate ALREADY_EXISTS', 'copy key', 'copy DOES_NOT_EXIST'];
    for (const seen of [...both, 'destroy ok', 'open key', 'sign ok']) expect(outcomes).toContain(seen);
    await expectLinearizable(history);
  });
}

test('G1 linearizable: while the SharedWorker is killed, and every call settles', async ({ site }) => {
  console.log(`seed ${seed}`);
  // Of which a call's deadline is half a minute.
  test.setTimeout(120_000);
  const [slow, ...tabs] = await site.tabs(4);
  if (slow === undefined) throw new Error('no tab');
  const boot = () => slow.evaluate(async () => (await window.keys.stats()).boot);
  const before = await boot();
  const plan = { ...THROUGH_AN_END, seed: seed + RUNS * 100 };
  // The tab that the test listens to is slower than the others, so the kill has to come when it has just begun.
  let killed: Promise<number> | undefined;
  const inSlow = kept(slow, { ...plan, seed: plan.seed + 50, calls: 60 }, (begun) => {
    if (begun > 2) killed ??= site.hosts.kill().then(() => Date.now());
  });
  const history = await recorded(site, tabs, plan, [inSlow]);
  expect(history.length).toBe(4 * plan.calls + 60);
  expect(await boot()).not.toBe(before);
  const end = await killed;
  expect(count(history, 'calls after the kill', ({ called }) => called > (end ?? Infinity))).toBeGreaterThan(
    0,
  );
  // Clients ask the next host again, and a change that it finds done is answered as done. Unknown is only what had no
  // answer within its deadline.
  count(history, 'unknown outcomes', isUnknown);
  for (const [index, { why }] of history.entries()) if (why !== undefined) console.log(`${index}: ${why}`);
  await expectLinearizable(history);
});

test('G1 linearizable: while a tab crashes, whose own calls may have taken effect or not', async ({
  site,
}) => {
  console.log(`seed ${seed}`);
  // The first one: in the elected topology it has the host, in the other one its process may.
  const doomed = await site.tab();
  const tabs = await site.tabs(3);
  const plan = { ...THROUGH_AN_END, seed: seed + (RUNS + 1) * 100 };
  let crashed: Promise<void> | undefined;
  // Many at once, and in the moment in which it begins a creation: so there is one among those that it leaves.
  const inDoomed = kept(doomed, { ...plan, seed: plan.seed + 50, width: 16 }, (begun, call) => {
    if (begun > 60 && isUnknown(call) && isCreation(call.input.kind)) crashed ??= crash(doomed);
  });
  const history = await recorded(site, tabs, plan, [inDoomed]);
  await crashed;
  expect(history.length).toBeLessThan(5 * plan.calls);
  expect(count(history, 'unknown outcomes', isUnknown)).toBeGreaterThan(0);
  count(history, 'creations among them', (call) => isUnknown(call) && isCreation(call.input.kind));
  const created = new Set(history.filter(({ input }) => isCreation(input.kind)).map(({ output }) => output));
  const found = new Set(history.filter(({ input }) => input.kind === 'open').map(({ output }) => output));
  const orphans = [...found].filter((name) => isName(name) && !created.has(name));
  console.log(`keys that only those can have made: ${orphans.length}`);
  await expectLinearizable(history);
});
