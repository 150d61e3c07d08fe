// AES in counter mode (NIST SP 800-38A, 6.5) whose counter is the low bits of the block, as many as asked. Touches
// secret keys and plaintexts.
import { ctr } from '@noble/ciphers/aes.js';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';

const BLOCK = 16;

/**
 * Encrypts and decrypts alike. noble counts with all 128 bits; a counter of fewer starts again at zero without a carry
 * into the bits above it, so the data is cut where that happens.
 *
 * @param counterLength - in bits, from 1 to 128.
 * @throws KeystoreError `INVALID_ARGUMENT` if there are more blocks than counter values (WebCrypto, section 27.7).
 */
export function countedStream(key: Bytes, block: Bytes, counterLength: number, data: Bytes): Bytes {
  const values = 1n << BigInt(counterLength);
  if (BigInt(Math.ceil(data.length / BLOCK)) > values) {
    throw invalid(
      'the data has more blocks than counterLength has values; pass less data or a longer counter',
    );
  }
  const beforeWrap = (values - (numberOf(block) % values)) * BigInt(BLOCK);
  if (beforeWrap >= BigInt(data.length)) return ctr(key, block).encrypt(data);
  const cut = Number(beforeWrap);
  const result = new Uint8Array(data.length);
  const head = ctr(key, block).encrypt(data.subarray(0, cut));
  const tail = ctr(key, withZeroCounter(block, counterLength)).encrypt(data.subarray(cut));
  result.set(head);
  result.set(tail, cut);
  head.fill(0);
  tail.fill(0);
  return result;
}

function numberOf(block: Bytes): bigint {
  const view = new DataView(block.buffer, block.byteOffset, BLOCK);
  return (view.getBigUint64(0) << 64n) | view.getBigUint64(8);
}

function withZeroCounter(block: Bytes, counterLength: number): Bytes {
  return block.map((byte, index) => {
    const counting = Math.min(8, Math.max(0, counterLength - 8 * (BLOCK - 1 - index)));
    return byte & (0xff << counting);
  });
}
