// ECDSA over secp256k1 (SEC 2, section 2.4.1) by noble, in WebCrypto's shape: r ‖ s of 64 bytes, any s,
// the key's own hash. JWK by RFC 8812. Touches private keys.
import { secp256k1 as curve } from '@noble/curves/secp256k1.js';
import type { FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { decodeEcPrivateKey, encodeEcPrivateKey } from './ec-private-key.ts';
import { HASHES } from './hashes.ts';
import { hashOf, signatureFamily } from './signature.ts';

const COORDINATE_SIZE = 32;

// Object identifiers of id-ecPublicKey (RFC 5480) and of secp256k1 (SEC 2, section A.2).
const EC_PUBLIC_KEY = '1.2.840.10045.2.1';
const CURVE = '1.3.132.0.10';

// Hedged (RFC 6979, section 3.6): the nonce is safe if either the generator or the derivation is. Low s
// is what secp256k1's world expects to be given; verify takes both, as WebCrypto does.
const SIGN = { prehash: false, lowS: true, extraEntropy: true } as const;
const VERIFY = { prehash: false, lowS: false } as const;

export const secp256k1: FamilyDriver = signatureFamily({
  name: 'secp256k1',
  der: { oid: EC_PUBLIC_KEY, curve: CURVE },
  encodePrivate: encodeEcPrivateKey,
  decodePrivate: (octets) => decodeEcPrivateKey(CURVE, octets),
  secretSize: COORDINATE_SIZE,
  signatureSize: 2 * COORDINATE_SIZE,
  generateSecret: () => curve.utils.randomSecretKey(),
  publicKeyOf: (secret) => curve.getPublicKey(secret, false),
  // Compressed points are taken; uncompressed ones are what WebCrypto's formats have.
  checkPublicKey: (encoded) => curve.Point.fromBytes(encoded).toBytes(false),
  toJwk: (publicKey) => ({
    kty: 'EC',
    crv: 'secp256k1',
    x: encodeBase64url(publicKey.slice(1, 1 + COORDINATE_SIZE)),
    y: encodeBase64url(publicKey.slice(1 + COORDINATE_SIZE)),
  }),
  fromJwk(jwk, algorithm) {
    if (jwk.kty !== 'EC' || jwk.crv !== 'secp256k1') {
      throw invalid("the JWK must have kty 'EC' and crv 'secp256k1'");
    }
    if (jwk.alg !== undefined && (jwk.alg !== 'ES256K' || hashOf(algorithm) !== 'SHA-256')) {
      throw invalid("alg of the JWK must be 'ES256K', with hash SHA-256, or absent");
    }
    const point = new Uint8Array(1 + 2 * COORDINATE_SIZE);
    point[0] = 4;
    point.set(decodeBase64url(jwk.x, COORDINATE_SIZE, 'x of the JWK'), 1);
    point.set(decodeBase64url(jwk.y, COORDINATE_SIZE, 'y of the JWK'), 1 + COORDINATE_SIZE);
    return point;
  },
  signing(algorithm) {
    const digest = HASHES[hashOf(algorithm)];
    return {
      sign: (data, secret) => curve.sign(digest(data), secret, SIGN),
      verify: (signature, data, publicKey) => curve.verify(signature, digest(data), publicKey, VERIFY),
    };
  },
});
