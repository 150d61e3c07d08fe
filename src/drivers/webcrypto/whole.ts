// PKCS #8 of an EC key without its public half, which RFC 5915 leaves out at will: Firefox imports such a key and then exports
// neither it nor its public half. Touches private keys, as noble does, for as long as that takes; what it makes is the caller's to clear.
import type { ImportAlgorithm } from '../../algorithms/types.ts';
import type { Bytes } from '../driver.ts';
import { noble } from '../noble/index.ts';

/** The same key with its public half. */
export async function withPublicHalf(data: Bytes, algorithm: ImportAlgorithm): Promise<Bytes> {
  const family = await noble.family(algorithm);
  const { material, algorithm: complete } = await family.import('pkcs8', data, algorithm, true);
  try {
    const key = await family.open(material, complete);
    try {
      const whole = await key.exportKey('pkcs8');
      if (whole instanceof Uint8Array) return whole;
      throw new TypeError('a key in PKCS #8 is bytes');
    } finally {
      key.wipe();
    }
  } finally {
    if (material.secret instanceof Uint8Array) material.secret.fill(0);
  }
}
