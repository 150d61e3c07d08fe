// Copies: the policy of the copy, and copies that may not be.
import { ABSENT, importAs, oneAlgorithm, withoutAlgorithm } from './common.ts';
import type { Draft } from './draft.ts';
import { algorithmOf, leastOf, type Planned, planKey, usagesOf } from './key.ts';
import { type Place, placeOf } from './place.ts';

interface Source {
  readonly key: Planned;
  readonly alg: string;
  readonly type: string;
  readonly data: string;
  readonly place: Place;
}

/** usage alg alg2 lifetime type material */
function readSource(draft: Draft): Source {
  const usage = draft.number();
  const alg = draft.word();
  oneAlgorithm(draft);
  const place = placeOf(draft, draft.number(), 0, 'source');
  const type = draft.word();
  const data = draft.data();
  return { key: planKey(draft, { type, data, usage, alg }, 'store'), alg, type, data, place };
}

/** source, whether its attributes are copied, target: usage alg alg2 lifetime, expected: usage alg alg2 */
export function copySuccess(draft: Draft): void {
  const { key, alg, data, place } = readSource(draft);
  const copiesAttributes = draft.number() !== 0;
  const usage = draft.number();
  const targetAlg = draft.word();
  draft.skipArguments(1);
  const target = placeOf(draft, draft.number(), 0, 'target');
  if (!copiesAttributes && targetAlg !== alg) {
    algorithmOf(draft, targetAlg);
    throw new Error('a copy with another algorithm is not understood');
  }
  const asked = copiesAttributes ? withoutAlgorithm(key.policy) : usagesOf(draft, usage, leastOf(key));
  const expected = usagesOf(draft, draft.number(), leastOf(key));
  draft.skipArguments(2);
  importAs(draft, 'source', key, place);
  draft.step({ call: 'copy', as: 'target', from: 'source', init: { ...asked, ...target } });
  draft.step({ call: 'has', key: 'target', attributes: { ...key.policy, ...expected, ...target } });
  const ends = expected['extractable'] === true ? 'ok' : 'NOT_PERMITTED';
  draft.step({ call: 'export', key: 'target', format: 'raw', data }, ends);
  draft.step({ call: 'use', key: 'target' });
  draft.step({ call: 'destroy', id: 'source' });
  draft.step({ call: 'use', key: 'target' });
}

/** source, target: type bits usage alg alg2 id lifetime, status */
export function copyFail(draft: Draft): void {
  const { key, alg, type, place } = readSource(draft);
  const targetType = draft.word();
  const bits = draft.number();
  const usage = draft.number();
  const targetAlg = draft.word();
  oneAlgorithm(draft);
  const id = draft.number();
  const target = placeOf(draft, draft.number(), id, 'target');
  const isOther = (targetType !== '0' && targetType !== type) || bits !== 0 || targetAlg !== alg;
  if (isOther) {
    if (targetAlg !== '0') algorithmOf(draft, targetAlg);
    draft.change('copyAlgorithm');
  }
  const other = isOther ? { algorithm: { name: 'AES-GCM', length: bits || 256 } } : {};
  importAs(draft, 'source', key, place);
  const init = { ...usagesOf(draft, usage, leastOf(key)), ...other, ...target };
  draft.step({ call: 'copy', from: 'source', init }, draft.status());
  draft.step({ call: 'open', id: target.id }, target.id === '' ? 'INVALID_ARGUMENT' : ABSENT);
  draft.step({ call: 'use', key: 'source' });
}
