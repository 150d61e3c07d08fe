// Bytes by way of keys. Some native operations take or make nothing but keys (AES-KW), and some native keys may do
// nothing else (usages deriveKey, wrapKey, …). So an extractable HMAC key, the one kind of key that is bytes of any
// length, carries the bytes in or out. Secret. The carrier itself is the engine's: it cannot be cleared, only dropped.
import { invalid } from '../../algorithms/input.ts';
import type { Bytes, Encapsulation } from '../driver.ts';
import { toBytes } from './compute.ts';
import { engine } from './engine.ts';
import { argumentsRefused, decryptionRefused, keyRefused, lacking, refuseWith } from './faults.ts';

const CARRIER: HmacImportParams = { name: 'HMAC', hash: 'SHA-256' };

/** What agreement of WebCrypto's curves gives, in bits: a field element (SEC 1, 2.3.5; RFC 7748, 5). */
const AGREED_BITS: Readonly<Record<string, number>> = {
  'P-256': 256,
  'P-384': 384,
  'P-521': 528,
  X25519: 256,
  X448: 448,
};

const refuseKey = refuseWith(keyRefused);
const refuseArguments = refuseWith(argumentsRefused);
const refuseDecryption = refuseWith(decryptionRefused);

function load(bytes: Bytes): Promise<CryptoKey> {
  return engine().importKey('raw', bytes, CARRIER, true, ['sign']).catch(refuseKey);
}

async function unload(carrier: CryptoKey): Promise<Bytes> {
  const bytes = await engine().exportKey('raw', carrier);
  if (bytes instanceof ArrayBuffer) return toBytes(bytes);
  throw new TypeError('the engine exported something that is no bytes');
}

/** By `deriveKey`. @param length - in bits; `null` for all there is (key agreement only). */
export async function deriveByKey(
  key: CryptoKey,
  operation: Algorithm,
  length: number | null,
): Promise<Bytes> {
  const bits = length ?? AGREED_BITS[curveOf(key)];
  if (bits === undefined || bits === 0) throw invalid('state how many bits to derive');
  const into: HmacKeyGenParams = { ...CARRIER, length: bits };
  return unload(await engine().deriveKey(operation, key, into, true, ['sign']).catch(refuseArguments));
}

function curveOf({ algorithm }: CryptoKey): string {
  return 'namedCurve' in algorithm ? String(algorithm.namedCurve) : algorithm.name;
}

/** By `wrapKey`. */
export async function wrapByKey(key: CryptoKey, operation: Algorithm, bytes: Bytes): Promise<Bytes> {
  const carrier = await load(bytes);
  return engine().wrapKey('raw', carrier, key, operation).then(toBytes, refuseArguments);
}

/** By `unwrapKey`. */
export async function unwrapByKey(key: CryptoKey, operation: Algorithm, wrapped: Bytes): Promise<Bytes> {
  return unload(
    await engine().unwrapKey('raw', wrapped, key, operation, CARRIER, true, ['sign']).catch(refuseDecryption),
  );
}

/** By `encapsulateKey`. */
export async function encapsulateByKey(key: CryptoKey, operation: Algorithm): Promise<Encapsulation> {
  const subtle = engine();
  if (subtle.encapsulateKey === undefined) throw lacking('encapsulateKey');
  const made = await subtle.encapsulateKey(operation, key, CARRIER, true, ['sign']).catch(refuseArguments);
  return { sharedKey: await unload(made.sharedKey), ciphertext: toBytes(made.ciphertext) };
}

/** By `decapsulateKey`. */
export async function decapsulateByKey(
  key: CryptoKey,
  operation: Algorithm,
  ciphertext: Bytes,
): Promise<Bytes> {
  const subtle = engine();
  if (subtle.decapsulateKey === undefined) throw lacking('decapsulateKey');
  return unload(
    await subtle.decapsulateKey(operation, key, ciphertext, CARRIER, true, ['sign']).catch(refuseArguments),
  );
}
