// Keys that every subject is given: the same bytes in every format, made here from fixed secrets, apart from keyslot's own
// code; RSA's by the engine. The secrets are public test material.

import { ed448, x448 } from '@noble/curves/ed448.js';
import { ed25519, x25519 } from '@noble/curves/ed25519.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { ml_kem768_p256, ml_kem768_x25519, ml_kem1024_p384 } from '@noble/post-quantum/hybrid.js';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem512, ml_kem768, ml_kem1024 } from '@noble/post-quantum/ml-kem.js';
import { type Bytes, base64url, concat, der, fromHex, pattern, pkcs8, spki } from './bytes.ts';
import type { Subtle } from './subject.ts';

/** A key pair in each format that it has. */
export interface KeyData {
  readonly public: Readonly<Record<string, Bytes | JsonWebKey>>;
  readonly private: Readonly<Record<string, Bytes | JsonWebKey>>;
}

/** JSON Web Keys have members that TypeScript's library does not know. */
type Jwk = JsonWebKey & { readonly pub?: string; readonly priv?: string };

const pair = (publicJwk: Jwk, privateJwk: Jwk, data: Omit<KeyData, 'jwk'>): KeyData => ({
  public: { ...data.public, jwk: publicJwk },
  private: { ...data.private, jwk: { ...publicJwk, ...privateJwk } },
});

// RFC 5480 and SEC 2: id-ecPublicKey with the curve's name.
const EC_PUBLIC_KEY = fromHex('06072a8648ce3d0201');
const EC_OID: Readonly<Record<string, Bytes>> = {
  'P-256': fromHex('06082a8648ce3d030107'),
  'P-384': fromHex('06052b81040022'),
  'P-521': fromHex('06052b81040023'),
};

export type Curve = 'P-256' | 'P-384' | 'P-521';
export const CURVES: readonly Curve[] = ['P-256', 'P-384', 'P-521'];
/** Bytes of a coordinate. */
export const FIELD: Readonly<Record<Curve, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };
const EC = { 'P-256': p256, 'P-384': p384, 'P-521': p521 };

export function ecKey(curve: Curve, first = 3): KeyData & { readonly compressed: Bytes } {
  const size = FIELD[curve];
  // The first byte is 0: numbers keep their leading zeros (RFC 5915, RFC 7518).
  const d = concat(Uint8Array.of(0), pattern(size - 1, first));
  const point = Uint8Array.from(EC[curve].getPublicKey(d, false));
  const algorithm = der(0x30, EC_PUBLIC_KEY, EC_OID[curve] ?? new Uint8Array());
  const inner = der(
    0x30,
    Uint8Array.of(2, 1, 1),
    der(0x04, d),
    der(0xa1, der(0x03, Uint8Array.of(0), point)),
  );
  const x = base64url(point.subarray(1, 1 + size));
  const y = base64url(point.subarray(1 + size));
  return {
    ...pair(
      { kty: 'EC', crv: curve, x, y },
      { d: base64url(d) },
      {
        public: { raw: point, 'raw-public': point, spki: spki(algorithm, point) },
        private: { pkcs8: pkcs8(algorithm, inner) },
      },
    ),
    compressed: Uint8Array.from(EC[curve].getPublicKey(d, true)),
  };
}

export type OkpName = 'Ed25519' | 'Ed448' | 'X25519' | 'X448';
export const OKP_NAMES: readonly OkpName[] = ['Ed25519', 'Ed448', 'X25519', 'X448'];
const OKP_SIZE: Readonly<Record<OkpName, number>> = { Ed25519: 32, Ed448: 57, X25519: 32, X448: 56 };
const OKP = { Ed25519: ed25519, Ed448: ed448, X25519: x25519, X448: x448 };
// RFC 8410.
const OKP_OID: Readonly<Record<OkpName, string>> = {
  X25519: '06032b656e',
  X448: '06032b656f',
  Ed25519: '06032b6570',
  Ed448: '06032b6571',
};

export const okpAlgorithm = (name: OkpName): Bytes => der(0x30, fromHex(OKP_OID[name]));

