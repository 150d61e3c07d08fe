// SubtleCrypto's operations with a handle: the host computes. The checks and their DOMExceptions are those of the
// Web Cryptography API, section 14.3, in its order.
import type { KeyFormat, Usage } from '../../algorithms/types.ts';
import type { HandleTarget } from '../handle.ts';
import { asDOMException, invalidAccess } from './failures.ts';

type Members = Readonly<Record<string, unknown>>;

export async function exportKey(
  format: KeyFormat,
  handle: CryptoKey,
  { key, type }: HandleTarget,
): Promise<ArrayBuffer | JsonWebKey> {
  if (!handle.extractable) throw invalidAccess('the key is not extractable');
  const exported = await attempt(() =>
    type === 'public' ? key.exportPublicKey(format) : key.exportKey(format),
  );
  if (exported instanceof Uint8Array) return exported.buffer;
  return { ...exported, key_ops: [...handle.usages], ext: handle.extractable };
}

export async function sign(algorithm: Members, handle: CryptoKey, { key }: HandleTarget, data: BufferSource) {
  checkBytes(data);
  check('sign', algorithm, handle);
  checkHash(algorithm, key.attributes.algorithm);
  const signature = await attempt(() => key.sign(data, saltOf(algorithm)));
  return signature.buffer;
}

export async function verify(
  algorithm: Members,
  handle: CryptoKey,
  { key }: HandleTarget,
  signature: BufferSource,
  data: BufferSource,
): Promise<boolean> {
  checkBytes(signature, data);
  check('verify', algorithm, handle);
  checkHash(algorithm, key.attributes.algorithm);
  return attempt(() => key.verify(signature, data, saltOf(algorithm)));
}

export async function cipher(
  method: 'encrypt' | 'decrypt',
  algorithm: Members,
  handle: CryptoKey,
  { key }: HandleTarget,
  data: BufferSource,
): Promise<ArrayBuffer> {
  checkBytes(data);
  check(method, algorithm, handle);
  const { tagLength = 128, iv, additionalData } = algorithm;
  if (tagLength !== 128)
    throw new DOMException('keys in the host have tags of 128 bits', 'NotSupportedError');
  // The host says what is wrong with them; here they only must be there.
  const params = { iv: iv as BufferSource, additionalData: additionalData as BufferSource | undefined };
  const result = await attempt(() => key[method](data, params));
  return result.buffer;
}

/** WebIDL: an argument of the wrong type is a TypeError, before anything else is looked at. */
function checkBytes(...all: unknown[]): void {
  for (const bytes of all) {
    if (!(bytes instanceof ArrayBuffer) && !ArrayBuffer.isView(bytes)) {
      throw new TypeError('The data must be an ArrayBuffer or a view of one.');
    }
  }
}

function check(usage: Usage, { name }: Members, handle: CryptoKey): void {
  const its = handle.algorithm.name;
  if (typeof name !== 'string' || name.toLowerCase() !== its.toLowerCase()) {
    throw invalidAccess(`the key is for ${its}`);
  }
  const usages: readonly Usage[] = handle.usages;
  if (!usages.includes(usage)) throw invalidAccess(`the key's usages do not include ${usage}`);
}

/** The hash of an ECDSA key in the host is part of its policy. */
function checkHash({ hash }: Members, policy: { readonly name: string; readonly hash?: string }): void {
  if (policy.name !== 'ECDSA') return;
  const asked = typeof hash === 'string' ? hash : (hash as { name?: unknown } | undefined)?.name;
  if (typeof asked === 'string' && asked.toUpperCase() === policy.hash) return;
  throw new DOMException(`this key signs with ${policy.hash} only`, 'NotSupportedError');
}

function saltOf({ name, saltLength }: Members): { saltLength?: number } {
  const isPss = typeof name === 'string' && name.toUpperCase() === 'RSA-PSS';
  return isPss && typeof saltLength === 'number' ? { saltLength } : {};
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw asDOMException(error, { INVALID_ARGUMENT: 'OperationError' });
  }
}
