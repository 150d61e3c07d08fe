// What the host tells of its algorithms beside the drivers that its welcome names, and what it loads ahead of need.
import { digestNamed } from '../algorithms/digests.ts';
import { VARIANTS } from '../algorithms/index.ts';
import type { VariantDetail } from '../algorithms/types.ts';
import { chunk } from '../chunk.ts';
import { NOBLE_VARIANTS, noble } from '../drivers/noble/index.ts';
import { KeystoreError } from '../errors.ts';
import { keptDetail } from './found-detail.ts';
import type { Host } from './host.ts';

/** The engine's, found out or looked up once: it is the same for every host of this worker. */
let native: Promise<ReadonlyMap<string, VariantDetail>> | undefined;

/**
 * By variant, for those that the host has. The first time in a browser's version the engine is tried for up to a second:
 * beside the lanes, since nobody else waits for that, and its throw-away keys are no client's.
 */
export async function detail(host: Host): Promise<Readonly<Record<string, VariantDetail>>> {
  // A chunk of its own: most hosts are never asked.
  const { nativeDetail, nobleDetail } = await chunk(import('../drivers/detail.ts'));
  native ??= keptDetail(host.natives.variants, nativeDetail);
  const found = await native.catch((error: unknown) => {
    native = undefined;
    throw error;
  });
  const details: Record<string, VariantDetail> = {};
  for (const { variant, sample } of VARIANTS) {
    const driver = host.capabilities.algorithms[variant];
    const its = driver === 'noble' ? nobleDetail(sample) : driver && found.get(variant);
    if (its !== undefined) details[variant] = its;
  }
  return details;
}

/**
 * Loads what noble computes these with, so that it is there when there is no network any more.
 *
 * @param names - algorithms, variants or digests. Those that noble has nothing for are the engine's: there is nothing to load.
 * @throws KeystoreError `NOT_SUPPORTED` for a name that is none of keyslot's, `SERVICE_FAILURE` if a script cannot be loaded.
 */
export async function prefetch(names: readonly string[]): Promise<void> {
  const loads = names.flatMap(loadsOf);
  await chunk(Promise.all(loads.map((load) => load())));
}

type Load = () => Promise<unknown>;

function loadsOf(name: string): Load[] {
  const variants = VARIANTS.filter(({ variant, sample }) => variant === name || sample.name === name);
  const loads = variants
    .filter(({ variant }) => NOBLE_VARIANTS.has(variant))
    .map(
      ({ sample }): Load =>
        () =>
          noble.family(sample),
    );
  const digests: Load[] = digestNamed(name) ? [() => import('../drivers/noble/digest.ts')] : [];
  if (variants.length > 0 || digests.length > 0) return [...loads, ...digests];
  throw new KeystoreError(
    'NOT_SUPPORTED',
    'A name to prefetch is none of an algorithm. Pass names as capabilities() lists them, such as Ed448 or AES-GCM/192.',
  );
}
