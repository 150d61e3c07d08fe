// HMAC by noble (FIPS 198-1), for keys that are used in steps, which no engine does, and for hashes that engines lack.
// Touches secret keys.
import { hmac as nobleHmac } from '@noble/hashes/hmac.js';
import type { HashName, HmacAlgorithm, ImportAlgorithm } from '../../algorithms/types.ts';
import type { Bytes, MacSteps } from '../driver.ts';
import { HASHES } from './hashes.ts';
import { macOf } from './operations.ts';
import { secretFamily } from './secret.ts';

/** RFC 7518, 3.2; HS1 is WebCrypto's, HS3-… are the Modern Algorithms draft's. */
const JWK_ALG: Readonly<Partial<Record<HashName, string>>> = {
  'SHA-1': 'HS1',
  'SHA-256': 'HS256',
  'SHA-384': 'HS384',
  'SHA-512': 'HS512',
  'SHA3-256': 'HS3-256',
  'SHA3-384': 'HS3-384',
  'SHA3-512': 'HS3-512',
};

function steps(hash: HashName, secret: Bytes): MacSteps {
  const state = nobleHmac.create(HASHES[hash], secret);
  return {
    update: (data) => void state.update(data),
    finish: () => new Uint8Array(state.digest()),
    wipe: () => state.destroy(),
  };
}

export const hmac = secretFamily<HmacAlgorithm>({
  has: (algorithm: ImportAlgorithm): algorithm is HmacAlgorithm =>
    algorithm.name === 'HMAC' && algorithm.length !== undefined,
  bits: ({ length }) => length,
  jwkAlg: ({ hash }) => JWK_ALG[hash],
  operations: (held, { hash }) => ({
    ...macOf((data) => nobleHmac(HASHES[hash], held(), data)),
    startMac: () => steps(hash, held()),
  }),
});
