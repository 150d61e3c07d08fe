// What the host tells of its algorithms beside the drivers that its welcome names, and what it loads ahead of need.
import { DIGEST_NAMES, digestNamed } from '../algorithms/digests.ts';
import { ENGINE_HASHES } from '../algorithms/hash.ts';
import { VARIANTS } from '../algorithms/index.ts';
import type { VariantDetail } from '../algorithms/types.ts';
import { chunk } from '../chunk.ts';
import { NOBLE_VARIANTS, noble } from '../drivers/noble/index.ts';
import { KeystoreError } from '../errors.ts';
import type { Detail } from '../rpc/protocol.ts';
import { type FoundDetail, keptDetail } from './found-detail.ts';
import type { Host } from './host.ts';

/** The engine's, found out or looked up once: it is the same for every host of this worker. */
let native: Promise<FoundDetail> | undefined;

/**
 * Of the variants that the host has, and of digests. The first time in a browser's version the engine is tried for up to a
 * second: beside the lanes, since nobody else waits for that, and its throw-away keys are no client's.
 */
export async function detail(host: Host): Promise<Detail> {
  // A chunk of its own: most hosts are never asked.
  const { nativeDetail, nativeDigests, nobleDetail } = await chunk(import('../drivers/detail.ts'));
  native ??= keptDetail(host.natives.variants, async () => ({
    variants: await nativeDetail(),
    digests: await nativeDigests(),
  }));
  const found = await native.catch((error: unknown) => {
    native = undefined;
    throw error;
  });
  const details: Record<string, VariantDetail> = {};
  for (const { variant, sample } of VARIANTS) {
    const driver = host.capabilities.algorithms[variant];
    const its = driver === 'noble' ? nobleDetail(sample) : driver && found.variants.get(variant);
    if (its !== undefined) details[variant] = its;
  }
  return { details, digests: digestDrivers(found.digests) };
}

/** As `subtle.digest` chooses. One that the engine is asked for and has not given is not there. */
function digestDrivers(native: readonly string[]): Detail['digests'] {
  const drivers: Record<string, 'webcrypto' | 'noble'> = {};
  for (const name of DIGEST_NAMES) {
    if (native.includes(name)) drivers[name] = 'webcrypto';
    else if (!ENGINE_HASHES.some((hash) => hash === name)) drivers[name] = 'noble';
  }
  return drivers;
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
