// What noble's key derivation functions share: a secret that is imported, derived from, and never exported. Touches
// passwords and input keys.
import { parseAlgorithm } from '../../algorithms/index.ts';
import { isBytes } from '../../algorithms/input.ts';
import { checkFormat, completeAlgorithm } from '../../algorithms/material.ts';
import type { OperationParams } from '../../algorithms/types.ts';
import type { Bytes, FamilyDriver, MaybePromise } from '../driver.ts';
import { invalid, noPublicHalf, unsupported, wiped } from '../failures.ts';

/** `length` in bytes. `secret` is cleared when the key is wiped, which may be while a promise is pending. */
export type Derive = (secret: Bytes, params: OperationParams, length: number) => MaybePromise<Bytes>;

/** In bytes: as long as a secret to derive from may be. What is made of the last block is made in one stretch. */
const MAX_DERIVED = 64 * 1024;

/** @param least - the shortest output in bytes. */
export function kdfFamily(derive: Derive, least = 0): FamilyDriver {
  return {
    generate() {
      throw unsupported('a secret to derive from cannot be generated; import one');
    },

    import(format, data, stated) {
      const known = completeAlgorithm(stated, checkFormat(stated, 'secret', format), data);
      const algorithm = parseAlgorithm(known, 'generate');
      if (!isBytes(data)) throw invalid('a secret to derive from must be bytes');
      const secret = new Uint8Array(data);
      return { material: { driver: 'noble', type: 'secret', secret, publicKey: null }, algorithm };
    },

    open({ secret: material }) {
      if (!isBytes(material)) throw invalid('this key belongs to another driver');
      const secret = new Uint8Array(material);
      let live = true;
      const held = (): Bytes => {
        if (!live) throw wiped();
        return secret;
      };
      return {
        deriveBits: (params, bits) => derive(held(), params, wholeBytes(bits, least)),
        exportKey() {
          throw unsupported('a secret to derive from has no export format');
        },
        exportPublicKey() {
          throw noPublicHalf();
        },
        copySecret: () => new Uint8Array(held()),
        wipe() {
          live = false;
          secret.fill(0);
        },
      };
    },
  };
}

function wholeBytes(bits: number | null, least: number): number {
  const most = MAX_DERIVED * 8;
  if (bits !== null && Number.isSafeInteger(bits) && bits >= least * 8 && bits <= most && bits % 8 === 0)
    return bits / 8;
  throw invalid(`the length to derive must be a multiple of 8 bits, from ${least * 8} to ${most}`);
}

/** @throws KeystoreError `INVALID_ARGUMENT` if a parameter that the family must have is absent. */
export function need<T>(value: T | undefined, what: string): T {
  if (value !== undefined) return value;
  throw invalid(`${what} of the derivation is missing`);
}
