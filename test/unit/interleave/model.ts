// What keyslot is, one call after the other: a set of keys by name. Every run of the host, however its calls overlap,
// must be equal to some order of them on this model (G1).
import type { Model } from '../../../e2e/linearizability/checker.ts';
import type { Lifetime } from '../../../src/rpc/protocol.ts';
import type { SuccessionKind } from './succession.ts';

/** A key that exists. */
export interface ModelKey {
  readonly generation: string;
  readonly lifetime: Lifetime;
}

interface OnId {
  readonly kind: 'open' | 'purge';
  readonly session: number;
  readonly id: string;
}

interface OnKey {
  readonly kind: 'use' | 'destroy';
  readonly session: number;
  readonly id: string;
  readonly generation?: string;
}

export type Input =
  | OnId
  | OnKey
  | {
      readonly kind: 'create' | 'ensure';
      readonly session: number;
      readonly id: string;
      readonly lifetime: Lifetime;
    }
  | {
      readonly kind: 'copy';
      readonly session: number;
      readonly id: string;
      readonly target: string;
      readonly lifetime: Lifetime;
    }
  | { readonly kind: 'end'; readonly session: number }
  | { readonly kind: SuccessionKind; readonly session: number };

export interface Output {
  /** `OK`, or the code of an error. */
  readonly code: string;
  /** Of the key that was created or found. */
  readonly generation?: string;
  /** The caller was told that it is unknown; this is what became of it. */
  readonly unknown?: true;
}

type Keys = ReadonlyMap<string, ModelKey>;

/** A session's own keys come before those that a host kept in its memory, and these before those of the owner. */
function resolve(keys: Keys, session: number, id: string): string {
  return [ownName(session, id), keptName(id)].find((name) => keys.has(name)) ?? sharedName(id);
}

/** The name of a volatile key whose host owns the store no more: its id is free at the owner. */
function keptName(id: string): string {
  return `kept/${id}`;
}

export function sharedName(id: string): string {
  return `shared/${id}`;
}

function ownName(session: number, id: string): string {
  return `${session}/${id}`;
}

function nameFor(session: number, id: string, lifetime: Lifetime): string {
  return lifetime === 'session' ? ownName(session, id) : sharedName(id);
}

/** The keys there are after a call, or `undefined` if it cannot have answered this. */
function step(keys: Keys, input: Input, output: Output): Keys | undefined {
  switch (input.kind) {
    case 'create':
      return create(keys, nameFor(input.session, input.id, input.lifetime), input.lifetime, output);
    case 'ensure':
      return ensure(keys, nameFor(input.session, input.id, input.lifetime), input.lifetime, output);
    case 'copy':
      return copy(keys, input, output);
    case 'destroy':
      return destroy(keys, input, output);
    case 'end':
      return new Map([...keys].filter(([name]) => !name.startsWith(`${input.session}/`)));
    case 'hand over':
    case 'theft':
      return keptFrom(keys);
    case 'loss':
      return new Map([...keys].filter(([, { lifetime }]) => lifetime === 'persistent'));
    default:
      return answers(keys, input, output) ? keys : undefined;
  }
}

/** Volatile keys stay with their host when the store does not. */
function keptFrom(keys: Keys): Keys {
  return new Map(
    [...keys].map(([name, key]) =>
      key.lifetime === 'volatile' ? [name.replace('shared/', 'kept/'), key] : [name, key],
    ),
  );
}

function create(
  keys: Keys,
  name: string,
  lifetime: Lifetime,
  { code, generation }: Output,
): Keys | undefined {
  if (code === 'ALREADY_EXISTS') return keys.has(name) ? keys : undefined;
  if (code !== 'OK' || generation === undefined || keys.has(name)) return undefined;
  return new Map(keys).set(name, { generation, lifetime });
}

function ensure(keys: Keys, name: string, lifetime: Lifetime, output: Output): Keys | undefined {
  const there = keys.get(name);
  if (there === undefined) return create(keys, name, lifetime, output);
  if (output.code === 'ALREADY_EXISTS') return there.lifetime === lifetime ? undefined : keys;
  return there.lifetime === lifetime && there.generation === output.generation ? keys : undefined;
}

function copy(keys: Keys, input: Input & { kind: 'copy' }, output: Output): Keys | undefined {
  const source = keys.has(resolve(keys, input.session, input.id));
  const target = nameFor(input.session, input.target, input.lifetime);
  if (output.code === 'DOES_NOT_EXIST') return source ? undefined : keys;
  if (output.code === 'ALREADY_EXISTS') return keys.has(target) ? keys : undefined;
  return source ? create(keys, target, input.lifetime, output) : undefined;
}

function destroy(keys: Keys, input: OnKey, { code }: Output): Keys | undefined {
  const name =
    input.generation === undefined
      ? resolve(keys, input.session, input.id)
      : named(keys, input, input.generation);
  const there = name !== undefined && keys.has(name);
  if (!there) {
    return code === (input.generation === undefined ? 'DOES_NOT_EXIST' : 'INVALID_HANDLE') ? keys : undefined;
  }
  if (code !== 'OK') return undefined;
  const left = new Map(keys);
  left.delete(name);
  return left;
}

/** Where a session finds a key of its handle. */
function named(keys: Keys, { session, id }: OnKey, generation: string): string | undefined {
  return [ownName(session, id), keptName(id), sharedName(id)].find(
    (name) => keys.get(name)?.generation === generation,
  );
}

/** Calls that change nothing. */
function answers(keys: Keys, input: OnKey | OnId, { code, generation }: Output): boolean {
  if (input.kind === 'use') {
    const there = named(keys, input, input.generation ?? '') !== undefined;
    return code === (there ? 'OK' : 'INVALID_HANDLE');
  }
  const key = keys.get(resolve(keys, input.session, input.id));
  if (key === undefined) return code === 'DOES_NOT_EXIST';
  if (input.kind === 'open') return code === 'OK' && key.generation === generation;
  return code === (key.lifetime === 'persistent' ? 'OK' : 'INVALID_ARGUMENT');
}

export function modelFrom(initial: Keys): Model<Keys, Input, Output> {
  return {
    initial,
    step: (keys, input, output) => (output === undefined ? undefined : step(keys, input, output)),
    fingerprint: (keys) =>
      [...keys]
        .map(([name, { generation, lifetime }]) => `${name} ${generation} ${lifetime}`)
        .sort()
        .join(),
    // A copy ties two ids together.
    partition: () => '',
  };
}
