// From PSA's attributes and material to what keyslot's importKey takes.
import type { Format, Init } from '../site/steps.ts';
import type { Draft } from './draft.ts';
import { ecPkcs8, rsaBits, rsaPkcs8, rsaSpki } from './material.ts';
import { type Skip, Skipped } from './reasons.ts';
import {
  ALGORITHM_OF_KIND,
  ALGORITHMS,
  type Algorithm,
  CURVES,
  FLAGS,
  KEY_TYPES,
  type Kind,
  LEAST_USAGE,
  NO_ALGORITHMS,
  NO_KEY_TYPES,
  USAGES,
} from './vocabulary.ts';

/** A key as a case describes it. */
export interface Described {
  readonly type: string;
  readonly data: string;
  readonly usage: number;
  readonly alg: string;
  /** As stated; 0 where the material tells. */
  readonly bits?: number;
}

/** A key as keyslot is given it. */
export interface Planned {
  readonly format: Format;
  readonly data: string;
  /** Attributes but for the id and the lifetime. */
  readonly policy: Init;
}

/**
 * What a case is about. `store`: that keys are kept, for which another algorithm, or one for none, serves as well.
 * `material`: the same, but that the material is what it is. `policy`: what is allowed, which stays as it is.
 */
export type Point = 'store' | 'material' | 'policy';

export function planKey(draft: Draft, key: Described, point: Point): Planned {
  const kind = kindOf(key.type);
  if (point !== 'material' && isShortRsa(kind, key.data)) {
    if (point === 'policy' || key.alg !== '0') throw new Skipped(reasonOf(key.alg) ?? 'rsaSize');
    draft.change('rsaBytes');
    return planAs(draft, 'bytes', { ...key, bits: 0 }, point);
  }
  if (kind === 'bytes') draft.change('rawData');
  return planAs(draft, kind, key, point);
}

function planAs(draft: Draft, kind: Kind, key: Described, point: Point): Planned {
  const usual = point === 'policy' ? undefined : ALGORITHM_OF_KIND[kind];
  const named = algorithmOf(draft, key.alg);
  if (named === undefined && usual !== undefined && kind !== 'bytes') draft.change('noAlgorithm');
  const algorithm = named ?? (usual && { name: usual });
  const policy = {
    algorithm: algorithm && complete(kind, algorithm, key, point),
    ...usagesOf(draft, key.usage, usual),
  };
  return { ...wrap(kind, key, policy.algorithm), policy };
}

/** The algorithm with its members in the order in which keyslot shows them. */
function complete(kind: Kind, { name, hash = 'SHA-256' }: Algorithm, key: Described, point: Point): Init {
  if (name === 'ECDSA') return { name, namedCurve: curveOf(kind, key), hash };
  if (name === 'RSA-PSS') return { name, hash };
  // Where the material is the point, it tells its length, unless the case states one.
  const length =
    key.bits || (point === 'material' && key.data !== '' ? undefined : (key.data.length / 2) * 8);
  return { name, ...(name === 'HMAC' && { hash }), ...(length !== undefined && { length }) };
}

/** The curve of the stated size or, without one, of the material; `SECP_R1-255` for a size that no curve has. */
function curveOf(kind: Kind, { type, data, bits }: Described): string | undefined {
  if (!bits && data === '') return undefined;
  const family = /PSA_ECC_FAMILY_(\w+)/.exec(type)?.[1] ?? '';
  const bytes = kind === 'ec' ? data.length / 2 : (data.length / 2 - 1) / 2;
  const isIts = (size: number) => (bits ? size === bits : Math.ceil(size / 8) === bytes);
  const [name, curve] = Object.entries(CURVES[family] ?? {}).find(([size]) => isIts(Number(size))) ?? [];
  if (curve === null) throw new Skipped('keyType');
  return curve ?? `${family}-${name ?? (bits || bytes * 8)}`;
}

function wrap(kind: Kind, { data }: Described, algorithm: Init | undefined): Omit<Planned, 'policy'> {
  if (kind === 'rsa') return { format: 'pkcs8', data: rsaPkcs8(data) };
  if (kind === 'rsa-public') return { format: 'spki', data: rsaSpki(data) };
  if (kind === 'ec') return { format: 'pkcs8', data: ecPkcs8(String(algorithm?.['namedCurve']), data) };
  return { format: 'raw', data };
}

export function kindOf(type: string): Kind {
  const kind = KEY_TYPES[type];
  if (kind !== undefined) return kind;
  throw missing(type, NO_KEY_TYPES);
}

/** `undefined` for a policy without an algorithm. */
export function algorithmOf(draft: Draft, alg: string): Algorithm | undefined {
  if (alg === '0') return undefined;
  const algorithm = ALGORITHMS[alg];
  if (algorithm === undefined) throw missing(alg, NO_ALGORITHMS);
  if (algorithm.change !== undefined) draft.change(algorithm.change);
  return algorithm;
}

function reasonOf(alg: string): Skip | undefined {
  return NO_ALGORITHMS.find(([pattern]) => pattern.test(alg))?.[1];
}

function missing(word: string, reasons: readonly (readonly [RegExp, Skip])[]): Error {
  const reason = reasons.find(([pattern]) => pattern.test(word))?.[1];
  return reason === undefined ? new Error(`nothing is said about ${word}`) : new Skipped(reason);
}

/** PSA's flags as usages and permissions; `least` is for keys that would have no usage. */
export function usagesOf(draft: Draft, flags: number, least?: Algorithm['name']): Init {
  const isSet = (flag: string) => (flags & draft.valueOf(flag)) !== 0;
  if (isSet(FLAGS.derive)) throw new Skipped('derivation');
  const known = [...Object.values(USAGES).flat(), ...Object.values(FLAGS)];
  const unknown = known.reduce((left, flag) => left & ~draft.valueOf(flag), flags);
  const usages: string[] = Object.entries(USAGES).flatMap(([usage, its]) => (its.some(isSet) ? [usage] : []));
  if (unknown !== 0) usages.push(`0x${unknown.toString(16)}`);
  if (usages.length === 0 && least !== undefined) {
    draft.change('noUsage');
    usages.push(LEAST_USAGE[least]);
  }
  return { usages, extractable: isSet(FLAGS.extractable), copyable: isSet(FLAGS.copyable) };
}

function isShortRsa(kind: Kind, data: string): boolean {
  if (kind !== 'rsa' && kind !== 'rsa-public') return false;
  return (rsaBits(data) ?? 2048) < 2048;
}

/** The algorithm that decides which usage a key without any is given. */
export function leastOf({ policy }: Planned): Algorithm['name'] | undefined {
  const algorithm = policy['algorithm'] as { name: Algorithm['name'] } | undefined;
  return algorithm?.name;
}
