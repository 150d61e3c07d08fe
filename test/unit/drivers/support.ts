// What the driver tests share: bytes, hex, expected errors, keys of each variant.
import { expect } from 'vitest';
import type {
  ImportAlgorithm,
  KeyAlgorithm,
  KeyFormat,
  OperationParams,
} from '../../../src/algorithms/types.ts';
import type { Bytes, Imported, Material, WorkingKey } from '../../../src/drivers/driver.ts';
import { drivers } from '../../../src/drivers/index.ts';
import type { ErrorCode } from '../../../src/errors.ts';

export const utf8 = (text: string): Bytes => new TextEncoder().encode(text);
export const hex = (text: string): Bytes => new Uint8Array(Buffer.from(text, 'hex'));
export const toHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** What a rejects/throws matcher compares a KeystoreError with. */
export const code = (name: ErrorCode) =>
  expect.objectContaining({ name: 'KeystoreError', code: name, message: expect.stringMatching(/.{20}/) });

export async function generate(
  driver: 'webcrypto' | 'noble',
  algorithm: KeyAlgorithm,
  extractable = true,
): Promise<Material> {
  const family = await drivers[driver].family(algorithm);
  return family.generate(algorithm, extractable);
}

export async function importKey(
  driver: 'webcrypto' | 'noble',
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  algorithm: ImportAlgorithm,
  extractable = true,
): Promise<Imported> {
  const family = await drivers[driver].family(algorithm);
  return family.import(format, data, algorithm, extractable);
}

export async function open(material: Material, algorithm: KeyAlgorithm): Promise<WorkingKey> {
  const family = await drivers[material.driver].family(algorithm);
  return family.open(material, algorithm);
}

/** Signs, or fails the test if the key cannot. */
export async function sign(key: WorkingKey, data: Bytes, params: OperationParams = {}): Promise<Bytes> {
  if (!key.sign) throw new Error('the key cannot sign');
  return key.sign(data, params);
}

export async function verify(
  key: WorkingKey,
  signature: Bytes,
  data: Bytes,
  params: OperationParams = {},
): Promise<boolean> {
  if (!key.verify) throw new Error('the key cannot verify');
  return key.verify(signature, data, params);
}

export async function encrypt(key: WorkingKey, data: Bytes, params: OperationParams): Promise<Bytes> {
  if (!key.encrypt) throw new Error('the key cannot encrypt');
  return key.encrypt(data, params);
}

export async function decrypt(key: WorkingKey, data: Bytes, params: OperationParams): Promise<Bytes> {
  if (!key.decrypt) throw new Error('the key cannot decrypt');
  return key.decrypt(data, params);
}

export function asBytes(exported: Bytes | JsonWebKey): Bytes {
  if (exported instanceof Uint8Array) return exported;
  throw new Error('expected bytes, not a JWK');
}

export function asJwk(exported: Bytes | JsonWebKey): JsonWebKey {
  if (exported instanceof Uint8Array) throw new Error('expected a JWK, not bytes');
  return exported;
}
