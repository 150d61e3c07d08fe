// What every method of `subtle` needs: the host, and where keys are kept.
import { familyNamed } from '../../algorithms/index.ts';
import type { ImportAlgorithm, KeyFormat, KeyType, Usage } from '../../algorithms/types.ts';
import { type HandleTarget, type HostedKey, handlesOf, targetOf } from '../handle.ts';
import type { Key } from '../key.ts';
import { invalidAccess, notSupported } from './failures.ts';
import type { Operand, SubtleHost } from './host.ts';
import { isNative } from './policy.ts';
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
  const drivers = host.algorithms();
  const its = Object.keys(drivers).filter((variant) => variant === name || variant.startsWith(`${name}/`));
  return its.length === 0 ? !familyNamed(name) : its.some((variant) => drivers[variant] === 'webcrypto');
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

/** @throws TypeError for what is no handle: the engine has answered for its own keys. */
export function hosted(key: unknown): HandleTarget {
  const target = targetOf(key);
  if (target === undefined) throw new TypeError('A CryptoKey was expected.');
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

/** @throws DOMException `InvalidAccessError` */
export function check({ algorithm, usages }: Facts, name: string, usage: Usage): void {
  if (algorithm.name !== name) throw invalidAccess(`the key is for ${algorithm.name}`);
  if (!usages.includes(usage)) throw invalidAccess(`the key's usages do not include ${usage}`);
}

/** @throws DOMException `NotSupportedError` for a format that the algorithm never has, `InvalidAccessError` */
export function checkExport({ algorithm, type, extractable }: Facts, format: KeyFormat): void {
  const formats = familyNamed(algorithm.name)?.formats ?? {};
  const every = Object.values(formats).flat();
  if (!every.includes(format)) throw notSupported(`${algorithm.name} keys have no format ${format}`);
  if (!extractable) throw invalidAccess('the key is not extractable');
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
