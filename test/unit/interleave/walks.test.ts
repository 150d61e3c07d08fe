// Random deep walks, from a fixed seed so that a run repeats; KEYSLOT_DEEP=1 takes others. A walk that goes wrong names
// its seed; KEYSLOT_SEED=… repeats that one alone. Many are told of in portions: what was cut short has shown something.
import { describe, expect, it } from 'vitest';
import { DEEP } from './explore.ts';
import { walk } from './walk.ts';

const LENGTH = 400;

const given = process.env['KEYSLOT_SEED'];
const first = given === undefined ? (DEEP ? Date.now() % 1_000_000_000 : 1) : Number(given);

describe.each([
  ['with one host', 1, 150],
  ['with three hosts', 3, 60],
] as const)('%s', (what, hosts, many) => {
  const count = given === undefined ? many : 1;
  const portions = Array.from({ length: DEEP ? 33 : 1 }, (_, number) => first + number * count);

  it.each(portions)('random walks from seed %i keep every promise', { timeout: 3_600_000 }, async (from) => {
    let steps = 0;
    let calls = 0;
    for (let seed = from; seed < from + count; seed += 1) {
      const walked = await walk(seed, LENGTH, hosts);
      steps += walked.steps;
      calls += walked.calls;
    }
    console.info(`walks ${what} from KEYSLOT_SEED=${from}: ${count} walks, ${steps} steps, ${calls} calls`);
    expect(steps).toBeGreaterThanOrEqual(count * LENGTH);
  });
});
