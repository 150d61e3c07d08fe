// encrypt, decrypt, sign, verify (Web Cryptography API, sections 14.3.1 to 14.3.4) with handles, and digest (14.3.5).
// What is passed to the host is copied by the Key before its first await.
import { ENGINE_HASHES } from '../../algorithms/hash.ts';
import { engine } from '../../drivers/webcrypto/engine.ts';
import type { HandleTarget } from '../handle.ts';
import { PATIENT } from '../options.ts';
import { isChunks, joined } from './chunks.ts';
import { type Context, hosted } from './context.ts';
import { bytesAt, copyOf } from './convert.ts';
import { attempt, notSupported } from './failures.ts';
import type { DigestInput } from './host.ts';
import { canonicalName, type Normalized, named, nameOf, normalize, plainName, toKey } from './normalize.ts';
import { isNative, isNobleHash, paramsOf } from './policy.ts';
import { during } from './reach.ts';

export function sign(context: Context, input: unknown, its: unknown, data: unknown): Promise<ArrayBuffer> {
  const key = toKey(its);
  const algorithm = normalize('sign', input);
  const bytes = bytesAt(data, 'The data');
  return attempt('operate', async () => {
    const target = hosted(key, algorithm.name, 'sign');
    checkHash(context, algorithm, target);
    const params = paramsOf(algorithm, target.key.attributes.algorithm, 'sign');
    return (await during([key], target.key.sign(bytes, { ...params, ...PATIENT }))).buffer;
  });
}

export function verify(
  context: Context,
  input: unknown,
  its: unknown,
  signature: unknown,
  data: unknown,
): Promise<boolean> {
  const key = toKey(its);
  const algorithm = normalize('verify', input);
  const signed = bytesAt(signature, 'The signature');
  const bytes = bytesAt(data, 'The data');
  return attempt('operate', () => {
    const target = hosted(key, algorithm.name, 'verify');
    checkHash(context, algorithm, target);
    const params = paramsOf(algorithm, target.key.attributes.algorithm, 'verify');
    return during([key], target.key.verify(signed, bytes, { ...params, ...PATIENT }));
  });
}

export function cipher(
  _: Context,
  method: 'encrypt' | 'decrypt',
  input: unknown,
  its: unknown,
  data: unknown,
): Promise<ArrayBuffer> {
  const key = toKey(its);
  const algorithm = normalize(method, input);
  const bytes = bytesAt(data, 'The data');
  return attempt('operate', async () => {
    const target = hosted(key, algorithm.name, method);
    const params = paramsOf(algorithm, target.key.attributes.algorithm, method);
    return (await during([key], target.key[method](bytes, { ...params, ...PATIENT }))).buffer;
  });
}

/** A key of the engine's has the engine's hashes, wherever it is. */
function checkHash({ host }: Context, { hash }: Normalized, { key }: HandleTarget): void {
  if (isNobleHash(hash) && isNative(host.algorithms(), key.attributes.algorithm)) {
    throw notSupported(`this browser does not sign with ${hash}`);
  }
}

export function digest(context: Context, input: unknown, data: unknown): Promise<ArrayBuffer> {
  const { host } = context;
  const plain = plainName(input);
  const name = plain ?? nameOf(input);
  const canonical = canonicalName(name);
  if (canonical !== undefined && isChunks(data)) {
    return digestChunks(context, normalize('digest', input, name), data);
  }
  if (canonical === undefined || isEngines(canonical, host.algorithms()[canonical])) {
    const its = plain === undefined ? named(input, name) : (input as AlgorithmIdentifier);
    return engine().digest(its, data as BufferSource);
  }
  const algorithm = normalize('digest', input, name);
  const bytes = copyOf(data, 'The data');
  return attempt('operate', async () => (await host.digest(algorithm as DigestInput, bytes)).buffer);
}

/** Engines take all at once, and so does the host. */
async function digestChunks(
  { host }: Context,
  algorithm: Normalized,
  chunks: Parameters<typeof joined>[0],
): Promise<ArrayBuffer> {
  const bytes = await joined(chunks);
  if (!isEngines(algorithm.name, host.algorithms()[algorithm.name])) {
    return attempt('operate', async () => (await host.digest(algorithm as DigestInput, bytes)).buffer);
  }
  try {
    return await engine().digest({ ...algorithm }, bytes);
  } finally {
    bytes.fill(0);
  }
}

const isEngines = (name: string, driver?: string): boolean =>
  driver === undefined ? ENGINE_HASHES.some((hash) => hash === name) : driver === 'webcrypto';
