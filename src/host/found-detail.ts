// What a worker found its engine to do with each algorithm, operation by operation, and which digests, as it is kept for the
// workers that come after it: to find it takes up to a second (decision 19). Nothing depends on it but what `capabilities()` tells. Read as
// strictly as found.ts reads.
import { ENGINE_HASHES, HASHES } from '../algorithms/hash.ts';
import { FORMATS, VARIANTS } from '../algorithms/index.ts';
import { optional } from '../algorithms/params.ts';
import { anything, flag, listOf, oneOf, readable, table } from '../algorithms/shape.ts';
import type { HashName, Operation, VariantDetail } from '../algorithms/types.ts';
import { ProbeDatabase } from '../store/probe.ts';
import { browserNow, isOf, stamp } from './found.ts';

/** Beside the findings of the kinds of workers: what engines compute is the same in each. */
const NAME = 'detail';

const OPERATIONS: Readonly<Record<Operation, true>> = {
  sign: true,
  verify: true,
  encrypt: true,
  decrypt: true,
  deriveBits: true,
  wrap: true,
  unwrap: true,
  encapsulate: true,
  decapsulate: true,
};

const formats = listOf(oneOf(FORMATS), FORMATS.length);
const ofType = optional(table({ imports: formats, exports: formats }));

const detailShape = table({
  driver: oneOf(['webcrypto']),
  generates: flag,
  operations: listOf(oneOf(Object.keys(OPERATIONS) as Operation[]), 16),
  formats: table({ secret: ofType, private: ofType, public: ofType }),
  hashes: optional(listOf(oneOf([...HASHES, 'Keccak-256']), 32)),
});

const shape = table({
  ...stamp,
  details: listOf(
    table({ variant: oneOf(VARIANTS.map(({ variant }) => variant)), detail: anything }),
    VARIANTS.length,
  ),
  digests: listOf(oneOf(ENGINE_HASHES), ENGINE_HASHES.length),
});

/** Of the engine. */
export interface FoundDetail {
  readonly variants: ReadonlyMap<string, VariantDetail>;
  readonly digests: readonly HashName[];
}

/**
 * What is kept; or what `find` finds, which is then kept.
 *
 * @param native - the variants that it has to be about.
 */
export async function keptDetail(
  native: ReadonlySet<string>,
  find: () => Promise<FoundDetail>,
): Promise<FoundDetail> {
  const database = await ProbeDatabase.open();
  try {
    const [stored, browser] = await Promise.all([database.found(NAME), browserNow()]);
    const kept = readDetail(stored, browser, Date.now());
    if (kept !== undefined && [...native].every((variant) => kept.variants.has(variant))) return kept;
    const found = await find();
    await database.keepFound(NAME, writeDetail(found, browser, Date.now()));
    return found;
  } finally {
    database.close();
  }
}

/** @param now - in milliseconds since 1970. */
export function writeDetail(
  { variants, digests }: FoundDetail,
  browser: string,
  now: number,
): ReturnType<typeof shape> {
  const details = Array.from(variants, ([variant, detail]) => ({ variant, detail }));
  return { browser, at: now, details, digests: ENGINE_HASHES.filter((hash) => digests.includes(hash)) };
}

/** All of it, or nothing. */
export function readDetail(stored: unknown, browser: string, now: number): FoundDetail | undefined {
  const found = readable(shape, stored);
  if (found === undefined || !isOf(found, browser, now)) return undefined;
  const variants = new Map<string, VariantDetail>();
  for (const { variant, detail } of found.details) {
    const read = readable(detailShape, detail);
    if (read === undefined || variants.has(variant)) return undefined;
    variants.set(variant, read);
  }
  return { variants, digests: found.digests };
}
