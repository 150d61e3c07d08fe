// What the runners share: the groups of arguments that recur, and the steps.
import type { Init } from '../site/steps.ts';
import type { Draft } from './draft.ts';
import { type Planned, type Point, planKey } from './key.ts';
import { Skipped } from './reasons.ts';

export const GONE = 'INVALID_HANDLE';
export const ABSENT = 'DOES_NOT_EXIST';

/** A key and what the case says of it. */
export interface Subject {
  readonly key: Planned;
  readonly data: string;
  readonly usage: number;
}

/** usage alg type material */
export function subject(draft: Draft, point: Point): Subject {
  return typeAndMaterial(draft, { usage: draft.number(), alg: draft.word() }, point);
}

/** usage alg alg2 type material */
export function subjectOfTwo(draft: Draft, point: Point): Subject {
  const policy = { usage: draft.number(), alg: draft.word() };
  oneAlgorithm(draft);
  return typeAndMaterial(draft, policy, point);
}

function typeAndMaterial(draft: Draft, policy: { usage: number; alg: string }, point: Point): Subject {
  const type = draft.word();
  const data = draft.data();
  return { key: planKey(draft, { type, data, ...policy }, point), data, usage: policy.usage };
}

/** The second algorithm of a policy, which has to be none. */
export function oneAlgorithm(draft: Draft): void {
  if (draft.word() !== '0') throw new Skipped('twoAlgorithms');
}

export function dropOwner(draft: Draft): void {
  draft.number();
  draft.change('dropOwner');
}

/** Bytes that may be exported. */
export function rawData(draft: Draft, data: string): Planned {
  const usage = draft.valueOf('PSA_KEY_USAGE_EXPORT');
  return planKey(draft, { type: 'PSA_KEY_TYPE_RAW_DATA', data, usage, alg: '0' }, 'store');
}

export function importAs(draft: Draft, as: string, key: Planned, place: Init, ...ends: string[]): void {
  const { format, data, policy } = key;
  draft.step({ call: 'import', as, format, data, init: { ...policy, ...place } }, ...ends);
}

/** The material comes back if the policy has export; else it does not. */
export function exportIfMay(draft: Draft, name: string, { key, data, usage }: Subject): void {
  const may = (usage & draft.valueOf('PSA_KEY_USAGE_EXPORT')) !== 0;
  const format = key.format === 'pkcs8' ? 'scalar' : 'raw';
  draft.step({ call: 'export', key: name, format, data }, may ? 'ok' : 'NOT_PERMITTED');
}

/** The policy of a copy: it has its source's algorithm without asking. */
export function withoutAlgorithm({ algorithm: _, ...rest }: Init): Init {
  return rest;
}
