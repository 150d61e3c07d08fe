// Random deep walks, from a fixed seed so that a run repeats; KEYSLOT_DEEP=1 takes others. A walk that goes wrong names
// its seed; KEYSLOT_SEED=… repeats that one alone.
import { expect, it } from 'vitest';
import { DEEP } from './explore.ts';
import { walk } from './walk.ts';

const LENGTH = 400;

const given = process.env['KEYSLOT_SEED'];
const first = given === undefined ? (DEEP ? Date.now() % 1_000_000_000 : 1) : Number(given);
const count = given === undefined ? (DEEP ? 5000 : 150) : 1;

it(`random walks from seed ${first} keep every promise`, { timeout: 3_600_000 }, async () => {
  let steps = 0;
  let calls = 0;
  for (let seed = first; seed < first + count; seed += 1) {
    const walked = await walk(seed, LENGTH);
    steps += walked.steps;
    calls += walked.calls;
  }
  console.info(`walks from KEYSLOT_SEED=${first}: ${count} walks, ${steps} steps, ${calls} calls`);
  expect(steps).toBeGreaterThanOrEqual(count * LENGTH);
});
