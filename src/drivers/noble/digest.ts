// Digests by noble, for those that the engine lacks. A chunk of its own. Touches no key.
import { blake2b, blake2s } from '@noble/hashes/blake2.js';
import { blake3 } from '@noble/hashes/blake3.js';
import {
  cshake128,
  cshake256,
  kt128,
  kt256,
  turboshake128,
  turboshake256,
} from '@noble/hashes/sha3-addons.js';
import type { DigestAlgorithm, DigestName, ExtendableName } from '../../algorithms/digests.ts';
import { DIGEST_BYTES } from '../../algorithms/hash.ts';
import type { HashName } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { invalid } from '../failures.ts';
import { HASHES } from './hashes.ts';

/** noble's options: an absent one must be left out. Lengths in bytes. */
interface Options {
  readonly dkLen: number;
  readonly personalization?: Bytes;
  readonly NISTfn?: Bytes;
  readonly D?: number;
}

/** A computation under way, as noble has them. */
interface State {
  update(data: Bytes): unknown;
  digest(): Uint8Array;
  destroy(): void;
}

const EXTENDABLE: Readonly<Record<ExtendableName, { create(options: Options): State }>> = {
  cSHAKE128: cshake128,
  cSHAKE256: cshake256,
  TurboSHAKE128: turboshake128,
  TurboSHAKE256: turboshake256,
  KT128: kt128,
  KT256: kt256,
  BLAKE2b: blake2b,
  BLAKE2s: blake2s,
  BLAKE3: blake3,
};

const isHash = (name: DigestName): name is HashName => Object.hasOwn(HASHES, name);

/** A digest in steps. */
export interface Hasher {
  update(data: Bytes): void;
  /** No step may follow. */
  digest(): Bytes;
  /** Clears the state. Idempotent. */
  wipe(): void;
}

/** @throws KeystoreError `INVALID_ARGUMENT` if the algorithm is not canonical. */
export function hasher(algorithm: DigestAlgorithm): Hasher {
  const { name, outputLength: bits, customization, functionName, domainSeparation } = algorithm;
  if (isHash(name)) return steps(HASHES[name].create(), DIGEST_BYTES[name] * 8);
  if (bits === undefined) throw invalid(`outputLength of ${name} is missing`);
  const state = EXTENDABLE[name].create({
    // Not every function of noble gives nothing: of one byte none is kept.
    dkLen: Math.max(1, Math.ceil(bits / 8)),
    ...(customization === undefined ? {} : { personalization: customization }),
    ...(functionName === undefined ? {} : { NISTfn: functionName }),
    ...(domainSeparation === undefined ? {} : { D: domainSeparation }),
  });
  return steps(state, bits);
}

function steps(state: State, bits: number): Hasher {
  return {
    update: (data) => void state.update(data),
    digest: () => clearTail(new Uint8Array(state.digest()).slice(0, Math.ceil(bits / 8)), bits),
    wipe: () => state.destroy(),
  };
}

/** In one go. @throws KeystoreError as {@link hasher}. */
export function digest(algorithm: DigestAlgorithm, data: Bytes): Bytes {
  const state = hasher(algorithm);
  state.update(data);
  return state.digest();
}

/**
 * The bits of the last byte that were not asked for are zero. Which those are: WebCrypto's "byte sequence containing"
 * takes the most significant bit first, and so do the engines; FIPS 202 by itself would keep the others.
 */
function clearTail(output: Bytes, bits: number): Bytes {
  const kept = bits % 8;
  const last = output.at(-1);
  if (kept !== 0 && last !== undefined) output[output.length - 1] = last & (0xff << (8 - kept));
  return output;
}
