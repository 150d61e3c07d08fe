// Where each family of the noble driver is: a chunk of its own, loaded when a key of it is first met. This table is a chunk too, so that
// a host whose keys are all native loads none of it. Touches no key.
import { SLH_DSA_NAMES } from '../../algorithms/post-quantum.ts';
import type { FamilyDriver } from '../driver.ts';

type Load = () => Promise<FamilyDriver>;

const nist = () => import('./nist.ts');
const koblitz = () => import('./secp256k1.ts').then((chunk) => chunk.secp256k1);
const curve25519 = () => import('./curve25519.ts');
const curve448 = () => import('./curve448.ts');
const aesGcm: Load = () => import('./aes-gcm.ts').then((chunk) => chunk.aesGcm);
const aesCtr: Load = () => import('./aes-ctr.ts').then((chunk) => chunk.aesCtr);
const aesCbc: Load = () => import('./aes-cbc.ts').then((chunk) => chunk.aesCbc);
const aesKw: Load = () => import('./aes-kw.ts').then((chunk) => chunk.aesKw);
const aesOcb: Load = () => import('./aes-ocb.ts').then((chunk) => chunk.aesOcb);
const aesSiv: Load = () => import('./aes-siv.ts').then((chunk) => chunk.aesSiv);
const aesGcmSiv: Load = () => import('./aes-gcm-siv.ts').then((chunk) => chunk.aesGcmSiv);
const aesCmac: Load = () => import('./aes-cmac.ts').then((chunk) => chunk.aesCmac);
const mlKem = () => import('./ml-kem.ts');
const mlDsa = () => import('./ml-dsa.ts');
const hybrid = () => import('./hybrid.ts');
const argon2 = () => import('./argon2.ts');
const hmac: Load = () => import('./hmac.ts').then((chunk) => chunk.hmac);
const kmac: Load = () => import('./kmac.ts').then((chunk) => chunk.kmacFamily);
const blake: Load = () => import('./blake.ts').then((chunk) => chunk.blake);

const ofLengths = (name: string, lengths: readonly number[], load: Load): [string, Load][] =>
  lengths.map((length) => [`${name}/${length}`, load]);

const AES_LENGTHS = [128, 192, 256];

/** By variant (see `variantOf`): those of `NOBLE_VARIANTS`. */
export const FAMILIES: ReadonlyMap<string, Load> = new Map<string, Load>([
  ['ECDSA/P-256', () => nist().then(({ p256 }) => p256.ecdsa)],
  ['ECDSA/P-384', () => nist().then(({ p384 }) => p384.ecdsa)],
  ['ECDSA/P-521', () => nist().then(({ p521 }) => p521.ecdsa)],
  ['ECDSA/secp256k1', () => koblitz().then(({ ecdsa }) => ecdsa)],
  ['ECDH/P-256', () => nist().then(({ p256 }) => p256.ecdh)],
  ['ECDH/P-384', () => nist().then(({ p384 }) => p384.ecdh)],
  ['ECDH/P-521', () => nist().then(({ p521 }) => p521.ecdh)],
  ['ECDH/secp256k1', () => koblitz().then(({ ecdh }) => ecdh)],
  ['Ed25519', () => curve25519().then(({ ed25519 }) => ed25519)],
  ['X25519', () => curve25519().then(({ x25519 }) => x25519)],
  ['Ed448', () => curve448().then(({ ed448 }) => ed448)],
  ['X448', () => curve448().then(({ x448 }) => x448)],
  ['HKDF', () => import('./hkdf.ts').then((chunk) => chunk.hkdf)],
  ['PBKDF2', () => import('./pbkdf2.ts').then((chunk) => chunk.pbkdf2)],
  ['Argon2d', () => argon2().then((chunk) => chunk.argon2d)],
  ['Argon2i', () => argon2().then((chunk) => chunk.argon2i)],
  ['Argon2id', () => argon2().then((chunk) => chunk.argon2id)],
  ['scrypt', () => import('./scrypt.ts').then((chunk) => chunk.scrypt)],
  ['HMAC', hmac],
  ['HMAC/SHA-3', hmac],
  ['KMAC128', kmac],
  ['KMAC256', kmac],
  ['BLAKE2b', blake],
  ['BLAKE2s', blake],
  ['BLAKE3', blake],
  ...ofLengths('AES-GCM', AES_LENGTHS, aesGcm),
  ...ofLengths('AES-CTR', AES_LENGTHS, aesCtr),
  ...ofLengths('AES-CBC', AES_LENGTHS, aesCbc),
  ...ofLengths('AES-KW', AES_LENGTHS, aesKw),
  ...ofLengths('AES-OCB', AES_LENGTHS, aesOcb),
  ...ofLengths('AES-SIV', [256, 384, 512], aesSiv),
  ...ofLengths('AES-GCM-SIV', [128, 256], aesGcmSiv),
  ...ofLengths('AES-CMAC', AES_LENGTHS, aesCmac),
  ['ChaCha20-Poly1305', () => import('./chacha.ts').then((chunk) => chunk.chacha20)],
  ['XChaCha20-Poly1305', () => import('./chacha.ts').then((chunk) => chunk.xchacha20)],
  ['ML-KEM-512', () => mlKem().then((chunk) => chunk.mlKem512)],
  ['ML-KEM-768', () => mlKem().then((chunk) => chunk.mlKem768)],
  ['ML-KEM-1024', () => mlKem().then((chunk) => chunk.mlKem1024)],
  ['X-Wing', () => hybrid().then((chunk) => chunk.xWing)],
  ['MLKEM768-X25519', () => hybrid().then((chunk) => chunk.mlKem768X25519)],
  ['MLKEM768-P256', () => hybrid().then((chunk) => chunk.mlKem768P256)],
  ['MLKEM1024-P384', () => hybrid().then((chunk) => chunk.mlKem1024P384)],
  ['ML-DSA-44', () => mlDsa().then((chunk) => chunk.mlDsa44)],
  ['ML-DSA-65', () => mlDsa().then((chunk) => chunk.mlDsa65)],
  ['ML-DSA-87', () => mlDsa().then((chunk) => chunk.mlDsa87)],
  ...SLH_DSA_NAMES.map((name): [string, Load] => [
    name,
    () => import('./slh-dsa.ts').then((chunk) => chunk.slhDsa(name)),
  ]),
]);
