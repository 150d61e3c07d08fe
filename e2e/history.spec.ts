// G1 by history: four tabs and a dedicated worker do random things to three ids at once; the checker says whether what
// they were told is equal to some sequential order. A run's seed is printed; KEYSLOT_SEED repeats its choices.
import { expect, test } from './fixtures.ts';
import { type Operation, violation } from './linearizability/checker.ts';
import { keyModel } from './linearizability/key-model.ts';
import type { KeyInput, Recorded } from './site/history.ts';

const RUNS = 4;
const CALLS = 60;
const AT_ONCE = 2;
/** Clocks of two processes may differ by less than this, in ms. Longer intervals only weaken the claim. */
const SKEW = 0.5;

const seed = Number(process.env['KEYSLOT_SEED'] ?? Math.floor(Math.random() * 0x7fffffff));

function widened({ input, output, called, returned }: Recorded): Operation<KeyInput, string> {
  return { input, output, called: called - SKEW, returned: returned + SKEW };
}

for (let run = 0; run < RUNS; run += 1) {
  test(`G1 linearizable: four tabs and a worker, run ${run + 1} of ${RUNS}`, async ({ site }) => {
    console.log(`seed ${seed}`);
    const tabs = await site.tabs(4);
    const [first] = tabs;
    if (first === undefined) throw new Error('no tab');
    const plan = { seed: seed + run * 100, calls: CALLS, width: AT_ONCE };
    const inWorker = () =>
      first.evaluate(async ({ seed: base, calls, width }) => {
        const { worker, run: order } = window.startWorker();
        await window.keys.attach(worker);
        return (await order('historyAtGate', base + 4, calls, width)) as Recorded[];
      }, plan);
    const histories = await site.together(
      tabs,
      async ({ seed: base, calls, width, tab }) => {
        await window.kit.gate();
        return window.kit.recordHistory(window.keys, base + tab, calls, width);
      },
      plan,
      [inWorker],
    );
    const history = histories.flat().map(widened);
    expect(history.length).toBe(5 * CALLS);
    // Every kind of call has met both of its answers, or the run would show little.
    const outcomes = new Set(
      history.map(
        ({ input, output }) => `${input.kind} ${/^[0-9a-f]{16}$/.test(output ?? '') ? 'key' : output}`,
      ),
    );
    for (const seen of ['generate key', 'generate ALREADY_EXISTS', 'destroy ok', 'open key', 'sign ok']) {
      expect(outcomes).toContain(seen);
    }
    expect(violation(keyModel, history)).toBeUndefined();
  });
}
