// AES-GCM by noble (NIST SP 800-38D), 128-bit tags, for the lengths an engine lacks: 192 bits in
// Chromium. Touches secret keys. noble's AES uses tables: its timing depends on the key, see the
// threat model of @noble/ciphers.
import { gcm } from '@noble/ciphers/aes.js';
import { completeAlgorithm } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import type { ImportAlgorithm, KeyFormat, OperationParams } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver, Material } from '../driver.ts';
import { decryptionFailed, invalid, noPublicHalf, unsupported, wiped } from '../failures.ts';
import { pickJwk } from '../jwk.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

const asMaterial = (secret: Bytes): Material => ({
  driver: 'noble',
  type: 'secret',
  secret,
  publicKey: null,
});

function lengthOf(algorithm: ImportAlgorithm): number {
  if (algorithm.name === 'AES-GCM' && algorithm.length !== undefined) return algorithm.length;
  throw unsupported('noble has no such cipher here');
}

/** A copy of the key, in a buffer of its own. */
function readKey(format: KeyFormat, data: Bytes | JsonWebKey, bits: number): Bytes {
  if (isBytes(data)) return new Uint8Array(data);
  const jwk = pickJwk(data);
  if (jwk.alg !== undefined && jwk.alg !== `A${bits}GCM`) {
    throw invalid(`alg of the JWK must be 'A${bits}GCM' or absent`);
  }
  if (format !== 'jwk' || jwk.kty !== 'oct') throw invalid("the JWK of a secret key must have kty 'oct'");
  return decodeBase64url(jwk.k, bits / 8, 'k of the JWK');
}

export const aesGcm: FamilyDriver = {
  generate: (algorithm) => asMaterial(crypto.getRandomValues(new Uint8Array(lengthOf(algorithm) / 8))),

  import(format, data, stated) {
    if (format !== 'raw' && format !== 'jwk') throw unsupported(`AES-GCM keys have no format '${format}'`);
    const length = lengthOf(completeAlgorithm(stated, format, data));
    const material = asMaterial(readKey(format, data, length));
    return { material, algorithm: { name: 'AES-GCM', length } };
  },

  open({ secret: material }, algorithm) {
    const bits = lengthOf(algorithm);
    if (!isBytes(material)) throw invalid('this key belongs to another driver');
    if (material.length * 8 !== bits) throw invalid('the key is not of the stated length');
    const secret = new Uint8Array(material);
    let live = true;
    // A new cipher for each call: noble forbids a second encryption under one nonce, and clears the key
    // schedule when it is done.
    const cipher = ({ iv, additionalData }: OperationParams) => {
      if (!live) throw wiped();
      if (iv === undefined) throw invalid('iv of AES-GCM is missing');
      return gcm(secret, iv, additionalData);
    };
    return {
      encrypt: (data, params) => cipher(params).encrypt(data),
      decrypt(data, params) {
        const ready = cipher(params);
        try {
          return ready.decrypt(data);
        } catch {
          throw decryptionFailed();
        }
      },
      exportKey(format) {
        if (!live) throw wiped();
        if (format === 'raw') return new Uint8Array(secret);
        if (format !== 'jwk') throw unsupported(`AES-GCM keys have no format '${format}'`);
        const k = encodeBase64url(secret);
        return { kty: 'oct', k, alg: `A${bits}GCM`, ext: true, key_ops: ['encrypt', 'decrypt'] };
      },
      exportPublicKey() {
        throw noPublicHalf();
      },
      copySecret() {
        if (!live) throw wiped();
        return new Uint8Array(secret);
      },
      wipe() {
        live = false;
        secret.fill(0);
      },
    };
  },
};
