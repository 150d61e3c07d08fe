// A key's attributes: read from a caller or from a record, checked, canonical. Everything that is not named
// is denied.
import { parseAlgorithm, sameAlgorithm, USAGES } from '../algorithms/index.ts';
import { byDefault, optional } from '../algorithms/params.ts';
import { anything, flag, listOf, oneOf, table, textThat } from '../algorithms/shape.ts';
import type { ImportAlgorithm } from '../algorithms/types.ts';
import { KeystoreError } from '../errors.ts';
import type { KeyAttributes, Lifetime } from '../rpc/protocol.ts';

const MAX_ID_BYTES = 256;
const MAX_LABEL_BYTES = 256;
const MAX_METADATA_BYTES = 4096;
/** More than there are. */
const MAX_USAGES = 32;

/** Bytes of a string in UTF-8, at least one of its code units for each: cheap to refuse what is far too long. */
function within(text: string, bytes: number): boolean {
  // One to three bytes for a code unit: most strings need not be encoded to know. This is on the path of every call.
  if (text.length * 3 <= bytes) return true;
  return text.length <= bytes && new TextEncoder().encode(text).length <= bytes;
}

/** A key's id. */
export const id = textThat(
  (text) => text !== '' && within(text, MAX_ID_BYTES) && text.isWellFormed(),
  'a key’s id, a string of 1 to 256 bytes of UTF-8 without lone surrogates',
);

export const lifetime = oneOf(['session', 'volatile', 'persistent']);

const denied = byDefault(flag, false);

const common = {
  id: optional(id),
  lifetime,
  extractable: denied,
  copyable: denied,
  cache: denied,
  pinned: denied,
  label: optional(
    textThat((text) => within(text, MAX_LABEL_BYTES), 'a string of at most 256 bytes of UTF-8'),
  ),
  metadata: anything,
};

const shape = table({
  ...common,
  algorithm: anything,
  usages: anything,
  multipart: denied,
  slow: denied,
  driver: optional(oneOf(['noble'])),
});

const copyShape = table({ ...common, usages: optional(listOf(oneOf(USAGES), MAX_USAGES)) });

/** Attributes before the material has told what it knows: its length, its type. */
export interface Template {
  readonly id: string;
  readonly lifetime: Lifetime;
  readonly algorithm: ImportAlgorithm;
  /** Unchecked: which usages there can be depends on the key's type. */
  readonly usages: unknown;
  readonly extractable: boolean;
  readonly copyable: boolean;
  readonly cache: boolean;
  readonly pinned: boolean;
  readonly multipart: boolean;
  readonly slow?: true;
  /** Asked for, where the engine has the algorithm too. Not an attribute of the key: its record says who computes. */
  readonly driver?: 'noble';
  readonly label?: string;
  readonly metadata?: unknown;
}

export function parseTemplate(input: unknown, purpose: 'generate' | 'import'): Template {
  const { algorithm, usages, slow, driver, ...rest } = shape(input, 'attributes');
  return {
    ...named(rest),
    algorithm: parseAlgorithm(algorithm, purpose),
    usages,
    ...(slow ? { slow } : {}),
    ...(driver === undefined ? {} : { driver }),
  };
}

/** Attributes of a copy: what it shares with its source is not asked for again. */
export type CopyTemplate = Omit<Template, 'algorithm' | 'usages' | 'multipart' | 'slow' | 'driver'> & {
  readonly usages?: readonly string[];
};

export function parseCopyTemplate(input: unknown): CopyTemplate {
  const { usages, ...rest } = copyShape(input, 'attributes');
  return { ...named(rest), ...(usages === undefined ? {} : { usages }) };
}

interface Common {
  readonly id?: string | undefined;
  readonly lifetime: Lifetime;
  readonly label?: string | undefined;
  readonly metadata?: unknown;
}

/** What every kind of key has, canonical: an id, and app data only where there is any. */
function named<C extends Common>({ id: given, label, metadata, ...rest }: C) {
  if (given === undefined && rest.lifetime !== 'session') {
    throw new KeystoreError(
      'INVALID_ARGUMENT',
      `A ${rest.lifetime} key needs an id: pass 1 to 256 bytes of UTF-8.`,
    );
  }
  return {
    // A session key that nobody names gets a name of its own, so that every key has one.
    id: given ?? crypto.randomUUID(),
    ...rest,
    ...(label === undefined ? {} : { label }),
    ...(metadata === undefined ? {} : { metadata: plainJson(metadata) }),
  };
}

/** App data, as JSON: what comes back is what JSON makes of what went in, in every engine and every version. */
function plainJson(metadata: unknown): unknown {
  try {
    // A clone keeps shared references, so that 200 bytes can unfold to gigabytes: counted while it unfolds.
    let left = MAX_METADATA_BYTES;
    const text = JSON.stringify(metadata, function (this: unknown, key: string, value: unknown) {
      left -= 1 + (Array.isArray(this) ? 0 : key.length) + (typeof value === 'string' ? value.length : 0);
      if (left < 0) throw new RangeError('too large');
      return value;
    });
    if (within(text, MAX_METADATA_BYTES)) return JSON.parse(text);
  } catch {
    // BigInt, a cycle: answered below.
  }
  throw new KeystoreError('INVALID_ARGUMENT', 'metadata must be JSON of at most 4,096 bytes.');
}

const POLICIES = ['lifetime', 'extractable', 'copyable', 'cache', 'pinned', 'multipart', 'slow'] as const;

/** The policies in which two keys differ, by attribute name. App data is no policy. */
export function policyDifferences(a: KeyAttributes, b: KeyAttributes): string[] {
  const differences: string[] = [];
  if (!sameAlgorithm(a.algorithm, b.algorithm)) differences.push('algorithm');
  if (a.usages.join() !== b.usages.join()) differences.push('usages');
  for (const name of POLICIES) {
    if (a[name] !== b[name]) differences.push(name);
  }
  return differences;
}
