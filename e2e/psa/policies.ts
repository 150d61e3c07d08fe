// What a key's policy allows: each usage on its own, and the attributes that a key shows.
import { importAs } from './common.ts';
import type { Draft } from './draft.ts';
import { planKey } from './key.ts';
import { Skipped } from './reasons.ts';

const PLACE = { id: 'key', lifetime: 'volatile' };

/** The policy of a case: usage alg type material. */
interface Policy {
  readonly usage: number;
  readonly alg: string;
  readonly type: string;
  readonly data: string;
}

function readPolicy(draft: Draft): Policy {
  return { usage: draft.number(), alg: draft.word(), type: draft.word(), data: draft.data() };
}

/** Imports the key that a case is about. False where the policy allows nothing and so is refused. */
function imports(draft: Draft, policy: Policy, algorithmAtUse: string): boolean {
  const key = planKey(draft, policy, 'policy');
  if (policy.usage === 0 || policy.alg === '0') {
    draft.change('emptyPolicy');
    importAs(draft, 'key', key, PLACE, 'INVALID_ARGUMENT');
    return false;
  }
  if (algorithmAtUse !== policy.alg) throw new Skipped('operationAlgorithm');
  importAs(draft, 'key', key, PLACE);
  return true;
}

/** usage alg type material, alg at use, status of signing, status of verifying */
export function macKeyPolicy(draft: Draft): void {
  const policy = readPolicy(draft);
  const algorithmAtUse = draft.word();
  const [sign, verify] = [draft.status(), draft.status()];
  if (!imports(draft, policy, algorithmAtUse)) return;
  draft.step({ call: 'sign', key: 'key' }, sign);
  draft.step({ call: 'verify', key: 'key' }, verify);
  if (sign === 'ok' && verify === 'ok') draft.step({ call: 'roundTrip', key: 'key' });
}

/** usage alg type material, alg at use, bytes signed at most, usage as extended */
export function asymmetricSignatureKeyPolicy(draft: Draft): void {
  const policy = readPolicy(draft);
  const algorithmAtUse = draft.word();
  draft.number();
  const extended = draft.number();
  if (!imports(draft, policy, algorithmAtUse)) return;
  const may = (flag: string) => (isSet(draft, extended, flag) ? 'ok' : 'NOT_PERMITTED');
  draft.step({ call: 'sign', key: 'key' }, may('SIGN_MESSAGE'));
  draft.step({ call: 'verify', key: 'key' }, may('VERIFY_MESSAGE'));
}

/** usage alg type material, alg at use */
export function cipherKeyPolicy(draft: Draft): void {
  const policy = readPolicy(draft);
  if (imports(draft, policy, draft.word())) cipherUses(draft, policy.usage, 12);
}

/** usage alg type material, bytes of nonce, of tag, alg at use, status */
export function aeadKeyPolicy(draft: Draft): void {
  const policy = readPolicy(draft);
  const nonce = draft.number();
  draft.number();
  const algorithmAtUse = draft.word();
  const status = draft.status();
  if (!imports(draft, policy, algorithmAtUse)) return;
  if (status !== 'ok') throw new Error('why this should fail is not understood');
  cipherUses(draft, policy.usage, nonce);
}

function cipherUses(draft: Draft, usage: number, nonce: number): void {
  const encrypts = isSet(draft, usage, 'ENCRYPT');
  const decrypts = isSet(draft, usage, 'DECRYPT');
  draft.step({ call: 'encrypt', key: 'key', nonce }, encrypts ? 'ok' : 'NOT_PERMITTED');
  // A policy that allows it lets the wrong tag be found.
  draft.step({ call: 'decrypt', key: 'key', nonce }, decrypts ? 'INVALID_SIGNATURE' : 'NOT_PERMITTED');
  if (encrypts && decrypts) draft.step({ call: 'roundTrip', key: 'key', nonce });
}

function isSet(draft: Draft, usage: number, flag: string): boolean {
  return (usage & draft.valueOf(`PSA_KEY_USAGE_${flag}`)) !== 0;
}

/** type bits usage alg: what is set is what is shown, with the usages that it implies */
export function checkKeyPolicy(draft: Draft): void {
  const type = draft.word();
  const bits = draft.number();
  const usage = draft.number();
  const { policy } = planKey(draft, { type, bits, usage, alg: draft.word(), data: '' }, 'policy');
  draft.step({ call: 'generate', as: 'key', init: { ...policy, ...PLACE } });
  draft.step({ call: 'open', as: 'again', id: PLACE.id });
  for (const key of ['key', 'again']) draft.step({ call: 'has', key, attributes: { ...policy, ...PLACE } });
}

/** type usage alg status, with a usage that does not exist */
export function importWithPolicy(draft: Draft): void {
  const type = draft.word();
  const usage = draft.number();
  const key = planKey(draft, { type, data: '2a'.repeat(16), usage, alg: draft.word() }, 'store');
  importAs(draft, 'key', key, PLACE, draft.status());
}
