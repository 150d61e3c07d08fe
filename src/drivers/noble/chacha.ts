// ChaCha20-Poly1305 by noble (RFC 8439) and its form with a nonce of 24 bytes (draft-irtf-cfrg-xchacha). Touches secret
// keys.
import { chacha20poly1305, xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { ImportAlgorithm, PlainAlgorithm } from '../../algorithms/types.ts';
import { cipherOf, ivOf } from './operations.ts';
import { secretFamily } from './secret.ts';

function family(
  name: 'ChaCha20-Poly1305' | 'XChaCha20-Poly1305',
  jwkAlg: string,
  nonceSize: number,
  cipher: typeof chacha20poly1305 | typeof xchacha20poly1305,
) {
  return secretFamily<PlainAlgorithm>({
    has: (algorithm: ImportAlgorithm): algorithm is PlainAlgorithm => algorithm.name === name,
    bits: () => 256,
    jwkAlg: () => jwkAlg,
    operations: (held) =>
      cipherOf((params) => cipher(held(), ivOf(params, nonceSize), params.additionalData)),
  });
}

/** C20P is the Modern Algorithms draft's name, both are draft-amringer-jose-chacha's. */
export const chacha20 = family('ChaCha20-Poly1305', 'C20P', 12, chacha20poly1305);
export const xchacha20 = family('XChaCha20-Poly1305', 'XC20P', 24, xchacha20poly1305);
