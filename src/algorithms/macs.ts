// HMAC (FIPS 198-1), as in WebCrypto, section 29; KMAC (NIST SP 800-185, section 4); BLAKE2 with a key (RFC 7693) and
// BLAKE3. Keys of HMAC and KMAC may end within a byte, as WebCrypto's do.
import { type Family, NEW_SECRET_FORMATS, type ReadParams, SECRET_FORMATS } from './family.ts';
import { BLOCK_BITS, parseHash } from './hash.ts';
import { invalid, readInteger, refuseOtherMembers } from './input.ts';
import { bytes, integer, type Members, optional, paramsOf } from './params.ts';
import type { BlakeAlgorithm, HmacAlgorithm, KmacAlgorithm } from './types.ts';

/** 64 KiB, as of secrets to derive from. WebCrypto has no limit; a longer key than the hash's block adds nothing. */
const MAX_BITS = 64 * 1024 * 8;
/** 8 KiB: an output is made in one go. */
const MAX_OUTPUT_BITS = 8 * 1024 * 8;

function checkLength(name: string, value: unknown, { min = 1, max = MAX_BITS, step = 1 } = {}): number {
  const what = `length of ${name === 'HMAC' ? 'an' : 'a'} ${name} key`;
  const length = readInteger(value, what, 'bits');
  if (length >= min && length <= max && length % step === 0) return length;
  throw invalid(`${what} must be ${step === 1 ? '' : `a multiple of ${step} `}from ${min} to ${max} bits`);
}

/**
 * An HMAC key that ends within a byte. Chromium's structured clone makes `null` of it, and of the whole message or record that
 * it is in, without an error (measured in 156): such a key neither travels nor is kept.
 */
export function isLostInClones({
  name,
  length,
}: {
  readonly name: string;
  readonly length?: unknown;
}): boolean {
  return name === 'HMAC' && typeof length === 'number' && length % 8 !== 0;
}

function mac(name: string, members: Members): Family['operations'] {
  const read = paramsOf(name, members);
  const readParams: ReadParams = (_, input) => read(input);
  return { sign: readParams, verify: readParams };
}

export const hmac: Family = {
  name: 'HMAC',
  usages: { secret: ['sign', 'verify'] },
  formats: SECRET_FORMATS,
  operations: mac('HMAC', {}),
  samples: [
    { name: 'HMAC', hash: 'SHA-256', length: 512 },
    { name: 'HMAC', hash: 'SHA3-256', length: 256 },
  ],
  // Engines that have HMAC have it with every hash of FIPS 180-4.
  variant: ({ hash }: HmacAlgorithm) => (hash.startsWith('SHA3-') ? 'HMAC/SHA-3' : 'HMAC'),
  withLength: ({ name, hash }: HmacAlgorithm, bits) => ({ name, hash, length: checkLength(name, bits) }),
  parse(fields, purpose) {
    refuseOtherMembers(fields, ['name', 'hash', 'length'], 'HMAC');
    const hash = parseHash(fields['hash'], 'HMAC');
    if (fields['length'] !== undefined) {
      return { name: 'HMAC', hash, length: checkLength('HMAC', fields['length']) };
    }
    return purpose === 'generate' ? { name: 'HMAC', hash, length: BLOCK_BITS[hash] } : { name: 'HMAC', hash };
  },
};

type Sized = KmacAlgorithm | BlakeAlgorithm;

/** A MAC whose key has a length and nothing else. */
function sized(
  name: Sized['name'],
  standard: number,
  range: { readonly min: number; readonly max: number; readonly step: number },
  operations: Family['operations'],
): Family {
  return {
    name,
    usages: { secret: ['sign', 'verify'] },
    formats: NEW_SECRET_FORMATS,
    operations,
    samples: [{ name, length: standard }],
    withLength: (_, bits) => ({ name, length: checkLength(name, bits, range) }),
    parse(fields, purpose) {
      refuseOtherMembers(fields, ['name', 'length'], name);
      const { length } = fields;
      if (length !== undefined) return { name, length: checkLength(name, length, range) };
      return purpose === 'generate' ? { name, length: standard } : { name };
    },
  };
}

const kmac = (name: 'KMAC128' | 'KMAC256', bits: number): Family =>
  sized(
    name,
    bits,
    { min: 1, max: MAX_BITS, step: 1 },
    mac(name, {
      outputLength: integer(0, MAX_OUTPUT_BITS, 'bits'),
      customization: optional(bytes()),
    }),
  );

const blake = (name: 'BLAKE2b' | 'BLAKE2s' | 'BLAKE3', bits: number, maxOutput: number): Family =>
  sized(
    name,
    bits,
    { min: name === 'BLAKE3' ? bits : 8, max: bits, step: 8 },
    mac(name, { outputLength: optional(integer(8, maxOutput, 'bits')) }),
  );

export const SIZED_MACS: readonly Family[] = [
  kmac('KMAC128', 128),
  kmac('KMAC256', 256),
  blake('BLAKE2b', 512, 512),
  blake('BLAKE2s', 256, 256),
  blake('BLAKE3', 256, MAX_OUTPUT_BITS),
];
