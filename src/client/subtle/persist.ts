// Moving a key of `subtle` to where it stays: a handle's is copied in the host, a native one is adopted as it is. Of a
// public handle the public half is kept, never the pair behind it.
import { parseAlgorithm } from '../../algorithms/index.ts';
import { isCryptoKey } from '../../algorithms/input.ts';
import { type HandleTarget, type HostedKey, targetOf } from '../handle.ts';
import { type CallOptions, type CopyInit, invalid } from '../options.ts';
import { toUsages } from './convert.ts';
import type { SubtleHost } from './host.ts';
import { publicHalfOf } from './native.ts';
import { initOf, opened } from './policy.ts';
import { during } from './reach.ts';

/** Copies a key in the host. */
export type Copy = (key: HostedKey, init: CopyInit) => Promise<HostedKey>;

/**
 * @param options - of the call, checked.
 * @throws KeystoreError as `copyKey` and `importKey`; `INVALID_ARGUMENT` for what is no CryptoKey.
 */
export async function persist(
  host: SubtleHost,
  copy: Copy,
  key: CryptoKey,
  id: string,
  options: CallOptions,
): Promise<HostedKey> {
  const target = targetOf(key);
  if (target !== undefined) {
    const isPublic = target.type === 'public';
    const kept = isPublic
      ? keepPublic(host, target, id, options)
      : copy(target.key, { id, lifetime: 'persistent' });
    return during([key], kept);
  }
  if (!isCryptoKey(key)) throw invalid('persist() takes a CryptoKey.');
  const policy = parseAlgorithm(opened(key.algorithm), 'import');
  const { copyable: _, ...init } = initOf(policy, toUsages(key.usages), key.extractable);
  return host.importKey('crypto-key', key, { ...init, id, lifetime: 'persistent' }, options);
}

async function keepPublic(
  host: SubtleHost,
  target: HandleTarget,
  id: string,
  options: CallOptions,
): Promise<HostedKey> {
  const { key, usages, extractable } = target;
  const { format, bytes } = await publicHalfOf(key);
  const { copyable: _, ...init } = initOf(key.attributes.algorithm, usages, extractable);
  return host.importKey(format, bytes, { ...init, id, lifetime: 'persistent' }, options);
}
