// A host whose engine is said to lack what it has, so that what `subtle` does elsewhere can be tested here: noble makes
// the keys of those algorithms, and nothing of them is left to the engine. No secrets.
import { ENGINE_HASHES } from '../../algorithms/hash.ts';
import { KeystoreError } from '../../errors.ts';
import type { KeyInit } from '../options.ts';
import type { Into, SubtleHost } from './host.ts';
import { canonicalName } from './normalize.ts';

/** `true` for every algorithm that noble has, else their names. */
export type Fallback = boolean | readonly string[];

type Drivers = ReturnType<SubtleHost['algorithms']>;

/** Every engine has RSA, and noble has not. */
const isCovered = (name: unknown): boolean =>
  typeof name === 'string' && canonicalName(name) === name && !name.startsWith('RSA');

/** @throws KeystoreError `INVALID_ARGUMENT` */
export function checkFallback(fallback: unknown): void {
  if (typeof fallback === 'boolean' || (Array.isArray(fallback) && fallback.every(isCovered))) return;
  throw new KeystoreError(
    'INVALID_ARGUMENT',
    'fallback must be true, or an array of names such as AES-GCM; RSA is every browser’s own.',
  );
}

export function withFallback(host: SubtleHost, fallback: Fallback): SubtleHost {
  if (fallback === false) return host;
  const isForced = (name: string): boolean =>
    isCovered(name) && (fallback === true || fallback.includes(name));
  const init = (its: KeyInit): KeyInit => (isForced(nameOf(its)) ? { ...its, driver: 'noble' } : its);
  // A host tells once what it has, and every call asks for it.
  const merged = new WeakMap<Drivers, Drivers>();
  const merge = (its: Drivers): Drivers => {
    // Digests are in no host's list of algorithms.
    const forced = [...ENGINE_HASHES, ...Object.keys(its)].filter((variant) =>
      isForced(variant.split('/', 1)[0] ?? ''),
    );
    return { ...its, ...Object.fromEntries(forced.map((variant) => [variant, 'noble' as const])) };
  };
  const into = (its: Into): Into => ('init' in its ? { ...its, init: init(its.init) } : its);
  return {
    ...host,
    algorithms() {
      const its = host.algorithms();
      const known = merged.get(its) ?? merge(its);
      merged.set(its, known);
      return known;
    },
    generateKey: (its) => host.generateKey(init(its)),
    // The engine's key is adopted as it is.
    importKey: (format, data, its) => host.importKey(format, data, format === 'crypto-key' ? its : init(its)),
    deriveKey: (base, params, length, its) => host.deriveKey(base, params, length, into(its)),
    unwrapKey: (wrapped, unwrapping, params, its) => host.unwrapKey(wrapped, unwrapping, params, into(its)),
    encapsulateKey: (key, params, its) => host.encapsulateKey(key, params, into(its)),
    decapsulateKey: (key, params, ciphertext, its) => host.decapsulateKey(key, params, ciphertext, into(its)),
  };
}

const nameOf = ({ algorithm }: KeyInit): string =>
  typeof algorithm === 'string' ? algorithm : algorithm.name;
