// OCB (RFC 7253) made of noble's AES, since no well-kept library has it; the names are the RFC's, and so are the proofs
// (appendix A, in the tests). Touches secret keys. The block cipher is called once for many blocks: noble expands the
// key, and clears what it expanded, on every call.
import { ecb } from '@noble/ciphers/aes.js';
import { concatBytes, equalBytes } from '@noble/ciphers/utils.js';
import type { Bytes } from '../driver.ts';
import { decryptionFailed } from '../failures.ts';
import type { Cipher } from './operations.ts';

const BLOCK = 16;

/**
 * @param nonce - of 1 to 15 bytes.
 * @param tagLength - in bits, a multiple of 8, at most 128.
 */
export function ocbOf(
  key: Bytes,
  nonce: Bytes,
  additionalData: Bytes | undefined,
  tagLength: number,
): Cipher {
  const aad = additionalData ?? new Uint8Array(0);
  const size = tagLength / 8;
  return {
    encrypt(data) {
      const { output, tag } = apply('encrypt', key, nonce, aad, tagLength, data);
      return concatBytes(output, tag.subarray(0, size));
    },
    decrypt(data) {
      if (data.length < size) throw decryptionFailed();
      const end = data.length - size;
      const { output, tag } = apply('decrypt', key, nonce, aad, tagLength, data.subarray(0, end));
      const authentic = equalBytes(tag.subarray(0, size), data.subarray(end));
      tag.fill(0);
      if (authentic) return output;
      output.fill(0);
      throw decryptionFailed();
    },
  };
}

/** What depends on the key, and the offset that depends on the nonce too (4.1 and 4.2). */
interface Masks {
  readonly star: Bytes;
  readonly dollar: Bytes;
  /** L_0, L_1, … as far as they were needed. */
  readonly doubles: Bytes[];
  readonly start: Bytes;
}

/** OCB-ENCRYPT and OCB-DECRYPT (4.2 and 4.3), which differ in the direction of the whole blocks. */
function apply(
  direction: 'encrypt' | 'decrypt',
  key: Bytes,
  nonce: Bytes,
  aad: Bytes,
  tagLength: number,
  data: Bytes,
): { output: Bytes; tag: Bytes } {
  const masks = masksOf(key, nonce, tagLength);
  const whole = data.length - (data.length % BLOCK);
  const offsets = offsetsOf(masks, masks.start, whole / BLOCK);
  const output = new Uint8Array(data.length);
  output.set(data);
  const blocks = output.subarray(0, whole);
  xor(blocks, offsets);
  const transformed = cipherBlocks(direction, key, blocks);
  blocks.set(transformed);
  xor(blocks, offsets);
  transformed.fill(0);

  const checksum = new Uint8Array(BLOCK);
  const plaintext = direction === 'encrypt' ? data : output;
  const offset = whole === 0 ? masks.start.slice() : offsets.slice(-BLOCK);
  if (whole < data.length) {
    xor(offset, masks.star);
    const pad = cipherBlocks('encrypt', key, offset);
    xor(output.subarray(whole), pad);
    pad.fill(0);
    checksum[data.length - whole] = 0x80;
  }
  fold(checksum, plaintext);

  xor(checksum, offset);
  xor(checksum, masks.dollar);
  const tag = cipherBlocks('encrypt', key, checksum);
  xor(tag, hashOf(key, masks, aad));
  for (const secret of [offsets, offset, checksum, masks.star, masks.dollar, masks.start, ...masks.doubles]) {
    secret.fill(0);
  }
  return { output, tag };
}

/** HASH (4.1). */
function hashOf(key: Bytes, masks: Masks, aad: Bytes): Bytes {
  const sum = new Uint8Array(BLOCK);
  if (aad.length === 0) return sum;
  const count = Math.floor(aad.length / BLOCK);
  const partial = count * BLOCK < aad.length;
  const input = new Uint8Array((partial ? count + 1 : count) * BLOCK);
  input.set(aad);
  const offsets = offsetsOf(masks, sum, count);
  xor(input, offsets);
  if (partial) {
    const last = input.subarray(count * BLOCK);
    last.set([0x80], aad.length - count * BLOCK);
    xor(last, offsets.subarray(Math.max(0, offsets.length - BLOCK)));
    xor(last, masks.star);
  }
  const hashed = cipherBlocks('encrypt', key, input);
  fold(sum, hashed);
  for (const secret of [input, offsets, hashed]) secret.fill(0);
  return sum;
}

