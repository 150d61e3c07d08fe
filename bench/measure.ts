// Measures functions against each other. They take turns in short slices, in another order each round, so
// that whatever else the machine does meets all of them alike.

export type Call = () => unknown;

export interface Plan {
  readonly rounds: number;
  /** Milliseconds a slice. */
  readonly slice: number;
  readonly inFlight: number;
}

/** One function in one round. Latencies in ms, the rate in calls a second. */
export interface Sample {
  readonly p50: number;
  readonly p99: number;
  readonly rate: number;
  /** Mean latency with one call in flight: of so short times, a coarse clock tells the sum better than each. */
  readonly alone: number;
}

/** Of a slice, how much passes before anything counts: queues fill up and code is compiled. */
const RAMP = 0.2;

/** Samples of each function, by round. */
export async function compare(calls: readonly Call[], plan: Plan): Promise<Sample[][]> {
  const samples: Sample[][] = calls.map(() => []);
  for (const call of calls) await load(call, plan.inFlight, 2 * plan.slice);
  for (let round = 0; round < plan.rounds; round += 1) {
    for (let turn = 0; turn < calls.length; turn += 1) {
      const index = (turn + round) % calls.length;
      const call = calls[index];
      if (call !== undefined) samples[index]?.push(await sample(call, plan));
    }
  }
  return samples;
}

async function sample(call: Call, { slice, inFlight }: Plan): Promise<Sample> {
  const { latencies, rate } = await load(call, inFlight, slice);
  const alone = await load(call, 1, slice / 3);
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    rate,
    alone: 1000 / alone.rate,
  };
}

/** Keeps `inFlight` calls under way for `duration` ms. What completes between the ramp and the end counts. */
export async function load(
  call: Call,
  inFlight: number,
  duration: number,
): Promise<{ latencies: number[]; rate: number }> {
  const latencies: number[] = [];
  const start = performance.now();
  const from = start + duration * RAMP;
  const end = start + duration;
  const lane = async (): Promise<void> => {
    for (;;) {
      const begun = performance.now();
      if (begun >= end) return;
      // Awaited whether or not it is a promise: a call that blocks gives way like the others.
      await call();
      const done = performance.now();
      if (done >= from && done < end) latencies.push(done - begun);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return { latencies, rate: (latencies.length / (end - from)) * 1000 };
}

/** The value below which a share of the values lies; NaN of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
