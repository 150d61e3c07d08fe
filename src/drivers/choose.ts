// The choice of a driver by what the engine was found to have (G6). Touches no key.
import { variantOf } from '../algorithms/index.ts';
import { isLostInClones } from '../algorithms/macs.ts';
import type { ImportAlgorithm } from '../algorithms/types.ts';
import type { DriverName } from './driver.ts';
import { unsupported } from './failures.ts';
import { NOBLE_VARIANTS } from './noble/index.ts';

/**
 * The driver of a new key: the engine where it has the variant, else noble.
 *
 * @param native - what the engine was found to have (probe.ts).
 * @param asked - `noble`, where the engine may have it too.
 * @throws KeystoreError `NOT_SUPPORTED` if there is none; the message lists what there is.
 */
export function chooseDriver(
  algorithm: ImportAlgorithm,
  native: ReadonlySet<string>,
  multipart = false,
  asked?: 'noble',
): DriverName {
  const variant = variantOf(algorithm);
  // Engines compute a MAC in one go, from a key whose bytes they keep.
  if (multipart && algorithm.name !== 'HMAC') {
    throw unsupported('only HMAC keys can be used in steps; leave multipart out');
  }
  const nobleOnly = multipart || asked === 'noble' || isLostInClones(algorithm);
  if (!nobleOnly && native.has(variant)) return 'webcrypto';
  if (NOBLE_VARIANTS.has(variant)) return 'noble';
  if (nobleOnly) {
    throw unsupported(`noble has no ${variant} here; it has ${[...NOBLE_VARIANTS].join(', ')}`);
  }
  const there = [...new Set([...native, ...NOBLE_VARIANTS])].join(', ');
  throw unsupported(`${variant} is not supported by this browser; supported: ${there}`);
}
