// Sequential models of the foreign histories: a register with compare-and-set, and strings by key.
import type { Model } from '../../../e2e/linearizability/checker.ts';

export type RegisterInput =
  | { readonly kind: 'read' }
  | { readonly kind: 'write'; readonly value: string }
  | { readonly kind: 'cas'; readonly from: string; readonly to: string };

/** What a read saw, or whether a swap was made; a write has nothing to tell. */
export type RegisterOutput = { readonly value?: string; readonly swapped?: boolean };

export const register: Model<string, RegisterInput, RegisterOutput> = {
  initial: 'nil',
  step(state, input, output) {
    if (input.kind === 'read') return output === undefined || output.value === state ? state : undefined;
    if (input.kind === 'write') return input.value;
    const matches = state === input.from;
    if (output !== undefined && output.swapped !== matches) return undefined;
    return matches ? input.to : state;
  },
  fingerprint: (state) => state,
  partition: () => 'register',
};

export interface StringInput {
  readonly kind: 'get' | 'put' | 'append';
  readonly key: string;
  readonly value: string;
}

export const strings: Model<string, StringInput, string> = {
  initial: '',
  step(state, { kind, value }, output) {
    if (kind === 'get') return output === undefined || output === state ? state : undefined;
    return kind === 'put' ? value : state + value;
  },
  fingerprint: (state) => state,
  partition: ({ key }) => key,
};
