// The sequential model that keyslot's histories are held against: one id is absent, or holds one key. The only imports
// are types, so that this stays independent of what it judges.
import type { KeyInput } from '../site/history.ts';
import type { Model } from './checker.ts';

export interface KeyState {
  /** The public key; `undefined` while the id is free. */
  readonly key: string | undefined;
  readonly lifetime: 'volatile' | 'persistent';
}

const ABSENT: KeyState = { key: undefined, lifetime: 'volatile' };

export const keyModel: Model<KeyState, KeyInput, string> = {
  initial: ABSENT,
  step(state, input, output) {
    const expected = answers(state, input, output);
    if (output !== undefined && output !== expected) return undefined;
    return after(state, input, output);
  },
  fingerprint: ({ key, lifetime }) => `${key} ${lifetime}`,
  partition: ({ id }) => id,
};

/** The one right answer; a new key's name is whatever it says. */
function answers(state: KeyState, input: KeyInput, output: string | undefined): string | undefined {
  const { key, lifetime } = state;
  switch (input.kind) {
    case 'generate':
      return key === undefined ? newKey(output) : 'ALREADY_EXISTS';
    case 'ensure':
      if (key === undefined) return newKey(output);
      return lifetime === input.lifetime ? key : 'ALREADY_EXISTS';
    case 'open':
      return key ?? 'DOES_NOT_EXIST';
    case 'destroy':
      return key === undefined ? 'DOES_NOT_EXIST' : 'ok';
    case 'purge':
      if (key === undefined) return 'DOES_NOT_EXIST';
      return lifetime === 'volatile' ? 'INVALID_ARGUMENT' : 'ok';
    case 'sign':
    case 'destroyHandle':
      return key === input.key ? 'ok' : 'INVALID_HANDLE';
  }
}

function newKey(output: string | undefined): string | undefined {
  return output !== undefined && /^[0-9a-f]{16}$/.test(output) ? output : undefined;
}

function after(state: KeyState, input: KeyInput, output: string | undefined): KeyState {
  if (input.kind === 'generate' || input.kind === 'ensure') {
    return state.key === undefined ? { key: output, lifetime: input.lifetime } : state;
  }
  const destroys = input.kind === 'destroy' || (input.kind === 'destroyHandle' && state.key === input.key);
  return destroys ? ABSENT : state;
}
