// GCM (NIST SP 800-38D) with what noble's own leaves out: tags of less than 128 bits, and nonces of less than 8 bytes,
// which engines take. Made of noble's AES and GHASH. Touches secret keys.
import { ghash } from '@noble/ciphers/_polyval.js';
import { ctr } from '@noble/ciphers/aes.js';
import { concatBytes, equalBytes, u64Lengths } from '@noble/ciphers/utils.js';
import type { Bytes } from '../driver.ts';
import { decryptionFailed } from '../failures.ts';
import { countedStream } from './counter.ts';
import type { Cipher } from './operations.ts';

const BLOCK = 16;
const zeros = (): Bytes => new Uint8Array(BLOCK);

/** @param tagLength - in bits, a multiple of 8. */
export function gcmOf(key: Bytes, iv: Bytes, additionalData: Bytes | undefined, tagLength: number): Cipher {
  const aad = additionalData ?? new Uint8Array(0);
  const size = tagLength / 8;
  return {
    encrypt(data) {
      const hashKey = ctr(key, zeros()).encrypt(zeros());
      const first = firstCounter(hashKey, iv);
      const ciphertext = countedStream(key, increment(first), 32, data);
      const tag = tagOf(key, hashKey, first, ciphertext, aad);
      hashKey.fill(0);
      return concatBytes(ciphertext, tag.subarray(0, size));
    },
    decrypt(data) {
      if (data.length < size) throw decryptionFailed();
      const ciphertext = data.subarray(0, data.length - size);
      const hashKey = ctr(key, zeros()).encrypt(zeros());
      const first = firstCounter(hashKey, iv);
      const tag = tagOf(key, hashKey, first, ciphertext, aad);
      hashKey.fill(0);
      // Before anything is decrypted (7.2, step 8 may come first).
      const authentic = equalBytes(tag.subarray(0, size), data.subarray(ciphertext.length));
      tag.fill(0);
      if (!authentic) throw decryptionFailed();
      return countedStream(key, increment(first), 32, ciphertext);
    },
  };
}

/** J0 (7.1, step 2). */
function firstCounter(hashKey: Bytes, iv: Bytes): Bytes {
  if (iv.length === 12) return concatBytes(iv, Uint8Array.of(0, 0, 0, 1));
  // GHASH pads each update to whole blocks.
  return ghash
    .create(hashKey)
    .update(iv)
    .update(u64Lengths(iv.length * 8, 0, false))
    .digest();
}

/** inc32 (6.2). */
function increment(block: Bytes): Bytes {
  const next = new Uint8Array(block);
  const view = new DataView(next.buffer);
  view.setUint32(12, view.getUint32(12) + 1);
  return next;
}

/** The whole tag (7.1, steps 4 to 6). */
function tagOf(key: Bytes, hashKey: Bytes, first: Bytes, ciphertext: Bytes, aad: Bytes): Bytes {
  const hash = ghash
    .create(hashKey, ciphertext.length + aad.length)
    .update(aad)
    .update(ciphertext)
    .update(u64Lengths(ciphertext.length * 8, aad.length * 8, false))
    .digest();
  return ctr(key, first).encrypt(hash);
}
