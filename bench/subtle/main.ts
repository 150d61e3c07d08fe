// The page of the benchmark of `subtle`: scripts/bench-subtle.mjs calls what it finds at `window.subtleBench`.
import { compare, load, type Plan } from '../measure.ts';
import { type Row, summarise } from '../summary.ts';
import { GROUPS, type Kind, type Variant } from './groups.ts';

declare global {
  interface Window {
    subtleBench: {
      readonly groups: readonly { readonly name: string; readonly kind: Kind }[];
      /** Measures the variants of one group against each other; `reference` is the one that ratios are to. */
      measure(group: string, reference: string, plan: Plan): Promise<Row[]>;
      /** Keeps one variant of a group busy, and nothing else. */
      burden(group: string, variant: string, inFlight: number, duration: number): Promise<void>;
    };
  }
}

const made = new Map<string, Promise<Variant[]>>();

function variantsOf(name: string): Promise<Variant[]> {
  const variants = made.get(name) ?? GROUPS.find((group) => group.name === name)?.make();
  if (variants === undefined) throw new Error(`There is no group ${name}.`);
  made.set(name, variants);
  return variants;
}

window.subtleBench = {
  groups: GROUPS.map(({ name, kind }) => ({ name, kind })),
  async measure(group, reference, plan) {
    const variants = await variantsOf(group);
    const samples = await compare(
      variants.map(({ call }) => call),
      plan,
    );
    const limit = samples[variants.findIndex(({ name }) => name === reference)] ?? [];
    return variants.map(({ name }, index) => summarise(name, samples[index] ?? [], limit));
  },
  async burden(group, variant, inFlight, duration) {
    const its = (await variantsOf(group)).find(({ name }) => name === variant);
    if (its === undefined) throw new Error(`${group} has no row ${variant}.`);
    const loads: Promise<unknown>[] = [];
    for (let lane = 0; lane < inFlight; lane += 1) {
      // Each begins in a task of its own: 64 calls that one step makes are a long task of the app's.
      await new Promise((resolve) => setTimeout(resolve));
      loads.push(load(its.call, 1, duration));
    }
    await Promise.all(loads);
  },
};
