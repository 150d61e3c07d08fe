// The engine's operations with a native key at hand, their results as bytes and their faults as keyslot's errors. On the
// path of every operation. Key handles only; what deriveBits, decrypt and (de)capsulate return is secret.
import type { Bytes, Encapsulation } from '../driver.ts';
import { engine } from './engine.ts';
import { argumentsRefused, decryptionRefused, lacking, operationRefused, refuseWith } from './faults.ts';

export const toBytes = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer);

const refuseOperation = refuseWith(operationRefused);
const refuseArguments = refuseWith(argumentsRefused);
const refuseDecryption = refuseWith(decryptionRefused);

export function sign(key: CryptoKey, operation: Algorithm, data: BufferSource): Promise<Bytes> {
  return engine().sign(operation, key, data).then(toBytes, refuseOperation);
}

export function verify(
  key: CryptoKey,
  operation: Algorithm,
  signature: BufferSource,
  data: BufferSource,
): Promise<boolean> {
  return engine().verify(operation, key, signature, data).catch(refuseOperation);
}

export function encrypt(key: CryptoKey, operation: Algorithm, data: BufferSource): Promise<Bytes> {
  return engine().encrypt(operation, key, data).then(toBytes, refuseArguments);
}

export function decrypt(key: CryptoKey, operation: Algorithm, data: BufferSource): Promise<Bytes> {
  return engine().decrypt(operation, key, data).then(toBytes, refuseDecryption);
}

export function deriveBits(key: CryptoKey, operation: Algorithm, length: number | null): Promise<Bytes> {
  return engine().deriveBits(operation, key, length).then(toBytes, refuseArguments);
}

export async function encapsulate(key: CryptoKey, operation: Algorithm): Promise<Encapsulation> {
  const subtle = engine();
  if (subtle.encapsulateBits === undefined) throw lacking('encapsulateBits');
  const made = await subtle.encapsulateBits(operation, key).catch(refuseArguments);
  return { sharedKey: toBytes(made.sharedKey), ciphertext: toBytes(made.ciphertext) };
}

export async function decapsulate(
  key: CryptoKey,
  operation: Algorithm,
  ciphertext: BufferSource,
): Promise<Bytes> {
  const subtle = engine();
  if (subtle.decapsulateBits === undefined) throw lacking('decapsulateBits');
  return subtle.decapsulateBits(operation, key, ciphertext).then(toBytes, refuseArguments);
}
