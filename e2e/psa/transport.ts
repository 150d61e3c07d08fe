// Import and export, of material of every kind.
import { ABSENT, exportIfMay, importAs } from './common.ts';
import type { Draft } from './draft.ts';
import { kindOf, type Planned, planKey } from './key.ts';
import { placeOf } from './place.ts';
import { Skipped } from './reasons.ts';

const PLACE = { id: 'key', lifetime: 'volatile' };

/** material type usage alg lifetime bits, difference of the buffer, status of the export, whether it is the same */
export function importExport(draft: Draft): void {
  const data = draft.data();
  const type = draft.word();
  const usage = draft.number();
  const alg = draft.word();
  const place = placeOf(draft, draft.number(), 0, PLACE.id);
  const bits = draft.number();
  exactBuffer(draft);
  const status = draft.status();
  const key = planKey(draft, { type, data, usage, alg, bits }, 'store');
  if (draft.number() === 0 || (status === 'ok') !== key.policy['extractable']) {
    throw new Error('what this should export is not understood');
  }
  importAs(draft, 'key', key, place);
  draft.step({ call: 'has', key: 'key', attributes: { ...key.policy, ...place } });
  if (kindOf(type) === 'ec-public') draft.step({ call: 'exportPublic', key: 'key', data });
  else exportIfMay(draft, 'key', { key, data, usage });
}

/** material type alg lifetime, difference of the buffer, status, public key */
export function importExportPublicKey(draft: Draft): void {
  const data = draft.data();
  const type = draft.word();
  const alg = draft.word();
  const place = placeOf(draft, draft.number(), 0, PLACE.id);
  exactBuffer(draft);
  const status = draft.status();
  const usage = draft.valueOf('PSA_KEY_USAGE_EXPORT');
  const key = planKey(draft, { type, data, usage, alg }, 'store');
  importAs(draft, 'key', key, place);
  draft.step({ call: 'exportPublic', key: 'key', data: draft.data() }, status);
}

/** A buffer of another size than the result's: there are no buffers. */
function exactBuffer(draft: Draft): void {
  if (draft.number() !== 0) throw new Skipped('buffer');
}

/** material type bits status */
export function importWithData(draft: Draft): void {
  const data = draft.data();
  const type = draft.word();
  const bits = draft.number();
  const status = draft.status();
  const key = planKey(draft, { type, data, bits, usage: 0, alg: '0' }, 'material');
  const scalar = otherLength(key, data);
  if (scalar !== undefined) {
    importScalar(draft, key, scalar);
    return;
  }
  importAs(draft, 'key', key, PLACE, expected(draft, key, status));
  if (status !== 'ok') draft.step({ call: 'open', id: PLACE.id }, ABSENT);
}

/** An EC number of this curve written in too many or too few bytes: the same in as many as the curve has. */
function otherLength({ policy, format }: Planned, data: string): string | undefined {
  const { namedCurve } = policy['algorithm'] as { namedCurve?: string };
  if (format !== 'pkcs8' || namedCurve !== 'P-256') return undefined;
  const digits = data.replace(/^(00)+/, '');
  return digits.length <= 64 && data.length !== 64 ? digits.padStart(64, '0') : undefined;
}

/** It is the number that PSA would not read, and no other. */
function importScalar(draft: Draft, { policy, ...key }: Planned, scalar: string): void {
  draft.change('scalarLength');
  importAs(draft, 'key', { ...key, policy: { ...policy, extractable: true } }, PLACE);
  draft.step({ call: 'export', key: 'key', format: 'scalar', data: scalar });
}

/** A curve that does not exist has another code than one that the material is not on. */
function expected(draft: Draft, { policy }: Planned, status: string): string {
  const { namedCurve = '' } = policy['algorithm'] as { namedCurve?: string };
  if (!namedCurve.startsWith('SECP') || status !== 'INVALID_ARGUMENT') return status;
  draft.change('curve');
  return 'NOT_SUPPORTED';
}

/** material type bits alg: the key does what it can */
export function importAndExerciseKey(draft: Draft): void {
  const data = draft.data();
  const type = draft.word();
  const bits = draft.number();
  const usage = draft.valueOf('PSA_KEY_USAGE_SIGN_HASH') | draft.valueOf('PSA_KEY_USAGE_VERIFY_HASH');
  const key = planKey(draft, { type, data, bits, usage, alg: draft.word() }, 'policy');
  importAs(draft, 'key', key, PLACE);
  draft.step({ call: 'roundTrip', key: 'key' });
}

/** bits, whether a pair, status: an RSA key too large for Mbed TLS, which no engine finds too large */
export function importRsaMadeUp(): void {
  throw new Skipped('rsaLimit');
}
