// What keyslot is, one call after the other: a set of keys by name. Every run of the host, however its calls overlap,
// must be equal to some order of them on this model (G1).
import type { Model } from '../../../e2e/linearizability/checker.ts';
import type { Lifetime } from '../../../src/rpc/protocol.ts';
import type { SeatNumber, SuccessionKind } from './succession.ts';

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
      readonly generation?: string;
      readonly target: string;
      readonly lifetime: Lifetime;
    }
  | { readonly kind: 'end'; readonly session: number }
  | {
      readonly kind: SuccessionKind;
      readonly session: number;
      readonly from: SeatNumber;
      readonly to: SeatNumber;
    };

export interface Output {
  /** `OK`, or the code of an error. */
  readonly code: string;
  /** Of the key that was created or found. */
  readonly generation?: string;
  /** The caller was told that it is unknown; this is what became of it. */
  readonly unknown?: true;
  /** The hosts that the call was sent to. */
  readonly asked?: ReadonlySet<SeatNumber>;
}

const SEATS = [0, 1, 2] as const satisfies readonly SeatNumber[];

type Keys = ReadonlyMap<string, ModelKey>;

/** A session's own keys come before those that the hosts it asks keep in memory, and these before those of the owner. */
function resolve(keys: Keys, session: number, id: string, { asked = new Set() }: Output): string {
  const kept = [...asked].map((host) => keptName(host, id));
  return [ownName(session, id), ...kept].find((name) => keys.has(name)) ?? sharedName(id);
}

/** The name of a volatile key whose host owns the store no more: its id is free at the owner. */
function keptName(host: SeatNumber, id: string): string {
  return `kept by ${host}/${id}`;
}

export function sharedName(id: string): string {
  return `shared/${id}`;
}

/** The name of a stored key whose id means, at the owner, another that it has kept. Only its handle means it. */
function coveredName(id: string): string {
  return `covered/${id}`;
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
      return passed(keys, input.from, input.to);
    case 'loss':
      return uncovered(new Map([...keys].filter(([, { lifetime }]) => lifetime === 'persistent')));
    default:
      return answers(keys, input, output) ? keys : undefined;
  }
}

/**
 * Volatile keys stay with their host when the store does not, and are the owner's again with it. One whose id was given
 * away meanwhile takes the id back, and covers the stored key.
 */
function passed(keys: Keys, from: SeatNumber, to: SeatNumber): Keys {
  const left = new Map<string, ModelKey>();
  for (const [name, key] of keys) {
    const kept = key.lifetime === 'volatile' && name.startsWith('shared/');
    left.set(kept ? name.replace('shared', `kept by ${from}`) : name, key);
  }
  const next = uncovered(left);
  for (const [name, key] of [...next]) {
    const [keeper, id = ''] = name.split('/');
    if (keeper !== `kept by ${to}`) continue;
    const stored = next.get(sharedName(id));
    if (stored !== undefined) next.set(coveredName(id), stored);
    next.delete(name);
    next.set(sharedName(id), key);
  }
  return next;
}

/** A stored key has its id again when the one that covered it has gone. */
function uncovered(keys: Keys): Map<string, ModelKey> {
  return new Map(
    [...keys].map(([name, key]) => {
      const shared = name.replace(/^covered/, 'shared');
      return [keys.has(shared) ? name : shared, key];
    }),
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
  const { generation } = input;
  const source = nameOf(keys, input, output) !== undefined;
  const target = nameFor(input.session, input.target, input.lifetime);
  if (output.code === (generation === undefined ? 'DOES_NOT_EXIST' : 'INVALID_HANDLE'))
    return source ? undefined : keys;
  if (output.code === 'ALREADY_EXISTS') return keys.has(target) ? keys : undefined;
  return source ? create(keys, target, input.lifetime, output) : undefined;
}

function destroy(keys: Keys, input: OnKey, output: Output): Keys | undefined {
  const { code } = output;
  const name = nameOf(keys, input, output);
  if (name === undefined) {
    return code === (input.generation === undefined ? 'DOES_NOT_EXIST' : 'INVALID_HANDLE') ? keys : undefined;
  }
  if (code !== 'OK') return undefined;
  const left = new Map(keys);
  left.delete(name);
  return uncovered(left);
}

/** The key that is meant: by its id or, with a generation, this very one. */
function nameOf(keys: Keys, input: OnKey | (Input & { kind: 'copy' }), output: Output): string | undefined {
  if (input.generation !== undefined) return named(keys, input, input.generation);
  const name = resolve(keys, input.session, input.id, output);
  return keys.has(name) ? name : undefined;
}

/** Where a session finds a key of its handle. */
function named(
  keys: Keys,
  { session, id }: { session: number; id: string },
  generation: string,
): string | undefined {
  const kept = SEATS.map((host) => keptName(host, id));
  return [ownName(session, id), ...kept, sharedName(id), coveredName(id)].find(
    (name) => keys.get(name)?.generation === generation,
  );
}

/** Calls that change nothing. */
function answers(keys: Keys, input: OnKey | OnId, output: Output): boolean {
  const { code, generation } = output;
  if (input.kind === 'use') {
    const there = named(keys, input, input.generation ?? '') !== undefined;
    return code === (there ? 'OK' : 'INVALID_HANDLE');
  }
  const key = keys.get(resolve(keys, input.session, input.id, output));
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
