// Native keys at work. On the path of every operation: what does not change between calls is made once.
import type { KeyAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes, Material, WorkingKey } from '../driver.ts';
import { decryptionFailed, invalid, noPublicHalf, wiped } from '../failures.ts';
import { engine } from './engine.ts';
import {
  exportNative,
  exportPublicWith,
  importPublicKey,
  nativeOperation,
  operationRefused,
  verifyNative,
} from './public.ts';

const toBytes = (buffer: ArrayBuffer): Bytes => new Uint8Array(buffer);

function refuseOperation(cause: unknown): never {
  throw operationRefused(cause);
}

function failDecryption(): never {
  throw decryptionFailed();
}

/** @throws KeystoreError `INVALID_ARGUMENT` for material that is not this driver's. */
export function open(material: Material, algorithm: KeyAlgorithm): WorkingKey {
  const { secret, publicKey, type } = material;
  if (secret instanceof Uint8Array) throw invalid('this key belongs to another driver');
  if (type === 'public' || secret === null) return openPublic(publicKey, algorithm);
  if (algorithm.name === 'AES-GCM') return openCipher(secret, algorithm);
  if (algorithm.name === 'HMAC') return openMac(secret, algorithm);
  return openPrivate(secret, publicKey, algorithm);
}

function openPrivate(secret: CryptoKey, spki: Bytes | null, algorithm: KeyAlgorithm): WorkingKey {
  const subtle = engine();
  const operation = nativeOperation(algorithm);
  const held = hold(secret);
  const half = spki === null ? null : openPublic(spki, algorithm);
  return {
    sign: (data, params) => subtle.sign(operation(params), held.key(), data).then(toBytes, refuseOperation),
    ...(half?.verify ? { verify: half.verify } : {}),
    exportKey: async (format) => exportNative(held.key(), format),
    exportPublicKey: async (format) => {
      if (half === null) throw noPublicHalf();
      return half.exportPublicKey(format);
    },
    copySecret: held.key,
    wipe: () => {
      held.drop();
      half?.wipe();
    },
  };
}

function openMac(secret: CryptoKey, algorithm: KeyAlgorithm): WorkingKey {
  const subtle = engine();
  const operation = nativeOperation(algorithm);
  const held = hold(secret);
  return {
    sign: (data, params) => subtle.sign(operation(params), held.key(), data).then(toBytes, refuseOperation),
    verify: (signature, data, params) => verifyNative(held.key(), operation(params), signature, data),
    ...exportsOfSecret(held),
  };
}

function openCipher(secret: CryptoKey, algorithm: KeyAlgorithm): WorkingKey {
  const subtle = engine();
  const operation = nativeOperation(algorithm);
  const held = hold(secret);
  return {
    encrypt: (data, params) =>
      subtle.encrypt(operation(params), held.key(), data).then(toBytes, refuseOperation),
    decrypt: (data, params) =>
      subtle.decrypt(operation(params), held.key(), data).then(toBytes, failDecryption),
    ...exportsOfSecret(held),
  };
}

function openPublic(spki: Bytes | null, algorithm: KeyAlgorithm): WorkingKey {
  if (spki === null) throw noPublicHalf();
  const operation = nativeOperation(algorithm);
  // Most keys of a host only ever sign; the engine parses the public half when it is first asked for.
  let pending: Promise<CryptoKey> | null = null;
  const load = (): Promise<CryptoKey> => {
    pending ??= importPublicKey(spki, algorithm).catch((error: unknown) => {
      pending = null;
      throw error;
    });
    return pending;
  };
  const exportPublicKey = async (format: KeyFormat) => exportPublicWith(await load(), format);
  return {
    verify: (signature, data, params) =>
      load().then((key) => verifyNative(key, operation(params), signature, data)),
    exportKey: exportPublicKey,
    exportPublicKey,
    copySecret: () => null,
    wipe: () => {
      pending = null;
    },
  };
}

/** The one reference to a native key, so that dropping it lets the engine free the key. */
interface Held {
  key(): CryptoKey;
  drop(): void;
}

function hold(secret: CryptoKey): Held {
  let held: CryptoKey | null = secret;
  return {
    key() {
      if (held === null) throw wiped();
      return held;
    },
    drop() {
      held = null;
    },
  };
}

function exportsOfSecret(
  held: Held,
): Pick<WorkingKey, 'exportKey' | 'exportPublicKey' | 'copySecret' | 'wipe'> {
  return {
    exportKey: async (format) => exportNative(held.key(), format),
    exportPublicKey: async () => {
      throw noPublicHalf();
    },
    copySecret: held.key,
    wipe: held.drop,
  };
}
