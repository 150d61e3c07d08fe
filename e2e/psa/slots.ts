// Slot management: the life of a slot, ids that are taken, and copies from slot to slot.
import {
  ABSENT,
  dropOwner,
  exportIfMay,
  GONE,
  importAs,
  oneAlgorithm,
  rawData,
  subject,
  subjectOfTwo,
  withoutAlgorithm,
} from './common.ts';
import type { Draft } from './draft.ts';
import { leastOf, usagesOf } from './key.ts';
import { anyPlaceOf, placeOf } from './place.ts';

/** owner usage alg type material how */
export function transientSlotLifecycle(draft: Draft): void {
  dropOwner(draft);
  const { key } = subject(draft, 'store');
  const how = draft.word();
  const place = { id: 'volatile', lifetime: 'volatile' };
  importAs(draft, 'key', key, place);
  draft.step({ call: 'use', key: 'key' });
  if (how.startsWith('INVALIDATE_BY_DESTROYING')) draft.step({ call: 'destroy', id: place.id });
  // With live handles: the tab that has them survives its host.
  else draft.restart('crash');
  draft.step({ call: 'use', key: 'key' }, GONE);
  if (how.endsWith('WITH_SHUTDOWN')) draft.restart('closing');
  draft.step({ call: 'open', id: place.id }, ABSENT);
}

/** lifetime owner id usage alg alg2 type material how */
export function persistentSlotLifecycle(draft: Draft): void {
  const lifetime = draft.number();
  dropOwner(draft);
  // Cached, so that a purge has something to drop.
  const place = { ...placeOf(draft, lifetime, draft.number()), cache: true };
  const its = subjectOfTwo(draft, 'store');
  const how = draft.word();
  const stays = !how.startsWith('INVALIDATE_BY_DESTROYING');
  importAs(draft, 'key', its.key, place);
  draft.step({ call: 'use', key: 'key' });
  if (!stays) draft.step({ call: 'destroy', id: place.id });
  else if (how.startsWith('INVALIDATE_BY_PURGING')) draft.step({ call: 'purge', id: place.id });
  else draft.restart('crash');
  draft.step({ call: 'use', key: 'key' }, stays ? 'ok' : GONE);
  if (how.endsWith('WITH_SHUTDOWN')) draft.restart('closing');
  draft.step({ call: 'open', as: 'again', id: place.id }, stays ? 'ok' : ABSENT);
  if (!stays) return;
  draft.step({ call: 'has', key: 'again', attributes: { ...its.key.policy, ...place } });
  exportIfMay(draft, 'again', its);
}

/** lifetime owner id purge-policy */
export function createExistent(draft: Draft): void {
  const lifetime = draft.number();
  dropOwner(draft);
  const place = { ...placeOf(draft, lifetime, draft.number()), cache: true };
  const when = draft.word();
  const [first, second] = ['01', '02'].map((byte) => rawData(draft, byte.repeat(16)));
  if (first === undefined || second === undefined) return;
  importAs(draft, 'first', first, place);
  if (when === 'PURGE_BEFORE') draft.step({ call: 'purge', id: place.id });
  importAs(draft, 'second', second, place, 'ALREADY_EXISTS');
  if (when === 'PURGE_AFTER') draft.step({ call: 'purge', id: place.id });
  draft.step({ call: 'open', as: 'again', id: place.id });
  for (const key of ['first', 'again']) draft.step({ call: 'export', key, format: 'raw', data: first.data });
}

/** lifetime id expected-status */
export function createFail(draft: Draft): void {
  const place = anyPlaceOf(draft, draft.number(), draft.number());
  importAs(draft, 'key', rawData(draft, '01'), place, draft.status());
  // Nothing was made: the id, where it can be one, names no key.
  const canBe = place.id !== '' && place.id.length <= 256;
  draft.step({ call: 'open', id: place.id }, canBe ? ABSENT : 'INVALID_ARGUMENT');
}

/**
 * source: lifetime owner id usage alg alg2, type material; target: lifetime owner id usage alg alg2; expected: usage
 * alg alg2
 */
export function copyAcrossLifetimes(draft: Draft): void {
  const lifetime = draft.number();
  dropOwner(draft);
  const source = placeOf(draft, lifetime, draft.number(), 'source');
  const { key, data } = subjectOfTwo(draft, 'store');
  const least = leastOf(key);
  const targetLifetime = draft.number();
  dropOwner(draft);
  const target = placeOf(draft, targetLifetime, draft.number(), 'target');
  const asked = usagesOf(draft, draft.number(), least);
  noAlgorithm(draft);
  const usage = draft.number();
  const expected = usagesOf(draft, usage, least);
  noAlgorithm(draft);
  importAs(draft, 'source', key, source);
  draft.step({ call: 'copy', as: 'copy', from: source.id, init: { ...asked, ...target } });
  // What becomes of the source is nothing to the copy.
  draft.step({ call: 'destroy', id: source.id });
  if (target.lifetime === 'persistent') draft.restart('closing');
  draft.step({ call: 'open', as: 'target', id: target.id });
  draft.step({ call: 'has', key: 'target', attributes: { ...key.policy, ...expected, ...target } });
  exportIfMay(draft, 'target', { key, data, usage });
}

/** alg alg2, both none: all cases left are copies of raw data. */
function noAlgorithm(draft: Draft): void {
  oneAlgorithm(draft);
  oneAlgorithm(draft);
}

/** source: lifetime id usage alg type material; target: the same six */
export function copyToOccupied(draft: Draft): void {
  const source = placeOf(draft, draft.number(), draft.number(), 'source');
  const first = subject(draft, 'store');
  const target = placeOf(draft, draft.number(), draft.number(), 'target');
  const second = subject(draft, 'store');
  importAs(draft, 'source', first.key, source);
  if (target.id !== source.id) importAs(draft, 'target', second.key, target);
  const init = { ...withoutAlgorithm(second.key.policy), ...target };
  draft.step({ call: 'copy', from: source.id, init }, 'ALREADY_EXISTS');
  draft.step({ call: 'open', as: 'still', id: target.id });
  const there = target.id === source.id ? first : second;
  draft.step({ call: 'has', key: 'still', attributes: { ...there.key.policy, ...target } });
  exportIfMay(draft, 'still', there);
  exportIfMay(draft, 'source', first);
}
