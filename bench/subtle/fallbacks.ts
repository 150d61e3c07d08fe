// What `subtle` computes with noble in the host. 16 KiB of what works through its message fast: of 32 bytes, the trip
// would be all that is measured.
import type { KeystoreSubtle } from 'keyslot';
import type { Call } from '../measure.ts';
import { type NobleName, ROUNDS } from './noble.ts';
import { type Bytes, message } from './operations.ts';

interface Fallback {
  readonly call: Call;
  /** What the call brings, for noble to do the same with. */
  readonly data: Bytes;
}

const LARGE = 16_384;

/** A pair's halves; TypeScript's library does not know which of these algorithms have one. */
async function pairOf(subtle: KeystoreSubtle, algorithm: string | { name: string; namedCurve: string }) {
  const { name } = typeof algorithm === 'string' ? { name: algorithm } : algorithm;
  const usages = name.startsWith('ML-KEM')
    ? (['encapsulateBits', 'decapsulateBits'] as const)
    : name.startsWith('X')
      ? (['deriveBits'] as const)
      : (['sign', 'verify'] as const);
  const made = await subtle.generateKey(algorithm, false, usages);
  if ('privateKey' in made) return made;
  throw new Error('a key pair was expected');
}

export const FALLBACKS: Readonly<Record<NobleName, (subtle: KeystoreSubtle) => Promise<Fallback>>> = {
  async 'sign ECDSA K-256'(subtle) {
    const { privateKey } = await pairOf(subtle, { name: 'ECDSA', namedCurve: 'K-256' });
    const data = message();
    return { call: () => subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, data), data };
  },
  async 'sign Ed448'(subtle) {
    const { privateKey } = await pairOf(subtle, 'Ed448');
    const data = message();
    return { call: () => subtle.sign('Ed448', privateKey, data), data };
  },
  async 'sign ML-DSA-65'(subtle) {
    const { privateKey } = await pairOf(subtle, 'ML-DSA-65');
    const data = message();
    return { call: () => subtle.sign('ML-DSA-65', privateKey, data), data };
  },
  async 'deriveBits X448'(subtle) {
    const [{ privateKey }, peer] = [await pairOf(subtle, 'X448'), await pairOf(subtle, 'X448')];
    const algorithm = { name: 'X448', public: peer.publicKey };
    const point = new Uint8Array(await subtle.exportKey('raw', peer.publicKey));
    return { call: () => subtle.deriveBits(algorithm, privateKey, 448), data: point };
  },
  async 'encapsulateBits ML-KEM-768'(subtle) {
    const { publicKey } = await pairOf(subtle, 'ML-KEM-768');
    return { call: () => subtle.encapsulateBits('ML-KEM-768', publicKey), data: new Uint8Array() };
  },
  async 'decapsulateBits ML-KEM-768'(subtle) {
    const { publicKey, privateKey } = await pairOf(subtle, 'ML-KEM-768');
    const { ciphertext } = await subtle.encapsulateBits('ML-KEM-768', publicKey);
    const call = () => subtle.decapsulateBits('ML-KEM-768', privateKey, ciphertext);
    return { call, data: new Uint8Array(ciphertext) };
  },
  async 'encrypt ChaCha20-Poly1305, 16 KiB'(subtle) {
    const name = 'ChaCha20-Poly1305';
    const key = await subtle.generateKey(name, false, ['encrypt']);
    if (!(key instanceof CryptoKey)) throw new Error('one key was expected');
    const [iv, data] = [message(12), message(LARGE)];
    return { call: () => subtle.encrypt({ name, iv }, key, data), data };
  },
  async 'digest SHA3-256, 16 KiB'(subtle) {
    const data = message(LARGE);
    return { call: () => subtle.digest('SHA3-256', data), data };
  },
  async 'deriveBits PBKDF2, 1000 rounds'(subtle) {
    const [password, salt] = [message(16), message(16)];
    const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
    return { call: () => subtle.deriveBits(algorithm, key, 256), data: salt };
  },
};
