// Wycheproof's files as data: what is done with a vector of each, and what it must lead to. The vectors lie beside the
// repository and are read there.
import { commands } from 'vitest/browser';
import type { Face } from './faces.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** What is read of a vector, whichever file it is of. */
export interface Vector {
  readonly tcId: number;
  readonly comment?: string;
  readonly flags: readonly string[];
  readonly result: 'valid' | 'invalid' | 'acceptable';
  readonly public: JsonWebKey;
  readonly private: JsonWebKey;
  readonly [name: string]: string | number | readonly string[] | JsonWebKey | undefined;
}
export interface Group {
  readonly publicKey: string;
  readonly publicKeyDer: string;
  readonly privateKeyPkcs8: string;
  readonly ivSize: number;
  readonly keySize: number;
  readonly tagSize: number;
  readonly sLen: number;
  readonly tests: readonly Vector[];
}

/** Groups of a file; `null` where there are no vectors here. */
export async function groupsOf(file: string): Promise<readonly Group[] | null> {
  const text = await commands.wycheproof(file);
  if (text === null) return null;
  const parsed: { testGroups: readonly Group[] } = JSON.parse(text);
  return parsed.testGroups;
}

const hex = (text: unknown): Bytes =>
  Uint8Array.from(String(text ?? '').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const toHex = (bytes: Bytes): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const number = (value: unknown): number => Number(value);

/** How a vector is tried: `true` or bytes for what is accepted, `false` for what is not; a refusal throws. */
type Attempt = (face: Face, group: Group, vector: Vector) => Promise<boolean>;

export interface File {
  readonly file: string;
  /** How many vectors there are. */
  readonly count: number;
  readonly attempt: Attempt;
}

const ecdsa =
  (namedCurve: 'P-256' | 'P-384' | 'secp256k1', hash: 'SHA-256' | 'SHA-384'): Attempt =>
  async (face, { publicKeyDer }, { sig, msg }) => {
    const algorithm = { name: 'ECDSA', namedCurve, hash } as const;
    const key = await face.importKey('spki', hex(publicKeyDer), algorithm, ['verify']);
    return key.verify(hex(sig), hex(msg));
  };

const ed25519: Attempt = async (face, { publicKeyDer }, { sig, msg }) => {
  const key = await face.importKey('spki', hex(publicKeyDer), { name: 'Ed25519' }, ['verify']);
  return key.verify(hex(sig), hex(msg));
};

const rsaPss: Attempt = async (face, { publicKeyDer, sLen }, { sig, msg }) => {
  const algorithm = { name: 'RSA-PSS', hash: 'SHA-256' } as const;
  const key = await face.importKey('spki', hex(publicKeyDer), algorithm, ['verify']);
  return key.verify(hex(sig), hex(msg), { saltLength: sLen });
};

const rsaOaep: Attempt = async (face, { privateKeyPkcs8 }, { ct, msg, label }) => {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' } as const;
  const key = await face.importKey('pkcs8', hex(privateKeyPkcs8), algorithm, ['decrypt']);
  return toHex(await key.decrypt(hex(ct), { label: hex(label) })) === msg;
};

const mlDsa: Attempt = async (face, { publicKey }, { sig, msg, ctx }) => {
  const key = await face.importKey('raw-public', hex(publicKey), { name: 'ML-DSA-44' }, ['verify']);
  return key.verify(hex(sig), hex(msg), ctx === undefined ? {} : { context: hex(ctx) });
};

const mlKem =
  (name: 'ML-KEM-512' | 'ML-KEM-1024'): Attempt =>
  async (face, _, { seed, ek, c, K }) => {
    const key = await face.importKey('raw-seed', hex(seed), { name }, ['decapsulateBits']);
    const isPublicKeyRight = toHex(await key.publicKey()) === ek;
    return toHex(await key.decapsulate(hex(c))) === K && isPublicKeyRight;
  };

const hmac: Attempt = async (face, { tagSize }, { key: secret, msg, tag }) => {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' } as const;
  const key = await face.importKey('raw-secret', hex(secret), algorithm, ['sign', 'verify']);
  const isSame = toHex((await key.sign(hex(msg))).slice(0, tagSize / 8)) === tag;
  // WebCrypto has no truncated tags.
  if (tagSize < 256) return isSame;
  const verdict = await key.verify(hex(tag), hex(msg));
  if (verdict !== isSame) throw new Error('sign and verify disagree');
  return verdict;
};

const aead =
  (name: 'AES-GCM' | 'ChaCha20-Poly1305'): Attempt =>
  async (face, _, { key: secret, iv, aad, msg, ct, tag, result }) => {
    const key = await face.importKey('raw-secret', hex(secret), { name }, ['encrypt', 'decrypt']);
    const params = { iv: hex(iv), additionalData: hex(aad) };
    const sealed = `${ct}${tag}`;
    const isOpened = toHex(await key.decrypt(hex(sealed), params)) === msg;
    return result === 'invalid' || toHex(await key.encrypt(hex(msg), params)) === sealed ? isOpened : false;
  };

const hkdf: Attempt = async (face, _, { ikm, salt, info, size, okm }) => {
  const key = await face.importKey('raw-secret', hex(ikm), { name: 'HKDF' }, ['deriveBits']);
  const params = { hash: 'SHA-256', salt: hex(salt), info: hex(info) } as const;
  return toHex(await key.deriveBits(number(size) * 8, params)) === okm;
};

const pbkdf2: Attempt = async (face, _, { password, salt, iterationCount, dkLen, dk }) => {
  const key = await face.importKey('raw-secret', hex(password), { name: 'PBKDF2' }, ['deriveBits']);
  const params = { hash: 'SHA-256', salt: hex(salt), iterations: number(iterationCount) } as const;
  return toHex(await key.deriveBits(number(dkLen) * 8, params)) === dk;
};

const x25519: Attempt = async (face, _, { public: theirs, private: mine, shared }) => {
  const publicKey = await face.importKey('jwk', theirs, { name: 'X25519' }, []);
  const key = await face.importKey('jwk', mine, { name: 'X25519' }, ['deriveBits']);
  return toHex(await key.deriveBits(256, { publicKey })) === shared;
};

export const FILES: readonly File[] = [
  { file: 'aes_gcm_test.json', count: 316, attempt: aead('AES-GCM') },
  { file: 'chacha20_poly1305_test.json', count: 325, attempt: aead('ChaCha20-Poly1305') },
  { file: 'ecdsa_secp256k1_sha256_p1363_test.json', count: 252, attempt: ecdsa('secp256k1', 'SHA-256') },
  { file: 'ecdsa_secp256r1_sha256_p1363_test.json', count: 262, attempt: ecdsa('P-256', 'SHA-256') },
  { file: 'ecdsa_secp384r1_sha384_p1363_test.json', count: 280, attempt: ecdsa('P-384', 'SHA-384') },
  { file: 'ed25519_test.json', count: 151, attempt: ed25519 },
  { file: 'hkdf_sha256_test.json', count: 86, attempt: hkdf },
  { file: 'hmac_sha256_test.json', count: 174, attempt: hmac },
  { file: 'mldsa_44_verify_test.json', count: 180, attempt: mlDsa },
  { file: 'mlkem_1024_test.json', count: 193, attempt: mlKem('ML-KEM-1024') },
  { file: 'mlkem_512_test.json', count: 193, attempt: mlKem('ML-KEM-512') },
  { file: 'pbkdf2_hmacsha256_test.json', count: 60, attempt: pbkdf2 },
  { file: 'rsa_oaep_2048_sha256_mgf1sha256_test.json', count: 37, attempt: rsaOaep },
  { file: 'rsa_pss_2048_sha256_mgf1_32_test.json', count: 108, attempt: rsaPss },
  { file: 'x25519_jwk_test.json', count: 531, attempt: x25519 },
];
