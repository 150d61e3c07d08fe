// The noble driver: what engines lack, in JavaScript, blocking the thread it runs on. Each family is a
// chunk of its own, loaded when a key of it is first met. This file is data only, so that a tab may ask
// what there is.
import { variantOf } from '../../algorithms/index.ts';
import type { Driver, FamilyDriver } from '../driver.ts';
import { unsupported } from '../failures.ts';

const argon2 = () => import('./argon2.ts');
const aesGcm = () => import('./aes-gcm.ts').then((chunk) => chunk.aesGcm);

const FAMILIES: ReadonlyMap<string, () => Promise<FamilyDriver>> = new Map([
  ['Ed448', () => import('./ed448.ts').then((chunk) => chunk.ed448)],
  ['ECDSA/secp256k1', () => import('./secp256k1.ts').then((chunk) => chunk.secp256k1)],
  ['HMAC', () => import('./hmac.ts').then((chunk) => chunk.hmac)],
  ['AES-GCM/128', aesGcm],
  ['AES-GCM/192', aesGcm],
  ['AES-GCM/256', aesGcm],
  ['HKDF', () => import('./hkdf.ts').then((chunk) => chunk.hkdf)],
  ['PBKDF2', () => import('./pbkdf2.ts').then((chunk) => chunk.pbkdf2)],
  ['Argon2d', () => argon2().then((chunk) => chunk.argon2d)],
  ['Argon2i', () => argon2().then((chunk) => chunk.argon2i)],
  ['Argon2id', () => argon2().then((chunk) => chunk.argon2id)],
  ['scrypt', () => import('./scrypt.ts').then((chunk) => chunk.scrypt)],
]);

/** The variants (see `variantOf`) that noble computes for keyslot. */
export const NOBLE_VARIANTS: ReadonlySet<string> = new Set(FAMILIES.keys());

export const noble: Driver = {
  name: 'noble',
  async family(algorithm) {
    const load = FAMILIES.get(variantOf(algorithm));
    if (load) return load();
    throw unsupported(`noble has no such algorithm here; it has ${[...NOBLE_VARIANTS].join(', ')}`);
  },
};
