// What `subtle` computes with noble in the host, each beside the same call of noble's in the page. 16 KiB of what works
// through its message fast: of 32 bytes, the trip would be all that is measured.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed448, x448 } from '@noble/curves/ed448.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { pbkdf2 } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import type { KeystoreSubtle } from 'keyslot';
import type { Call } from '../measure.ts';
import { message } from './operations.ts';

interface Fallback {
  readonly noble: Call;
  readonly hosted: Call;
}

const LARGE = 16_384;
const ROUNDS = 1000;

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

export const FALLBACKS: Readonly<Record<string, (subtle: KeystoreSubtle) => Promise<Fallback>>> = {
  async 'sign ECDSA K-256'(subtle) {
    const { privateKey } = await pairOf(subtle, { name: 'ECDSA', namedCurve: 'K-256' });
    const secret = secp256k1.utils.randomSecretKey();
    const data = message();
    // As keyslot signs: hedged nonces, low s.
    const options = { prehash: false, lowS: true, extraEntropy: true } as const;
    return {
      noble: () => secp256k1.sign(sha256(data), secret, options),
      hosted: () => subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, privateKey, data),
    };
  },
  async 'sign Ed448'(subtle) {
    const { privateKey } = await pairOf(subtle, 'Ed448');
    const secret = ed448.utils.randomSecretKey();
    const data = message();
    return { noble: () => ed448.sign(data, secret), hosted: () => subtle.sign('Ed448', privateKey, data) };
  },
  async 'sign ML-DSA-65'(subtle) {
    const { privateKey } = await pairOf(subtle, 'ML-DSA-65');
    const { secretKey } = ml_dsa65.keygen();
    const data = message();
    return {
      noble: () => ml_dsa65.sign(data, secretKey),
      hosted: () => subtle.sign('ML-DSA-65', privateKey, data),
    };
  },
  async 'deriveBits X448'(subtle) {
    const [{ privateKey }, peer] = [await pairOf(subtle, 'X448'), await pairOf(subtle, 'X448')];
    const secret = x448.utils.randomSecretKey();
    const point = x448.getPublicKey(x448.utils.randomSecretKey());
    return {
      noble: () => x448.getSharedSecret(secret, point),
      hosted: () => subtle.deriveBits({ name: 'X448', public: peer.publicKey }, privateKey, 448),
    };
  },
  async 'encapsulateBits ML-KEM-768'(subtle) {
    const { publicKey } = await pairOf(subtle, 'ML-KEM-768');
    const own = ml_kem768.keygen();
    return {
      noble: () => ml_kem768.encapsulate(own.publicKey),
      hosted: () => subtle.encapsulateBits('ML-KEM-768', publicKey),
    };
  },
  async 'decapsulateBits ML-KEM-768'(subtle) {
    const { publicKey, privateKey } = await pairOf(subtle, 'ML-KEM-768');
    const { ciphertext } = await subtle.encapsulateBits('ML-KEM-768', publicKey);
    const own = ml_kem768.keygen();
    const { cipherText } = ml_kem768.encapsulate(own.publicKey);
    return {
      noble: () => ml_kem768.decapsulate(cipherText, own.secretKey),
      hosted: () => subtle.decapsulateBits('ML-KEM-768', privateKey, ciphertext),
    };
  },
  async 'encrypt ChaCha20-Poly1305, 16 KiB'(subtle) {
    const name = 'ChaCha20-Poly1305';
    const key = await subtle.generateKey(name, false, ['encrypt']);
    if (!(key instanceof CryptoKey)) throw new Error('one key was expected');
    const [secret, iv, data] = [message(32), message(12), message(LARGE)];
    return {
      noble: () => chacha20poly1305(secret, iv).encrypt(data),
      hosted: () => subtle.encrypt({ name, iv }, key, data),
    };
  },
  async 'digest SHA3-256, 16 KiB'(subtle) {
    const data = message(LARGE);
    return { noble: () => sha3_256(data), hosted: () => subtle.digest('SHA3-256', data) };
  },
  async 'deriveBits PBKDF2, 1000 rounds'(subtle) {
    const [password, salt] = [message(16), message(16)];
    const key = await subtle.importKey('raw', password, 'PBKDF2', false, ['deriveBits']);
    const algorithm = { name: 'PBKDF2', hash: 'SHA-256', salt, iterations: ROUNDS };
    return {
      noble: () => pbkdf2(sha256, password, salt, { c: ROUNDS, dkLen: 32 }),
      hosted: () => subtle.deriveBits(algorithm, key, 256),
    };
  },
};
