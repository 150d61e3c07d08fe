// What the engine can really do, found by doing it (G6). Touches throw-away keys only. SubtleCrypto.supports is not asked:
// it has false positives.

import { VARIANTS, type Variant } from '../algorithms/index.ts';
import type { KeyAlgorithm } from '../algorithms/types.ts';
import { chunk } from '../chunk.ts';
import { rsaTrialKey, rsaWorks } from './rsa-trial.ts';
import { agree, trialMaterial } from './trial.ts';
import { webcrypto } from './webcrypto/index.ts';

/** Puts keys where keys are to be kept, and says what is read there for each. */
export type Keep = (keys: ReadonlyMap<string, CryptoKey>) => Promise<ReadonlyMap<string, unknown>>;

/**
 * The variants (see `variantOf`) that this engine does natively with non-extractable keys. Each is tried,
 * all at once. What fails, in whatever way, is not there.
 *
 * @throws KeystoreError `SERVICE_FAILURE` if a script does not load; what `keep` throws.
 * @param keep - without it, keys are tried where they were made.
 * @param isWanted - which variants are tried; all by default.
 */
export async function probeNative(
  keep?: Keep,
  isWanted: (variant: string) => boolean = () => true,
): Promise<ReadonlySet<string>> {
  const wanted = VARIANTS.filter(({ variant }) => isWanted(variant));
  // What trials load: it must not be for want of a script that an engine seems to lack something.
  await chunk(Promise.all([import('./webcrypto/import.ts'), import('./webcrypto/carrier.ts')]));
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
