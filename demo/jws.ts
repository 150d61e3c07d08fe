// JSON Web Signatures in compact form (RFC 7515) with keys of the keystore.
import type { Key } from 'keyslot';
import { jwsAlgorithm } from './algorithms.ts';
import { bytesOf, type Source, titleOf } from './documents.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** A signature as tabs hand it round. Whoever has it can verify it without keyslot. */
export interface Signed {
  readonly id: string;
  /** The client that signed, such as `A` or `C’s worker`. */
  readonly by: string;
  readonly algorithm: string;
  readonly title: string;
  readonly jws: string;
  /** `null` for a secret key, which has no public half. */
  readonly publicKey: JsonWebKey | null;
}

/** All that a signature needs but the signing. */
export interface Draft {
  readonly publicKey: JsonWebKey | null;
  readonly algorithm: string;
  readonly title: string;
  /** Header and payload with the dot between them: what is signed, and all of the token but its end. */
  readonly input: string;
}

export async function draft(key: Key, source: Source): Promise<Draft> {
  const algorithm = jwsAlgorithm(key.attributes.algorithm);
  if (algorithm === undefined) throw new Error('This key does not sign: choose one that does.');
  const header = base64url(encode(JSON.stringify({ alg: algorithm, kid: key.id })));
  const input = `${header}.${base64url(await bytesOf(source))}`;
  return { publicKey: await publicKeyOf(key), algorithm, title: titleOf(source), input };
}

export async function sign(
  key: Key,
  { publicKey, algorithm, title, input }: Draft,
  by: string,
): Promise<Signed> {
  const signature = await key.sign(encode(input));
  return { id: key.id, by, algorithm, title, jws: `${input}.${base64url(signature)}`, publicKey };
}

export async function verify(key: Key, { jws }: Signed): Promise<boolean> {
  const end = jws.lastIndexOf('.');
  return key.verify(fromBase64url(jws.slice(end + 1)), encode(jws.slice(0, end)));
}

export async function publicKeyOf(key: Key): Promise<JsonWebKey | null> {
  return key.type === 'secret' ? null : key.exportPublicKey('jwk');
}

/** A public key's short name: the beginning of its JWK thumbprint (RFC 7638). */
export async function thumbprint(key: JsonWebKey | null): Promise<string> {
  if (key === null) return '';
  const { crv, e, kty, n, x, y } = key;
  // `JSON.stringify` leaves out what a kind of key has not; the order is the one that the RFC prescribes.
  const bytes = encode(JSON.stringify({ crv, e, kty, n, x, y }));
  return base64url(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))).slice(0, 10);
}

function encode(text: string): Bytes {
  return new TextEncoder().encode(text);
}

function base64url(bytes: Bytes): string {
  const text = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromBase64url(text: string): Bytes {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}
