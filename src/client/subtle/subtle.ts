// `keystore.subtle`: WebCrypto's interface to the algorithms of the store. What the engine has stays the
// engine's, in the caller; what only the host can do becomes a session key there, behind a handle.

import { checkUsages, keyTypeOfImport } from '../../algorithms/index.ts';
import type { ImportAlgorithm, KeyFormat, KeyType, Usage } from '../../algorithms/types.ts';
import { KeystoreError } from '../../errors.ts';
import { targetOf } from '../handle.ts';
import type { Key } from '../key.ts';
import type { AlgorithmInput, KeyInit } from '../options.ts';
import { members, policyFor, variantFor } from './algorithm.ts';
import { asDOMException } from './failures.ts';
import * as hosted from './hosted.ts';

/** Where keys of native algorithms are kept: in the caller as the engine's CryptoKeys, or in the host. */
export type SubtlePlace = 'caller' | 'host';

/**
 * The part of SubtleCrypto that keyslot has: the same methods for the engine's algorithms and for those of the
 * store that the engine lacks. Rejects with the DOMExceptions of the Web Cryptography API. Keys that live in the host
 * are session keys; their ECDSA hash is the curve's own (SHA-256 for P-256 and secp256k1, SHA-384, SHA-512), and
 * AES-GCM tags have 128 bits.
 */
export type KeystoreSubtle = Pick<
  SubtleCrypto,
  'generateKey' | 'importKey' | 'exportKey' | 'sign' | 'verify' | 'encrypt' | 'decrypt'
>;

/** What `subtle` asks of its keystore. */
export interface KeyMaker {
  algorithms(): Readonly<Record<string, 'webcrypto' | 'noble'>>;
  generateKey(init: KeyInit): Promise<Key>;
  importKey(format: KeyFormat, data: never, init: KeyInit): Promise<Key>;
}

export function makeSubtle(maker: KeyMaker, place: SubtlePlace): KeystoreSubtle {
  const isNative = (policy: ImportAlgorithm, bits?: number): boolean =>
    maker.algorithms()[variantFor(policy, bits)] !== 'noble';

  const methods = {
    async generateKey(algorithm: AlgorithmIdentifier, extractable: boolean, keyUsages: Iterable<KeyUsage>) {
      const usages = [...keyUsages];
      const policy = policyFor(algorithm, 'generate');
      if (policy === undefined || (place === 'caller' && isNative(policy))) {
        return crypto.subtle.generateKey(algorithm, extractable, usages);
      }
      const type: KeyType = policy.name === 'HMAC' || policy.name === 'AES-GCM' ? 'secret' : 'private';
      return create(async () => {
        const key = await maker.generateKey(sessionKey(policy, type, usages, extractable));
        return type === 'secret' ? key.handles.main : pairOf(key);
      });
    },

    async importKey(
      format: KeyFormat,
      keyData: BufferSource | JsonWebKey,
      algorithm: AlgorithmIdentifier,
      extractable: boolean,
      keyUsages: Iterable<KeyUsage>,
    ) {
      const usages = [...keyUsages];
      const policy = policyFor(algorithm, 'import');
      const type = policy && typeOf(policy, format, keyData);
      const here = type === 'public' || place === 'caller';
      if (policy === undefined || type === undefined || (here && isNative(policy, bitsOf(keyData)))) {
        return crypto.subtle.importKey(
          format as 'raw',
          keyData as BufferSource,
          algorithm,
          extractable,
          usages,
        );
      }
      return create(async () => {
        const init = sessionKey(policy, type, usages, extractable);
        return (await maker.importKey(format, keyData as never, init)).handles.main;
      });
    },

    async exportKey(format: KeyFormat, key: CryptoKey) {
      const target = targetOf(key);
      if (target === undefined) return crypto.subtle.exportKey(format as 'raw', key);
      return hosted.exportKey(format, key, target);
    },

    async sign(algorithm: AlgorithmIdentifier, key: CryptoKey, data: BufferSource) {
      const target = targetOf(key);
      if (target === undefined) return crypto.subtle.sign(algorithm, key, data);
      return hosted.sign(members(algorithm), key, target, data);
    },

    async verify(
      algorithm: AlgorithmIdentifier,
      key: CryptoKey,
      signature: BufferSource,
      data: BufferSource,
    ) {
      const target = targetOf(key);
      if (target === undefined) return crypto.subtle.verify(algorithm, key, signature, data);
      return hosted.verify(members(algorithm), key, target, signature, data);
    },

    async encrypt(algorithm: AlgorithmIdentifier, key: CryptoKey, data: BufferSource) {
      const target = targetOf(key);
      if (target === undefined) return crypto.subtle.encrypt(algorithm, key, data);
      return hosted.cipher('encrypt', members(algorithm), key, target, data);
    },

    async decrypt(algorithm: AlgorithmIdentifier, key: CryptoKey, data: BufferSource) {
      const target = targetOf(key);
      if (target === undefined) return crypto.subtle.decrypt(algorithm, key, data);
      return hosted.cipher('decrypt', members(algorithm), key, target, data);
    },
  };
  // SubtleCrypto's overloads say which of its results an algorithm has; no implementation can be typed so.
  return methods as unknown as KeystoreSubtle;
}

/** WebCrypto: a usage that the algorithm does not have, or none for a secret or private key, is a SyntaxError. */
function sessionKey(
  policy: ImportAlgorithm,
  type: KeyType,
  usages: KeyUsage[],
  extractable: boolean,
): KeyInit {
  let checked: Usage[];
  try {
    checked = checkUsages(policy, type, usages);
  } catch (error) {
    throw asDOMException(error, { INVALID_ARGUMENT: 'SyntaxError' });
  }
  return { lifetime: 'session', algorithm: policy as AlgorithmInput, usages: checked, extractable };
}

async function create<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make();
  } catch (error) {
    throw asDOMException(error);
  }
}

async function pairOf(key: Key): Promise<CryptoKeyPair> {
  const { main, publicKey = main } = key.handles;
  // Where the engine has the algorithm the public half is its own key: work with it needs no trip.
  return { privateKey: main, publicKey: (await key.nativePublicKey()) ?? publicKey };
}

function typeOf(policy: ImportAlgorithm, format: unknown, data: unknown): KeyType | undefined {
  try {
    return keyTypeOfImport(policy, format, data);
  } catch (error) {
    // Not a format of ours: the engine's to accept or refuse.
    if (error instanceof KeystoreError) return undefined;
    throw error;
  }
}

/** Length of a secret key's material, where it can be seen. */
function bitsOf(data: BufferSource | JsonWebKey): number | undefined {
  if (data instanceof ArrayBuffer || ArrayBuffer.isView(data)) return data.byteLength * 8;
  return typeof data.k === 'string' ? Math.floor((data.k.length * 3) / 4) * 8 : undefined;
}
