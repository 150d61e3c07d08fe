// A key's attributes: read from a caller or from a record, checked, canonical. Everything that is not named
// is denied.
import * as v from 'valibot';
import { parseAlgorithm, sameAlgorithm } from '../algorithms/index.ts';
import type { ImportAlgorithm } from '../algorithms/types.ts';
import { KeystoreError } from '../errors.ts';
import type { KeyAttributes, Lifetime } from '../rpc/protocol.ts';
import { parse } from './parse.ts';

const MAX_ID_BYTES = 256;
const MAX_LABEL_BYTES = 256;
const MAX_METADATA_BYTES = 4096;

/** Bytes of a string in UTF-8, at least one of its code units for each: cheap to refuse what is far too long. */
function within(text: string, bytes: number): boolean {
  return text.length <= bytes && new TextEncoder().encode(text).length <= bytes;
}

/** A key's id: 1 to 256 bytes of UTF-8. */
export const id = v.pipe(
  v.string('pass the key’s id, a string'),
  v.nonEmpty('an id cannot be empty; pass 1 to 256 bytes of UTF-8'),
  v.check((text) => within(text, MAX_ID_BYTES), 'an id has at most 256 bytes of UTF-8'),
  v.check((text) => text.isWellFormed(), 'an id must be well-formed Unicode, without lone surrogates'),
);

export const lifetime = v.picklist(
  ['session', 'volatile', 'persistent'],
  'lifetime must be session, volatile or persistent',
);

const flag = (name: string) => v.optional(v.boolean(`${name} must be true or false`), false);

const shape = v.strictObject({
  id: v.optional(id),
  lifetime,
  algorithm: v.unknown(),
  usages: v.unknown(),
  extractable: flag('extractable'),
  cache: flag('cache'),
  label: v.optional(
    v.pipe(
      v.string('label must be a string'),
      v.check((text) => within(text, MAX_LABEL_BYTES), 'a label has at most 256 bytes of UTF-8'),
    ),
  ),
  metadata: v.optional(v.unknown()),
});

/** Attributes before the material has told what it knows: its length, its type. */
export interface Template {
  readonly id: string;
  readonly lifetime: Lifetime;
  readonly algorithm: ImportAlgorithm;
  /** Unchecked: which usages there can be depends on the key's type. */
  readonly usages: unknown;
  readonly extractable: boolean;
  readonly cache: boolean;
  readonly label?: string;
  readonly metadata?: unknown;
}

export function parseTemplate(input: unknown, purpose: 'generate' | 'import'): Template {
  const { id: given, algorithm, label, metadata, ...rest } = parse(shape, input, 'attributes');
  if (given === undefined && rest.lifetime !== 'session') {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      `A ${rest.lifetime} key needs an id: pass 1 to 256 bytes of UTF-8.`,
    );
  }
  return {
    // A session key that nobody names gets a name of its own, so that every key has one.
    id: given ?? crypto.randomUUID(),
    algorithm: parseAlgorithm(algorithm, purpose),
    ...rest,
    ...(label === undefined ? {} : { label }),
    ...(metadata === undefined ? {} : { metadata: plainJson(metadata) }),
  };
}

/** App data, as JSON: what comes back is what went in, in every engine and every version. */
function plainJson(metadata: unknown): unknown {
  try {
    const text = JSON.stringify(metadata);
    if (within(text, MAX_METADATA_BYTES)) return JSON.parse(text);
  } catch {
    // BigInt, a cycle: answered below.
  }
  throw new KeystoreError('INVALID_ARGUMENT', 'metadata must be JSON of at most 4,096 bytes.');
}

/** The policies in which two keys differ, by attribute name. App data is no policy. */
export function policyDifferences(a: KeyAttributes, b: KeyAttributes): string[] {
  const differences: string[] = [];
  if (!sameAlgorithm(a.algorithm, b.algorithm)) differences.push('algorithm');
  if (a.usages.join() !== b.usages.join()) differences.push('usages');
  for (const name of ['lifetime', 'extractable', 'cache'] as const) {
    if (a[name] !== b[name]) differences.push(name);
  }
  return differences;
}
