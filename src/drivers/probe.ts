// What the engine can really do, found by doing it, and the choice of a driver by that (G6). Touches
// throw-away keys only. SubtleCrypto.supports is not asked: it has false positives.
import { VARIANTS, type Variant, variantOf } from '../algorithms/index.ts';
import type { ImportAlgorithm, KeyAlgorithm } from '../algorithms/types.ts';
import type { DriverName } from './driver.ts';
import { unsupported } from './failures.ts';
import { NOBLE_VARIANTS } from './noble/index.ts';
import { rsaTrialKey, rsaWorks } from './rsa-trial.ts';
import { agree, trialMaterial } from './trial.ts';
import { webcrypto } from './webcrypto/index.ts';

/** Puts keys where keys are to be kept, and says what is read there for each. */
export type Keep = (keys: ReadonlyMap<string, CryptoKey>) => Promise<ReadonlyMap<string, unknown>>;

/**
 * The variants (see `variantOf`) that this engine does natively with non-extractable keys. Each is tried,
 * all at once. What fails, in whatever way, is not there; only `keep` may throw.
 *
 * @param keep - without it, keys are tried where they were made.
 * @param isWanted - which variants are tried; all by default.
 */
export async function probeNative(
  keep?: Keep,
  isWanted: (variant: string) => boolean = () => true,
): Promise<ReadonlySet<string>> {
  const wanted = VARIANTS.filter(({ variant }) => isWanted(variant));
  const trials = new Map<string, Trial>();
  await eachOf(wanted, async (variant, sample) => {
    trials.set(variant, await trialOf(sample));
  });
  const made = new Map([...trials].map(([variant, { key }]) => [variant, key]));
  const kept = keep === undefined || made.size === 0 ? made : await keep(made);
  const native = new Set<string>();
  await eachOf(wanted, async (variant) => {
    const key = kept.get(variant);
    // Kept and returned is not enough: it has to be the key that it was.
    if (key instanceof CryptoKey && (await trials.get(variant)?.works(key))) native.add(variant);
  });
  return native;
}

async function eachOf(
  variants: readonly Variant[],
  attempt: (variant: string, sample: KeyAlgorithm) => Promise<void>,
): Promise<void> {
  await Promise.all(variants.map(({ variant, sample }) => attempt(variant, sample).catch(() => undefined)));
}

/**
 * The driver of a new key: the engine where it has the variant, else noble.
 *
 * @param native - what {@link probeNative} found.
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
  const nobleOnly = multipart || asked === 'noble';
  if (!nobleOnly && native.has(variant)) return 'webcrypto';
  if (NOBLE_VARIANTS.has(variant)) return 'noble';
  if (nobleOnly) {
    throw unsupported(`noble has no ${variant} here; it has ${[...NOBLE_VARIANTS].join(', ')}`);
  }
  const there = [...new Set([...native, ...NOBLE_VARIANTS])].join(', ');
  throw unsupported(`${variant} is not supported by this browser; supported: ${there}`);
}

/** A key that the engine has made or taken, and how to find out whether it, or what is left of it, is that key. */
interface Trial {
  readonly key: CryptoKey;
  readonly works: (key: CryptoKey) => Promise<boolean>;
}

async function trialOf(algorithm: KeyAlgorithm): Promise<Trial> {
  if ('modulusLength' in algorithm) {
    return { key: await rsaTrialKey(algorithm), works: (key) => rsaWorks(key, algorithm) };
  }
  const family = await webcrypto.family(algorithm);
  const material = await trialMaterial(family, algorithm);
  if (!(material.secret instanceof CryptoKey)) throw new TypeError('the engine has made something else');
  return {
    key: material.secret,
    async works(secret) {
      const made = await family.open(material, algorithm);
      return agree(made, await family.open({ ...material, secret }, algorithm), algorithm);
    },
  };
}
