// jose: signed and encrypted tokens with keys that stay in the host. Sees no secret key.
import {
  CompactEncrypt,
  compactDecrypt,
  type GenerateKeyPairOptions,
  type GenerateKeyPairResult,
  generateKeyPair,
  importJWK,
  type JWTPayload,
  jwtVerify,
  SignJWT,
} from 'jose';
import type { Key, Keystore } from 'keyslot';

/** What this device signs with: the same key in every tab, and after every restart. */
export function openIdentity(keys: Keystore): Promise<Key> {
  return keys.ensureKey({
    id: 'identity',
    lifetime: 'persistent',
    algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
    usages: ['sign', 'verify'],
  });
}

export function signToken(identity: Key, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', kid: identity.id })
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(identity.cryptoKey);
}

/** As a server does it, that was sent `await identity.exportPublicKey('jwk')` once. */
export async function readToken(token: string, publicJwk: JsonWebKey): Promise<JWTPayload> {
  const { payload } = await jwtVerify(token, await importJWK({ ...publicJwk, kty: 'EC' }, 'ES256'));
  return payload;
}

/** What others encrypt to. */
export function openMailbox(keys: Keystore): Promise<Key> {
  return keys.ensureKey({
    id: 'mailbox',
    lifetime: 'persistent',
    algorithm: { name: 'ECDH', namedCurve: 'P-256' },
    usages: ['deriveBits'],
  });
}

export async function encryptTo(publicJwk: JsonWebKey, text: string): Promise<string> {
  return new CompactEncrypt(new TextEncoder().encode(text))
    .setProtectedHeader({ alg: 'ECDH-ES+A256KW', enc: 'A256GCM' })
    .encrypt(await importJWK({ ...publicJwk, kty: 'EC' }, 'ECDH-ES+A256KW'));
}

export async function decrypt(mailbox: Key, jwe: string): Promise<string> {
  const { plaintext } = await compactDecrypt(jwe, mailbox.cryptoKey);
  return new TextDecoder().decode(plaintext);
}

/** A key of this tab. jose makes it, and it is the host's: the keystore was opened with `subtle: 'host'`. */
export function sessionPair(
  alg: string,
  options: GenerateKeyPairOptions = {},
): Promise<GenerateKeyPairResult> {
  return generateKeyPair(alg, options);
}
