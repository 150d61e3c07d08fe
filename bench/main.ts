// The page of the benchmark: scripts/bench.mjs calls what it finds at `window.bench`.
import { compare, type Plan } from './measure.ts';
import { type Row, summarise } from './summary.ts';
import { GROUPS } from './variants.ts';

declare global {
  interface Window {
    bench: {
      readonly groups: readonly string[];
      /** Measures the variants of one group against each other; `reference` is the one that ratios are to. */
      measure(group: string, reference: string, plan: Plan): Promise<Row[]>;
    };
  }
}

window.bench = {
  groups: Object.keys(GROUPS),
  async measure(group, reference, plan) {
    const variants = await GROUPS[group]?.();
    if (variants === undefined) throw new Error(`There is no group ${group}.`);
    const samples = await compare(
      variants.map(({ call }) => call),
      plan,
    );
    const limit = samples[variants.findIndex(({ name }) => name === reference)] ?? [];
    return variants.map(({ name }, index) => summarise(name, samples[index] ?? [], limit));
  },
};
