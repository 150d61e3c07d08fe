// Persistent keys: stored, loaded, destroyed, damaged; and the attributes that a key keeps.
import type { Damage } from '../site/records.ts';
import { ABSENT, dropOwner, exportIfMay, GONE, importAs, rawData } from './common.ts';
import type { Draft } from './draft.ts';
import { type Planned, planKey } from './key.ts';
import { idOf, type Place, placeOf } from './place.ts';
import { Skipped } from './reasons.ts';

/** Damage to a record of PSA's, by how the description of the case calls it. */
const DAMAGES: Readonly<Record<string, Damage>> = {
  'Parse storage: wrong version': 'version',
  'Parse storage: data too big': 'keyTooBig',
  'Parse storage: bad magic': 'badMagic',
  'Parse storage: truncated magic': 'truncatedMagic',
  'Parse storage: truncated header': 'truncatedHeader',
  'Parse storage: truncated key': 'truncatedKey',
};

/** record, expected: material lifetime type bits usage alg alg2 status. The records are of PSA's own format. */
export function parseStorageDataCheck(draft: Draft): void {
  draft.skipArguments(8);
  const status = draft.status();
  if (status === 'ok') throw new Skipped('format');
  const damage = DAMAGES[draft.description];
  if (damage === undefined) throw new Error('this damage is not known');
  draft.change('record');
  // Of this kind the store has the bytes and not a CryptoKey.
  const place = { id: '1', lifetime: 'persistent', multipart: true };
  importAs(draft, 'key', rawData(draft, '2b7e151628aed2a6abf7158809cf4f3c'), place);
  draft.step({ call: 'damage', id: place.id, damage });
  // Some damage shows only when the material is taken up.
  draft.step({ call: 'openAndUse', id: place.id }, status, 'DATA_CORRUPT');
  draft.step({ call: 'destroy', id: place.id });
}

/** size status */
export function saveLargePersistentKey(draft: Draft): void {
  draft.change('largest');
  const isMore = draft.word().endsWith('+1');
  saveLarge(draft, isMore, draft.status(), { id: '1', lifetime: 'persistent' });
}

/** type bytes status */
export function importLargeKey(draft: Draft): void {
  draft.word();
  draft.number();
  draft.change('largest');
  const status = draft.status();
  saveLarge(draft, status !== 'ok', status, { id: 'large', lifetime: 'volatile' });
}

/** keyslot's limit on HMAC keys, in bytes. */
const LARGEST = 65_536;

function saveLarge(draft: Draft, isMore: boolean, status: string, place: Place): void {
  if (isMore !== (status === 'NOT_SUPPORTED')) throw new Error('the limit of the case is not understood');
  const key = rawData(draft, '2a'.repeat(isMore ? LARGEST + 1 : LARGEST));
  importAs(draft, 'key', key, place, isMore ? 'INVALID_ARGUMENT' : 'ok');
  draft.step({ call: 'open', as: 'again', id: place.id }, isMore ? ABSENT : 'ok');
  if (!isMore) draft.step({ call: 'export', key: 'again', format: 'raw', data: key.data });
}

/** owner id restart, type material, another type material */
export function persistentKeyDestroy(draft: Draft): void {
  dropOwner(draft);
  const place = persistent(draft);
  const restarts = draft.number() !== 0;
  const [first, second] = [typeAndMaterial(draft), typeAndMaterial(draft)];
  importAs(draft, 'first', first, place);
  if (restarts) draft.restart('closing');
  draft.step({ call: 'destroy', id: place.id });
  draft.step({ call: 'open', id: place.id }, ABSENT);
  draft.restart('closing');
  draft.step({ call: 'open', id: place.id }, ABSENT);
  importAs(draft, 'second', second, place);
  draft.step({ call: 'use', key: 'second' });
}

/** owner id type material restart status */
export function persistentKeyImport(draft: Draft): void {
  dropOwner(draft);
  const place = persistent(draft);
  const key = typeAndMaterial(draft);
  const restarts = draft.number() !== 0;
  const status = draft.status();
  importAs(draft, 'key', key, place, status);
  if (status !== 'ok') return;
  if (restarts) draft.restart('closing');
  draft.step({ call: 'open', as: 'again', id: place.id });
  draft.step({ call: 'has', key: 'again', attributes: { ...key.policy, ...place } });
  draft.step({ call: 'use', key: 'again' });
}

/** material type bits restart lost: the record is removed under the key */
export function importExportPersistentKey(draft: Draft): void {
  const data = draft.data();
  const type = draft.word();
  const bits = draft.number();
  const restarts = draft.number() !== 0;
  const isLost = draft.number() !== 0;
  const usage = draft.valueOf('PSA_KEY_USAGE_EXPORT');
  const key = planKey(draft, { type, data, bits, usage, alg: '0' }, 'store');
  const place = { id: '1', lifetime: 'persistent' };
  importAs(draft, 'key', key, place);
  // With a crash the tab keeps its key, which is asked for once more afterwards.
  if (restarts) draft.restart('crash');
  if (isLost) {
    draft.step({ call: 'removeRecord', id: place.id });
    draft.step({ call: 'use', key: 'key' }, GONE);
    draft.step({ call: 'open', id: place.id }, ABSENT);
    return;
  }
  exportIfMay(draft, 'key', { key, data, usage });
  draft.step({ call: 'open', as: 'again', id: place.id });
  draft.step({ call: 'has', key: 'again', attributes: { ...key.policy, ...place } });
  exportIfMay(draft, 'again', { key, data, usage });
}

/** id status */
export function destroyNonexistent(draft: Draft): void {
  const id = idOf(draft, draft.number());
  const status = draft.status();
  if (status === 'ok') draft.change('nothing');
  else if (id.length <= 256) draft.change('gone');
  draft.step({ call: 'destroy', id }, id === '' || id.length > 256 ? 'INVALID_ARGUMENT' : ABSENT);
}

/** owner id lifetime usage alg type bits */
export function attributesSetGet(draft: Draft): void {
  dropOwner(draft);
  const id = draft.number();
  const place = placeOf(draft, draft.number(), id);
  const usage = draft.number();
  const alg = draft.word();
  const type = draft.word();
  const bits = draft.number();
  const { policy } = planKey(draft, { type, data: '00'.repeat(bits / 8), bits, usage, alg }, 'policy');
  draft.step({ call: 'generate', as: 'key', init: { ...policy, ...place } });
  draft.step({ call: 'has', key: 'key', attributes: { ...policy, ...place } });
  draft.restart('closing');
  draft.step({ call: 'open', as: 'again', id: place.id });
  draft.step({ call: 'has', key: 'again', attributes: { ...policy, ...place } });
}

function persistent(draft: Draft): Place {
  return { id: idOf(draft, draft.number()), lifetime: 'persistent' };
}

function typeAndMaterial(draft: Draft): Planned {
  const type = draft.word();
  return planKey(draft, { type, data: draft.data(), usage: 0, alg: '0' }, 'store');
}
