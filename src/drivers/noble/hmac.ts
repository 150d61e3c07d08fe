// HMAC by noble (FIPS 198-1), for keys that are used in steps: no engine has multi-part operations. Touches secret
// keys.
import { equalBytes } from '@noble/ciphers/utils.js';
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import { completeAlgorithm } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import type { HashName, HmacAlgorithm, ImportAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver, MacSteps, Material } from '../driver.ts';
import { invalid, noPublicHalf, unsupported, wiped } from '../failures.ts';
import { pickJwk } from '../jwk.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { HASHES } from './hashes.ts';

const asMaterial = (secret: Bytes): Material => ({
  driver: 'noble',
  type: 'secret',
  secret,
  publicKey: null,
});

function complete(algorithm: ImportAlgorithm): HmacAlgorithm {
  if (algorithm.name !== 'HMAC') throw unsupported('noble has no such MAC here');
  const { name, hash, length } = algorithm;
  if (length === undefined) throw invalid('length of the HMAC key is missing');
  return { name, hash, length };
}

/** A copy of the key, in a buffer of its own. */
function readKey(format: KeyFormat, data: Bytes | JsonWebKey, { hash, length }: HmacAlgorithm): Bytes {
  if (isBytes(data)) return new Uint8Array(data);
  const jwk = pickJwk(data);
  const alg = `HS${hash.slice('SHA-'.length)}`;
  if (jwk.alg !== undefined && jwk.alg !== alg) throw invalid(`alg of the JWK must be '${alg}' or absent`);
  if (format !== 'jwk' || jwk.kty !== 'oct') throw invalid("the JWK of a secret key must have kty 'oct'");
  return decodeBase64url(jwk.k, length / 8, 'k of the JWK');
}

function steps(hash: HashName, secret: Bytes): MacSteps {
  const state = nobleHmac.create(HASHES[hash], secret);
  return {
    update: (data) => void state.update(data),
    finish: () => new Uint8Array(state.digest()),
    wipe: () => state.destroy(),
  };
}

export const hmac: FamilyDriver = {
  generate(algorithm) {
    const { length } = complete(algorithm);
    return asMaterial(crypto.getRandomValues(new Uint8Array(length / 8)));
  },

  import(format, data, stated) {
    if (format !== 'raw' && format !== 'jwk') throw unsupported(`HMAC keys have no format '${format}'`);
    const algorithm = complete(completeAlgorithm(stated, format, data));
    return { material: asMaterial(readKey(format, data, algorithm)), algorithm };
  },

  open({ secret: material }, stated) {
    const { hash, length } = complete(stated);
    if (!isBytes(material)) throw invalid('this key belongs to another driver');
    if (material.length * 8 !== length) throw invalid('the key is not of the stated length');
    const secret = new Uint8Array(material);
    let live = true;
    const held = (): Bytes => {
      if (!live) throw wiped();
      return secret;
    };
    const tag = (data: Bytes): Bytes => new Uint8Array(nobleHmac(HASHES[hash], held(), data));
    return {
      sign: tag,
      verify: (signature, data) => equalBytes(tag(data), signature),
      startMac: () => steps(hash, held()),
      exportKey(format) {
        if (format === 'raw') return new Uint8Array(held());
        if (format !== 'jwk') throw unsupported(`HMAC keys have no format '${format}'`);
        const alg = `HS${hash.slice('SHA-'.length)}`;
        return { kty: 'oct', k: encodeBase64url(held()), alg, ext: true, key_ops: ['sign', 'verify'] };
      },
      exportPublicKey() {
        throw noPublicHalf();
      },
      copySecret: () => new Uint8Array(held()),
      wipe() {
        live = false;
        secret.fill(0);
      },
    };
  },
};
