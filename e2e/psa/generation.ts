// Generation: sizes that there are and sizes that there are not.
import type { Init } from '../site/steps.ts';
import { ABSENT } from './common.ts';
import type { Draft } from './draft.ts';
import { kindOf, planKey } from './key.ts';
import { Skipped } from './reasons.ts';

const PLACE = { id: 'key', lifetime: 'volatile' };

/** keyslot's limit on HMAC keys, in bits. */
const LARGEST = 524_288;

interface Size {
  readonly bits: number;
  readonly status: string;
}

/** type bits usage alg status, whether large */
export function generateKey(draft: Draft): void {
  const type = draft.word();
  if (type.includes('PUBLIC_KEY')) throw new Skipped('generatedType');
  const kind = kindOf(type);
  const word = draft.word();
  const usage = draft.number();
  const alg = draft.word();
  const stated = draft.status();
  const isLarge = draft.number() !== 0;
  if (kind === 'rsa') {
    rsaSize(draft, draft.valueOf(word), stated);
    return;
  }
  const { bits, status } =
    kind === 'bytes' ? rawSize(draft, word, stated, isLarge) : { bits: draft.valueOf(word), status: stated };
  const { policy } = planKey(draft, { type, bits, data: '', usage, alg }, 'store');
  if (kind === 'aes' && status !== 'ok') {
    draft.change('cipherSize');
    refused(draft, policy, 'NOT_SUPPORTED');
    return;
  }
  if (status !== 'ok') {
    refused(draft, policy, status);
    return;
  }
  draft.step({ call: 'generate', as: 'key', init: { ...policy, ...PLACE } });
  draft.step({ call: 'open', as: 'again', id: PLACE.id });
  draft.step({ call: 'has', key: 'again', attributes: { ...policy, ...PLACE } });
  draft.step({ call: 'use', key: 'again' });
}

function refused(draft: Draft, policy: Init, status: string): void {
  draft.step({ call: 'generate', init: { ...policy, ...PLACE } }, status);
  draft.step({ call: 'open', id: PLACE.id }, ABSENT);
}

/** All that succeed in PSA are too short here; sizes that nobody takes are refused whatever the key is for. */
function rsaSize(draft: Draft, bits: number, status: string): void {
  if (status === 'ok') throw new Skipped('rsaSize');
  draft.change('rsaScheme');
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-256', ...(bits !== 0 && { modulusLength: bits }) };
  refused(draft, { algorithm, usages: ['sign', 'verify'] }, status);
}

function rawSize(draft: Draft, word: string, status: string, isLarge: boolean): Size {
  // Larger than a request to Mbed TLS's generator of random numbers, which is no limit here.
  if (word.includes('CTR_DRBG')) throw new Skipped('keySize');
  const bits = draft.valueOf(word);
  if (!isLarge && bits % 8 !== 0 && status === 'INVALID_ARGUMENT') throw new Skipped('partialByte');
  if (!isLarge && status !== 'NOT_SUPPORTED') return { bits, status };
  draft.change('largest');
  return isLarge ? { bits: LARGEST, status } : { bits: LARGEST + 8, status: 'INVALID_ARGUMENT' };
}
