// Ed448 by noble: RFC 8032, section 5.2, pure, empty context. JWK by RFC 8037. Touches private keys.
import { ed448 as curve } from '@noble/curves/ed448.js';
import type { FamilyDriver } from '../driver.ts';
import { invalid } from '../failures.ts';
import { decodeBase64url, encodeBase64url } from './base64url.ts';
import { decodeOctets, encodeOctets } from './der.ts';
import { signatureFamily } from './signature.ts';

const SIZE = 57;

export const ed448: FamilyDriver = signatureFamily({
  name: 'Ed448',
  // id-Ed448, 1.3.101.113, without parameters (RFC 8410, section 3).
  der: { oid: '1.3.101.113' },
  encodePrivate: (secret) => encodeOctets(secret),
  decodePrivate: (octets) => ({ secret: decodeOctets(octets), publicKey: null }),
  secretSize: SIZE,
  signatureSize: 2 * SIZE,
  generateSecret: () => curve.utils.randomSecretKey(),
  publicKeyOf: (secret) => curve.getPublicKey(secret),
  checkPublicKey(encoded) {
    const point = curve.Point.fromBytes(encoded);
    // noble never verifies with such a point, so a key of it would be of no use.
    if (point.isSmallOrder()) throw new Error('small order');
    return new Uint8Array(point.toBytes());
  },
  toJwk: (publicKey) => ({ kty: 'OKP', crv: 'Ed448', alg: 'Ed448', x: encodeBase64url(publicKey) }),
  fromJwk(jwk) {
    if (jwk.kty !== 'OKP' || jwk.crv !== 'Ed448')
      throw invalid("the JWK must have kty 'OKP' and crv 'Ed448'");
    // RFC 8037 says 'EdDSA'; RFC 9864 made it 'Ed448'.
    if (jwk.alg !== undefined && jwk.alg !== 'Ed448' && jwk.alg !== 'EdDSA') {
      throw invalid("alg of the JWK must be 'Ed448' or absent");
    }
    return decodeBase64url(jwk.x, SIZE, 'x of the JWK');
  },
  signing: () => ({
    sign: (data, secret) => curve.sign(data, secret),
    verify: (signature, data, publicKey) => curve.verify(signature, data, publicKey),
  }),
});
