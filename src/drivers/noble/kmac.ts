// KMAC (NIST SP 800-185, section 4) on noble's cSHAKE, which is the standard's own definition. noble's KMAC counts keys
// and tags in bytes; the Modern Algorithms draft counts bits. Touches secret keys.
import { cshake128, cshake256 } from '@noble/hashes/sha3-addons.js';
import type { ImportAlgorithm, KmacAlgorithm } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import { macOf } from './operations.ts';
import { clearUnusedBits, secretFamily } from './secret.ts';

const CSHAKE = { KMAC128: cshake128, KMAC256: cshake256 } as const;
const JWK_ALG = { KMAC128: 'K128', KMAC256: 'K256' } as const;

function kmac(
  { name, length }: KmacAlgorithm,
  key: Bytes,
  data: Bytes,
  outputLength: number,
  customization: Bytes | undefined,
): Bytes {
  const hash = CSHAKE[name].create({
    dkLen: Math.ceil(outputLength / 8),
    NISTfn: 'KMAC',
    ...(customization === undefined ? {} : { personalization: customization }),
  });
  const first = paddedKey(key, length, hash.blockLen);
  hash
    .update(first)
    .update(data)
    .update(Uint8Array.of(...digits(outputLength), digits(outputLength).length));
  first.fill(0);
  return clearUnusedBits(hash.digest(), outputLength);
}

/** bytepad(encode_string(K), rate), section 2.3. */
function paddedKey(key: Bytes, bits: number, rate: number): Bytes {
  const head = [rate, bits].flatMap((number) => [digits(number).length, ...digits(number)]);
  const bytes = new Uint8Array(Math.ceil((head.length + key.length) / rate) * rate);
  bytes.set(head);
  bytes.set(key, head.length);
  return bytes;
}

/** The big-endian digits of left_encode and right_encode, section 2.3.1. */
function digits(number: number): number[] {
  return number < 256 ? [number] : [...digits(Math.floor(number / 256)), number % 256];
}

export const kmacFamily = secretFamily<KmacAlgorithm>({
  has: (algorithm: ImportAlgorithm): algorithm is KmacAlgorithm =>
    (algorithm.name === 'KMAC128' || algorithm.name === 'KMAC256') && algorithm.length !== undefined,
  bits: ({ length }) => length,
  jwkAlg: ({ name }) => JWK_ALG[name],
  operations: (held, algorithm) =>
    macOf((data, { outputLength, customization }) => {
      if (outputLength === undefined) throw invalid('outputLength of KMAC is missing');
      return kmac(algorithm, held(), data, outputLength, customization);
    }),
});
