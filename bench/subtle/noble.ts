// Noble's part of each fallback: the page and the worker behind the bare port run the same code, each with keys of its
// own. What is made is called with what the caller of `subtle` brings, which travels; keys stay.
import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import { ed448, x448 } from '@noble/curves/ed448.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { pbkdf2Async } from '@noble/hashes/pbkdf2.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { sha3_256 } from '@noble/hashes/sha3.js';
import { ml_dsa65 } from '@noble/post-quantum/ml-dsa.js';
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js';
import { type Bytes, message } from './operations.ts';

/** Of PBKDF2. */
export const ROUNDS = 1000;

export const NOBLE = {
  'sign ECDSA K-256'() {
    const secret = secp256k1.utils.randomSecretKey();
    // As keyslot signs: hedged nonces, low s.
    const options = { prehash: false, lowS: true, extraEntropy: true } as const;
    return (data) => secp256k1.sign(sha256(data), secret, options);
  },
  'sign Ed448'() {
    const secret = ed448.utils.randomSecretKey();
    return (data) => ed448.sign(data, secret);
  },
  'sign ML-DSA-65'() {
    const { secretKey } = ml_dsa65.keygen();
    return (data) => ml_dsa65.sign(data, secretKey);
  },
  'deriveBits X448'() {
    const secret = x448.utils.randomSecretKey();
    return (point) => x448.getSharedSecret(secret, point);
  },
  'encapsulateBits ML-KEM-768'() {
    const { publicKey } = ml_kem768.keygen();
    return () => ml_kem768.encapsulate(publicKey);
  },
  'decapsulateBits ML-KEM-768'() {
    // The ciphertext is another key's, which is no less work: ML-KEM refuses by giving another secret.
    const { secretKey } = ml_kem768.keygen();
    return (ciphertext) => ml_kem768.decapsulate(ciphertext, secretKey);
  },
  'encrypt ChaCha20-Poly1305, 16 KiB'() {
    const [secret, iv] = [message(32), message(12)];
    return (data) => chacha20poly1305(secret, iv).encrypt(data);
  },
  'digest SHA3-256, 16 KiB': () => (data) => sha3_256(data),
  'deriveBits PBKDF2, 1000 rounds'() {
    const password = message(16);
    // The form that pauses, as the host calls it: that asks for the time after each round, wherever it runs.
    return (salt) => pbkdf2Async(sha256, password, salt, { c: ROUNDS, dkLen: 32, asyncTick: 8 });
  },
} as const satisfies Record<string, () => (data: Bytes) => unknown>;

export type NobleName = keyof typeof NOBLE;