function masksOf(key: Bytes, nonce: Bytes, tagLength: number): Masks {
  // Both blocks that depend on nothing but the key and the nonce, in one call: zeros for L_*, then Ktop's.
  const input = new Uint8Array(2 * BLOCK);
  const top = input.subarray(BLOCK);
  top.set(nonce, BLOCK - nonce.length);
  top.set([1], BLOCK - nonce.length - 1);
  top.set([((tagLength % 128) << 1) | (top[0] ?? 0)]);
  const bottom = (top[BLOCK - 1] ?? 0) & 63;
  top.set([(top[BLOCK - 1] ?? 0) & 0xc0], BLOCK - 1);
  const encrypted = cipherBlocks('encrypt', key, input);
  const star = encrypted.slice(0, BLOCK);
  const dollar = double(star);
  const start = startOf(encrypted.subarray(BLOCK), bottom);
  encrypted.fill(0);
  return { star, dollar, doubles: [double(dollar)], start };
}

/** Offset_0: 128 bits of Stretch, from bit `bottom` on. */
function startOf(ktop: Bytes, bottom: number): Bytes {
  const stretch = new Uint8Array(BLOCK + 8);
  stretch.set(ktop);
  stretch.set(ktop.subarray(0, 8), BLOCK);
  xor(stretch.subarray(BLOCK), ktop.subarray(1, 9));
  const skip = bottom >> 3;
  const shift = bottom & 7;
  const start = new Uint8Array(BLOCK).map((_, index) => {
    const pair = ((stretch[index + skip] ?? 0) << 8) | (stretch[index + skip + 1] ?? 0);
    return pair >> (8 - shift);
  });
  stretch.fill(0);
  return start;
}

/** Offset_1 to Offset_count, one after the other: Offset_i = Offset_{i-1} xor L_{ntz(i)}. */
function offsetsOf({ doubles }: Masks, start: Bytes, count: number): Bytes {
  const offsets = new Uint8Array(count * BLOCK);
  let before = start;
  for (let i = 1; i <= count; i++) {
    const offset = offsets.subarray((i - 1) * BLOCK, i * BLOCK);
    offset.set(before);
    xor(offset, doubleAt(doubles, 31 - Math.clz32(i & -i)));
    before = offset;
  }
  return offsets;
}

function doubleAt(doubles: Bytes[], index: number): Bytes {
  const known = doubles[index];
  if (known !== undefined) return known;
  const next = double(doubleAt(doubles, index - 1));
  doubles[index] = next;
  return next;
}

/** double(S) of section 2, without a branch on the key's bits. */
function double(block: Bytes): Bytes {
  const carry = (block[0] ?? 0) >> 7;
  const doubled = block.map((byte, index) => (byte << 1) | ((block[index + 1] ?? 0) >> 7));
  xor(doubled.subarray(BLOCK - 1), Uint8Array.of(0x87 & -carry));
  return doubled;
}

function cipherBlocks(direction: 'encrypt' | 'decrypt', key: Bytes, blocks: Bytes): Bytes {
  return ecb(key, { disablePadding: true })[direction](blocks);
}

/** As far as `other` reaches. */
function xor(target: Bytes, other: Bytes): void {
  const end = Math.min(target.length, other.length);
  for (let i = 0; i < end; i++) target[i] = (target[i] ?? 0) ^ (other[i] ?? 0);
}

/** The exclusive or of all blocks, the last one filled up with zeros, into `block`. */
function fold(block: Bytes, data: Bytes): void {
  for (let i = 0; i < data.length; i++) block[i % BLOCK] = (block[i % BLOCK] ?? 0) ^ (data[i] ?? 0);
}
