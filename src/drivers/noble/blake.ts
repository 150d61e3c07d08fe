// BLAKE2 with a key (RFC 7693, section 2.9) and BLAKE3's keyed mode, by noble. Touches secret keys.
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { blake3 } from '@noble/hashes/blake3.js';
import type { BlakeAlgorithm, ImportAlgorithm } from '../../algorithms/types.ts';
import { invalid } from '../failures.ts';
import { macOf } from './operations.ts';
import { secretFamily } from './secret.ts';

interface Keyed {
  readonly hash: typeof blake2b | typeof blake2s | typeof blake3;
  /** Tag length where a call names none, in bits. */
  readonly outputLength: number;
}

const KEYED: Readonly<Record<BlakeAlgorithm['name'], Keyed>> = {
  BLAKE2b: { hash: blake2b, outputLength: 512 },
  BLAKE2s: { hash: blake2s, outputLength: 256 },
  BLAKE3: { hash: blake3, outputLength: 256 },
};

export const blake = secretFamily<BlakeAlgorithm>({
  has: (algorithm: ImportAlgorithm): algorithm is BlakeAlgorithm =>
    Object.hasOwn(KEYED, algorithm.name) && 'length' in algorithm && algorithm.length !== undefined,
  bits: ({ length }) => length,
  // No JWK algorithm is registered for it.
  jwkAlg: () => undefined,
  operations(held, { name }) {
    const { hash, outputLength: standard } = KEYED[name];
    return macOf((data, { outputLength = standard }) => {
      if (outputLength % 8 !== 0) throw invalid(`outputLength of ${name} must be a multiple of 8 bits`);
      return hash(data, { key: held(), dkLen: outputLength / 8 });
    });
  },
});