export function okpKey(name: OkpName, d: Bytes = pattern(OKP_SIZE[name], 0)): KeyData {
  const raw = Uint8Array.from(OKP[name].getPublicKey(d));
  const algorithm = okpAlgorithm(name);
  return pair(
    { kty: 'OKP', crv: name, x: base64url(raw) },
    { d: base64url(d) },
    {
      public: { raw, 'raw-public': raw, spki: spki(algorithm, raw) },
      private: { pkcs8: pkcs8(algorithm, der(0x04, d)) },
    },
  );
}

interface Maker {
  keygen(seed: Uint8Array): { readonly publicKey: Uint8Array };
}
// NIST's registry: 2.16.840.1.101.3.4.3.17-19 (RFC 9881) and 2.16.840.1.101.3.4.4.1-3 (RFC 9935).
const LATTICE: Readonly<Record<string, { make: Maker; seed: number; oid?: string }>> = {
  'ML-DSA-44': { make: ml_dsa44, seed: 32, oid: '0609608648016503040311' },
  'ML-DSA-65': { make: ml_dsa65, seed: 32, oid: '0609608648016503040312' },
  'ML-DSA-87': { make: ml_dsa87, seed: 32, oid: '0609608648016503040313' },
  'ML-KEM-512': { make: ml_kem512, seed: 64, oid: '0609608648016503040401' },
  'ML-KEM-768': { make: ml_kem768, seed: 64, oid: '0609608648016503040402' },
  'ML-KEM-1024': { make: ml_kem1024, seed: 64, oid: '0609608648016503040403' },
  'MLKEM768-P256': { make: ml_kem768_p256, seed: 32 },
  'MLKEM768-X25519': { make: ml_kem768_x25519, seed: 32 },
  'MLKEM1024-P384': { make: ml_kem1024_p384, seed: 32 },
};
export const LATTICE_NAMES: readonly string[] = Object.keys(LATTICE);

export function latticeKey(name: string): KeyData {
  const kind = LATTICE[name];
  if (kind === undefined) throw new RangeError(name);
  const seed = pattern(kind.seed, 5);
  const raw = Uint8Array.from(kind.make.keygen(seed).publicKey);
  const algorithm = kind.oid === undefined ? undefined : der(0x30, fromHex(kind.oid));
  return pair(
    { kty: 'AKP', alg: name, pub: base64url(raw) },
    { priv: base64url(seed) },
    {
      public: { 'raw-public': raw, ...(algorithm && { spki: spki(algorithm, raw) }) },
      // The seed alone, which is the choice [0] of the key's ASN.1.
      private: { 'raw-seed': seed, ...(algorithm && { pkcs8: pkcs8(algorithm, der(0x80, seed)) }) },
    },
  );
}

export interface Fixtures {
  /** By modulus length, in every format. Its JWKs have no `alg`, so that they fit every RSA algorithm. */
  readonly rsa: Readonly<Record<number, KeyData>>;
}

export async function makeFixtures(engine: Subtle): Promise<Fixtures> {
  const [small, large] = await Promise.all([1024, 2048].map((bits) => rsaKey(engine, bits)));
  if (small === undefined || large === undefined) throw new RangeError('no RSA key');
  return { rsa: { 1024: small, 2048: large } };
}

async function rsaKey(engine: Subtle, modulusLength: number): Promise<KeyData> {
  const algorithm = {
    name: 'RSA-PSS',
    hash: 'SHA-256',
    modulusLength,
    publicExponent: Uint8Array.of(1, 0, 1),
  };
  const { publicKey, privateKey } = await engine.generateKey(algorithm, true, ['sign', 'verify']);
  const { kty, n, e, d, p, q, dp, dq, qi } = await engine.exportKey('jwk', privateKey);
  const members = { kty, n, e, d, p, q, dp, dq, qi } as Required<JsonWebKey>;
  return pair({ kty: members.kty, n: members.n, e: members.e }, members, {
    public: { spki: new Uint8Array(await engine.exportKey('spki', publicKey)) },
    private: { pkcs8: new Uint8Array(await engine.exportKey('pkcs8', privateKey)) },
  });
}
