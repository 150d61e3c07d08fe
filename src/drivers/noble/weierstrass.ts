// ECDSA (FIPS 186-5, section 6) and ECDH on the curves that are written y² = x³ + ax + b, in WebCrypto's shape: points
// uncompressed, signatures r ‖ s. JWK by RFC 7518, section 6.2. Touches private keys.
import type { ECDSA } from '@noble/curves/abstract/weierstrass.js';
import type { EcCurve, HashName, KeyAlgorithm, OperationParams } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { agreement } from './agreement.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { decodeEcPrivateKey, encodeEcPrivateKey } from './ec-private-key.ts';
import { HASHES } from './hashes.ts';
import { type Curve, foreign, type Purpose, pairFamily } from './pair.ts';

/** id-ecPublicKey (RFC 5480, section 2.1.1). */
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';

export interface Weierstrass {
  readonly name: EcCurve;
  readonly noble: ECDSA;
  /** Object identifier of the curve. */
  readonly oid: string;
  /** `alg` of a JWK (RFC 7518, section 3.4; RFC 8812, section 3.2). */
  readonly alg: string;
  /** Whether of s and n − s the lower is signed with. Both are verified. */
  readonly lowS: boolean;
  /** Where `alg` says the hash too, that is for curves of which WebCrypto does not say otherwise. */
  readonly algHash?: HashName;
}

export interface WeierstrassFamilies {
  readonly ecdsa: FamilyDriver;
  readonly ecdh: FamilyDriver;
}

export function weierstrass(config: Weierstrass): WeierstrassFamilies {
  const curve = curveOf(config);
  const { noble, name } = config;
  const ecdh = agreement('ECDH', (secret, publicKey) => {
    const point = noble.getSharedSecret(secret, publicKey, true);
    const x = point.slice(1);
    point.fill(0);
    return x;
  });
  return {
    ecdsa: pairFamily(curve, signatures(config)),
    ecdh: pairFamily(curve, {
      ...ecdh,
      complete(algorithm) {
        if (algorithm.name === 'ECDH' && algorithm.namedCurve === name) return algorithm;
        throw foreign();
      },
    }),
  };
}

function curveOf({ name, noble, oid }: Weierstrass): Curve {
  const secretSize = noble.lengths.secretKey ?? 0;
  const size = noble.Point.Fp.BYTES;
  return {
    name,
    der: { oid: EC_PUBLIC_KEY, curve: oid },
    secretSize,
    encodePrivate: encodeEcPrivateKey,
    decodePrivate: (octets) => decodeEcPrivateKey(oid, octets),
    generateSecret: () => noble.utils.randomSecretKey(),
    publicKeyOf: (secret) => noble.getPublicKey(secret, false),
    // Compressed points are taken; uncompressed ones are what WebCrypto's formats have. The point at infinity, which
    // has an encoding too, is no key.
    checkPublicKey(encoded) {
      const point = noble.Point.fromBytes(encoded);
      point.assertValidity();
      if (point.is0()) throw new Error('infinity');
      return point.toBytes(false);
    },
    toJwk: (publicKey) => ({
      kty: 'EC',
      crv: name,
      x: encodeBase64url(publicKey.slice(1, 1 + size)),
      y: encodeBase64url(publicKey.slice(1 + size)),
    }),
    fromJwk(jwk) {
      if (jwk.kty !== 'EC' || jwk.crv !== name) throw invalid(`the JWK must have kty 'EC' and crv '${name}'`);
      const point = new Uint8Array(1 + 2 * size);
      point[0] = 4;
      point.set(decodeBase64url(jwk.x, size, 'x of the JWK'), 1);
      point.set(decodeBase64url(jwk.y, size, 'y of the JWK'), 1 + size);
      return point;
    },
  };
}

function signatures({ name, noble, alg, algHash, lowS }: Weierstrass): Purpose {
  const signatureSize = noble.lengths.signature ?? 0;
  // Hedged (RFC 6979, section 3.6): the nonce is safe if either the generator or the derivation is.
  const signing = { prehash: false, lowS, extraEntropy: true } as const;
  const verifying = { prehash: false, lowS: false } as const;
  return {
    usages: { private: ['sign'], public: ['verify'] },
    complete(algorithm) {
      if (algorithm.name === 'ECDSA' && algorithm.namedCurve === name) return algorithm;
      throw foreign();
    },
    acceptsAlg: (stated, algorithm) =>
      stated === alg && (algHash === undefined || ['any', algHash].includes(hashOf(algorithm))),
    withPrivate: (held, algorithm) => ({
      sign: (data, params) => noble.sign(digest(data, algorithm, params), held(), signing),
    }),
    withPublic: (publicKey, algorithm) => ({
      // noble throws for a signature of the wrong length; WebCrypto, and so keyslot, calls it invalid.
      verify: (signature, data, params) =>
        signature.length === signatureSize &&
        noble.verify(signature, digest(data, algorithm, params), publicKey, verifying),
    }),
  };
}

function hashOf(algorithm: KeyAlgorithm): HashName | 'any' {
  if (algorithm.name === 'ECDSA') return algorithm.hash;
  throw foreign();
}

function digest(data: Bytes, algorithm: KeyAlgorithm, params: OperationParams): Uint8Array {
  const fixed = hashOf(algorithm);
  const hash = fixed === 'any' ? params.hash : fixed;
  if (hash === undefined) throw invalid('hash of ECDSA is missing; this key leaves it to each call');
  return HASHES[hash](data);
}
