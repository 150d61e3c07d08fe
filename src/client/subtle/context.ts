// What every method of `subtle` needs: the host, and where keys are kept.
import { familyNamed } from '../../algorithms/index.ts';
import type {
  ImportAlgorithm,
  KeyFormat,
  KeyType,
  KeyAlgorithm as PolicyAlgorithm,
  Usage,
} from '../../algorithms/types.ts';
import { type HandleTarget, type HostedKey, handlesOf, targetOf } from '../handle.ts';
import type { Key } from '../key.ts';
import { REGISTRATIONS } from './dictionaries.ts';
import { invalidAccess, notSupported } from './failures.ts';
import type { Operand, SubtleHost } from './host.ts';
import { canonicalName, plainName } from './normalize.ts';
import { isNative, opened } from './policy.ts';
import { watch } from './reach.ts';

/** Where keys of native algorithms are kept: in the caller as the engine's CryptoKeys, or in the host. */
export type SubtlePlace = 'caller' | 'host';

export interface Context {
  readonly host: SubtleHost;
  readonly place: SubtlePlace;
}

/** Whether a key of this policy and type is the engine's own, here in the caller. Public keys always are, if they can be. */
export function staysHere(
  { host, place }: Context,
  policy: ImportAlgorithm,
  type: KeyType,
  bits?: number,
): boolean {
  return (place === 'caller' || type === 'public') && isNative(host.algorithms(), policy, bits);
}

/** Whether the engine has some keys of this name, so that it can say what is wrong with an algorithm. */
export function engineHas({ host }: Context, name: string): boolean {
  return !foreignNames(host.algorithms()).has(name);
}

/** By what a host has told, which it tells once: the names that this engine does not know. */
const foreign = new WeakMap<object, ReadonlySet<string>>();

function foreignNames(drivers: ReturnType<SubtleHost['algorithms']>): ReadonlySet<string> {
  let names = foreign.get(drivers);
  if (names === undefined) {
    const nameIn = ([variant]: [string, string]): string => variant.split('/')[0] ?? '';
    const all = Object.entries(drivers);
    const native = new Set(all.filter(([, driver]) => driver === 'webcrypto').map(nameIn));
    names = new Set(all.map(nameIn).filter((name) => !native.has(name)));
    foreign.set(drivers, names);
  }
  return names;
}

/**
 * Whether an algorithm is one that this engine does not know, so that it could not say that a key of its own is for
 * another. Names behind getters are the engine's to read: they are read once.
 */
export function isForeign(context: Context, algorithm: unknown): boolean {
  const name = plainName(algorithm);
  return name !== undefined && isForeignName(context, name);
}

export function isForeignName({ host }: Context, name: string): boolean {
  const canonical = canonicalName(name);
  return canonical !== undefined && foreignNames(host.algorithms()).has(canonical);
}

/** What a caller gets of a key that was made for it. */
export function handleOf(
  { host }: Context,
  made: Key | CryptoKey,
  shown: { namedCurve?: unknown; extractable: boolean },
): CryptoKey {
  if (made instanceof CryptoKey) return made;
  const { namedCurve, extractable } = shown;
  return handlesOf(watch(made, host), {
    ...(typeof namedCurve === 'string' ? { namedCurve } : {}),
    extractable,
  }).main;
}

/**
 * The key of a handle, after the checks that come first.
 *
 * @throws TypeError for what is no key; DOMException `InvalidAccessError`
 */
export function hosted(key: CryptoKey, name: string, usage: Usage): HandleTarget {
  check(factsOf(key), name, usage);
  const target = targetOf(key);
  if (target === undefined) throw notSupported('this browser does not have this algorithm');
  return target;
}

/** A key as the host is to use it. */
export function operandOf(key: CryptoKey): Operand {
  return targetOf(key)?.key ?? key;
}

/** What checks look at: of a handle, what it was made with. */
export interface Facts {
  readonly type: KeyType;
  readonly extractable: boolean;
  readonly algorithm: Readonly<KeyAlgorithm>;
  readonly usages: readonly Usage[];
  readonly key?: HostedKey;
}

export function factsOf(key: CryptoKey): Facts {
  return targetOf(key) ?? key;
}

/** What a key's parameters are read by: its policy in the host or, of a native key, the widest there is. */
export function policyOfKey(key: CryptoKey): PolicyAlgorithm {
  return targetOf(key)?.key.attributes.algorithm ?? opened(key.algorithm);
}

/** @throws DOMException `InvalidAccessError` */
export function check({ algorithm, usages }: Facts, name: string, usage: Usage): void {
  if (algorithm.name !== name) throw invalidAccess(`the key is for ${algorithm.name}`);
  if (!usages.includes(usage)) throw invalidAccess(`the key's usages do not include ${usage}`);
}

/** The specification's order. @throws DOMException `NotSupportedError` for what the algorithm never has, `InvalidAccessError` */
export function checkExport({ algorithm, type, extractable }: Facts, format: KeyFormat): void {
  const formats = familyNamed(algorithm.name)?.formats ?? {};
  const every = Object.values(formats).flat();
  // Whether keys of this algorithm come out at all is asked before whether this one may.
  if (REGISTRATIONS[algorithm.name]?.exportKey === undefined) {
    throw notSupported(`keys of ${algorithm.name} are never exported`);
  }
  if (!extractable) throw invalidAccess('the key is not extractable');
  if (!every.includes(format)) throw notSupported(`${algorithm.name} keys have no format ${format}`);
  if (!formats[type]?.includes(format)) throw invalidAccess(`a ${type} key has no format ${format}`);
}

/** The engine's name of a format: older engines know the plain `raw` only, and mean the same. */
export function nativeFormat(name: string, format: unknown): KeyFormat {
  if (format === 'raw-secret' || format === 'raw-public') {
    const family = familyNamed(name);
    const formats = family?.formats[format === 'raw-secret' ? 'secret' : 'public'];
    if (formats?.includes('raw') && formats.includes(format)) return 'raw';
  }
  return format as KeyFormat;
}
