// The dictionary JsonWebKey, and what WebCrypto checks of one before it looks at the key in it. May hold secrets, as
// strings: what is passed on is what the key needs.
import type { Usage } from '../../algorithms/types.ts';
import { toIterable, toText } from './convert.ts';
import { dataError } from './failures.ts';

const STRINGS = [
  'alg',
  'crv',
  'd',
  'dp',
  'dq',
  'e',
  'k',
  'kty',
  'n',
  'p',
  'priv',
  'pub',
  'q',
  'qi',
  'use',
  'x',
  'y',
];

export interface Jwk {
  /** The key's own members, and `alg`. */
  readonly key: JsonWebKey;
  readonly isPrivate: boolean;
  readonly use: string | undefined;
  readonly ext: boolean | undefined;
  readonly operations: readonly string[] | undefined;
}

/** Reads each member once. */
export function toJwk(value: unknown): Jwk {
  // WebIDL makes an empty dictionary of these.
  if (value === null || value === undefined) return toJwk({});
  if (typeof value !== 'object' && typeof value !== 'function') {
    throw new TypeError('A JWK must be an object.');
  }
  const key: Record<string, string> = {};
  for (const member of STRINGS) {
    const text: unknown = Reflect.get(value, member);
    if (text !== undefined) key[member] = toText(text);
  }
  const ext: unknown = Reflect.get(value, 'ext');
  const operations: unknown = Reflect.get(value, 'key_ops');
  const { use, ...members } = key;
  const isMultiPrime = hasOtherPrimes(value);
  return {
    // No engine has RSA with more primes, and what they are is nothing to send: that they are there is refused.
    key: isMultiPrime && key['kty'] === 'RSA' ? { ...members, oth: [] } : members,
    isPrivate: 'd' in key || 'priv' in key,
    use,
    ext: ext === undefined ? undefined : Boolean(ext),
    operations: operations === undefined ? undefined : [...toIterable(operations)].map(toText),
  };
}

/** What was read of a JWK, for an engine to read. */
export function asRead({ key, use, ext, operations }: Jwk): JsonWebKey {
  return {
    ...key,
    ...(use === undefined ? {} : { use }),
    ...(ext === undefined ? {} : { ext }),
    ...(operations === undefined ? {} : { key_ops: [...operations] }),
  };
}

/** sequence<RsaOtherPrimesInfo>, a dictionary, whatever the algorithm. */
function hasOtherPrimes(value: object): boolean {
  const oth: unknown = Reflect.get(value, 'oth');
  if (oth === undefined) return false;
  for (const prime of toIterable(oth)) {
    if (prime === undefined || prime === null || typeof prime === 'object' || typeof prime === 'function')
      continue;
    throw new TypeError('oth of a JWK must be a sequence of objects.');
  }
  return true;
}

const PURPOSES = ['sig', 'enc'];
const SIGNING: readonly Usage[] = ['sign', 'verify'];

/** @throws DOMException `DataError` for a JWK that does not allow what is asked for. */
export function checkJwk(
  { key, use, ext, operations }: Jwk,
  usages: readonly Usage[],
  extractable: boolean,
): void {
  if (key.kty === undefined) throw dataError('the JWK has no kty');
  const purpose = usages.some((usage) => SIGNING.includes(usage)) ? 'sig' : 'enc';
  // What is no use at all is refused by engines whatever the usages.
  if (use !== undefined && (usages.length > 0 ? use !== purpose : !PURPOSES.includes(use))) {
    throw dataError('use of the JWK does not match the usages');
  }
  if (operations !== undefined) {
    const distinct = new Set(operations);
    if (distinct.size !== operations.length || !usages.every((usage) => distinct.has(usage))) {
      throw dataError('key_ops of the JWK does not match the usages');
    }
  }
  if (ext === false && extractable) throw dataError('the JWK says that it is not extractable');
}
