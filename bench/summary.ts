// From the samples of all rounds to one line a variant. Ratios are taken within each round, where both
// sides met the same noise, and then their median.
import { percentile, type Sample } from './measure.ts';

export interface Row extends Sample {
  readonly name: string;
  /** To the group's reference, which is 1. */
  readonly ratio: { readonly p50: number; readonly rate: number };
  /** By round. */
  readonly samples: readonly Sample[];
}

export function summarise(name: string, samples: readonly Sample[], reference: readonly Sample[]): Row {
  const middle = (of: (sample: Sample) => number): number => median(samples.map(of));
  const ratio = (of: (sample: Sample) => number): number =>
    median(
      samples.flatMap((sample, round) => {
        const other = reference[round];
        return other === undefined ? [] : [of(sample) / of(other)];
      }),
    );
  return {
    name,
    p50: middle((sample) => sample.p50),
    p99: middle((sample) => sample.p99),
    rate: middle((sample) => sample.rate),
    alone: middle((sample) => sample.alone),
    ratio: { p50: ratio((sample) => sample.p50), rate: ratio((sample) => sample.rate) },
    samples,
  };
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);
