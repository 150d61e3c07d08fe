// What noble's secret keys share: formats, the JWK's `alg`, a key's one copy. Touches secret keys. What is computed
// with the bytes is a table of functions.
import { familyOf } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import { checkFormat, completeAlgorithm } from '../../algorithms/material.ts';
import type { ImportAlgorithm, KeyAlgorithm, KeyFormat } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver, Material, WorkingKey } from '../driver.ts';
import { invalid, noPublicHalf, unsupported, wiped } from '../failures.ts';
import { pickJwk } from '../jwk.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';

/** A key's bytes; throws `BAD_STATE` once they were cleared. Not to be kept between calls. */
export type Held = () => Bytes;

export type SecretOperations = Pick<
  WorkingKey,
  'sign' | 'verify' | 'encrypt' | 'decrypt' | 'wrap' | 'unwrap' | 'startMac'
>;

export interface SecretFamily<A extends KeyAlgorithm> {
  /** Whether the algorithm is this family's, and complete. */
  readonly has: (algorithm: ImportAlgorithm) => algorithm is A;
  /** Key length in bits. */
  readonly bits: (algorithm: A) => number;
  /** `alg` of the key's JWK (RFC 7518 and the drafts of WebCrypto); `undefined` where no name is registered. */
  readonly jwkAlg: (algorithm: A) => string | undefined;
  readonly operations: (held: Held, algorithm: A) => SecretOperations;
}

export function secretFamily<A extends KeyAlgorithm>(family: SecretFamily<A>): FamilyDriver {
  const known = (algorithm: ImportAlgorithm): A => {
    if (family.has(algorithm)) return algorithm;
    throw unsupported('noble has no such secret keys here');
  };
  return {
    generate(stated) {
      const bits = family.bits(known(stated));
      return asMaterial(clearUnusedBits(crypto.getRandomValues(new Uint8Array(sizeOf(bits))), bits));
    },

    import(format, data, stated) {
      checkFormat(stated, 'secret', format);
      const algorithm = known(completeAlgorithm(stated, format, data));
      const bits = family.bits(algorithm);
      const secret = readKey(format, data, sizeOf(bits), family.jwkAlg(algorithm));
      return { material: asMaterial(clearUnusedBits(secret, bits)), algorithm };
    },

    open({ secret: material }, stated) {
      const algorithm = known(stated);
      if (!isBytes(material)) throw invalid('this key belongs to another driver');
      if (material.length !== sizeOf(family.bits(algorithm))) {
        throw invalid('the key is not of the stated length');
      }
      return openCopy(family, algorithm, new Uint8Array(material));
    },
  };
}

function openCopy<A extends KeyAlgorithm>(family: SecretFamily<A>, algorithm: A, secret: Bytes): WorkingKey {
  let live = true;
  const held: Held = () => {
    if (!live) throw wiped();
    return secret;
  };
  return {
    ...family.operations(held, algorithm),
    exportKey(format) {
      checkFormat(algorithm, 'secret', format);
      if (format !== 'jwk') return new Uint8Array(held());
      const alg = family.jwkAlg(algorithm);
      const keyOps = familyOf(algorithm).usages.secret ?? [];
      const jwk = { kty: 'oct', k: encodeBase64url(held()), ext: true, key_ops: [...keyOps] };
      return alg === undefined ? jwk : { ...jwk, alg };
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
}

const asMaterial = (secret: Bytes): Material => ({
  driver: 'noble',
  type: 'secret',
  secret,
  publicKey: null,
});

const sizeOf = (bits: number): number => Math.ceil(bits / 8);

/** A bit string that ends within a byte has zeros in the rest of it (WebCrypto, "byte sequence containing"). */
export function clearUnusedBits(bytes: Bytes, bits: number): Bytes {
  if (bits % 8 !== 0) bytes.set([(bytes.at(-1) ?? 0) & (0xff << (8 - (bits % 8)))], bytes.length - 1);
  return bytes;
}

/** A copy of the key, in a buffer of its own. `size` in bytes. */
function readKey(
  format: KeyFormat,
  data: Bytes | JsonWebKey,
  size: number,
  expected: string | undefined,
): Bytes {
  if (isBytes(data)) return new Uint8Array(data);
  const { kty, k, alg } = pickJwk(data);
  if (alg !== undefined && alg !== expected) {
    throw invalid(`alg of the JWK must be ${expected === undefined ? '' : `'${expected}' or `}absent`);
  }
  if (format !== 'jwk' || kty !== 'oct') throw invalid("the JWK of a secret key must have kty 'oct'");
  return decodeBase64url(k, size, 'k of the JWK');
}
