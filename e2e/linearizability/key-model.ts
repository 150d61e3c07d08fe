// The sequential model that keyslot's histories are held against: one id is absent, or holds one key. The only imports
// are types, so that this stays independent of what it judges.
//
// A creation of unknown outcome may have made a key whose name its caller was never told. Such a key is there without a
// name, and the first answer that shows it names it. That answer may give it only a name that no key had before: a
// destroyed key that is back stays a violation, whatever else may have been created. And no handle is of such a key: who
// has a handle was told its name, so in every true order of the calls the key has it by then.
import type { KeyInput } from '../site/history.ts';
import type { Model, Operation } from './checker.ts';

//
// A copy touches two ids, and histories are judged id by id: it is split (`halves`) into a creation of the target and a look
// at the source, each of which may take effect at a moment of its own within the call. What that loses is that both were
// one moment: that somebody saw the source gone, and then the target not there yet. Every order of a copy and who looks at
// both is played in test/unit/interleave (SLOTS.md, interleaving 6).

/** What a copy says of its source. */
interface Sourced {
  readonly kind: 'copied';
  readonly id: string;
}

export type ModelInput = KeyInput | Sourced;

interface ModelKey {
  /** What it is known by; `undefined` until an answer tells it. */
  readonly name: string | undefined;
  readonly lifetime: 'volatile' | 'persistent';
}

export interface KeyState {
  /** `undefined` while the id is free. */
  readonly key: ModelKey | undefined;
  /** Every name that was told, of this key and those before it. */
  readonly told: ReadonlySet<string>;
}

export const keyModel: Model<KeyState, ModelInput, string> = {
  initial: { key: undefined, told: new Set() },
  step(before, input, output) {
    const state = named(before, output);
    if (output !== undefined && output !== answer(state, input, output)) return undefined;
    return after(state, input, output);
  },
  // What was told is left out: it is the names in the answers so far, in whatever order they came, and the checker
  // compares fingerprints only where these are the same.
  fingerprint: ({ key }) => (key === undefined ? 'absent' : `${key.name ?? 'unnamed'} ${key.lifetime}`),
  partition: ({ id }) => id,
};

/** Whether a call that was left without an answer can have changed anything. */
export function changes({ kind }: ModelInput): boolean {
  return isCreation(kind) || kind === 'destroy' || kind === 'destroyHandle';
}

export function isCreation(kind: ModelInput['kind']): kind is 'generate' | 'ensure' | 'copy' {
  return kind === 'generate' || kind === 'ensure' || kind === 'copy';
}

/** What a call says of each id that it is about. */
export function halves(operation: Operation<KeyInput, string>): Operation<ModelInput, string>[] {
  const { input, output } = operation;
  if (input.kind !== 'copy') return [operation];
  // Where nobody knows whether it took effect, nobody knows whether its source was there.
  if (output === undefined) return [operation];
  const wasThere = isName(output) || output === 'ALREADY_EXISTS';
  const source = {
    ...operation,
    input: { kind: 'copied', id: input.from },
    output: wasThere ? 'ok' : output,
  } as const;
  // Without a source, nobody has looked at the target.
  return output === 'DOES_NOT_EXIST' ? [source] : [operation, source];
}

export function isName(output: string | undefined): output is string {
  return output !== undefined && /^[0-9a-f]{16}$/.test(output);
}

/** The state in which a key without a name has the one that an answer tells, if it can have it. */
function named(state: KeyState, output: string | undefined): KeyState {
  const { key } = state;
  if (key === undefined || key.name !== undefined || newName(state, output) === undefined) return state;
  return told(state, { ...key, name: output });
}

/** The one right answer; a new key's name is whatever it says. */
function answer(state: KeyState, input: ModelInput, output: string): string | undefined {
  const { key } = state;
  switch (input.kind) {
    case 'generate':
    case 'copy':
      return key === undefined ? newName(state, output) : 'ALREADY_EXISTS';
    case 'ensure':
      if (key === undefined) return newName(state, output);
      return key.lifetime === input.lifetime ? key.name : 'ALREADY_EXISTS';
    case 'open':
      return key === undefined ? 'DOES_NOT_EXIST' : key.name;
    case 'destroy':
    case 'copied':
      return key === undefined ? 'DOES_NOT_EXIST' : 'ok';
    case 'purge':
      if (key === undefined) return 'DOES_NOT_EXIST';
      return key.lifetime === 'volatile' ? 'INVALID_ARGUMENT' : 'ok';
    case 'sign':
    case 'destroyHandle':
      return key?.name === input.key ? 'ok' : 'INVALID_HANDLE';
  }
}

function newName(state: KeyState, output: string | undefined): string | undefined {
  return isName(output) && !state.told.has(output) ? output : undefined;
}

function after(state: KeyState, input: ModelInput, output: string | undefined): KeyState {
  const { key } = state;
  if (input.kind === 'generate' || input.kind === 'ensure' || input.kind === 'copy') {
    return key === undefined ? told(state, { name: output, lifetime: input.lifetime }) : state;
  }
  const destroys = input.kind === 'destroy' || (input.kind === 'destroyHandle' && key?.name === input.key);
  return destroys ? { ...state, key: undefined } : state;
}

function told(state: KeyState, key: ModelKey): KeyState {
  return { key, told: key.name === undefined ? state.told : new Set(state.told).add(key.name) };
}
