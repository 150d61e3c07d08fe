// How large the tables of a host are. A store's first client decides.
import * as v from 'valibot';
import type { HostSizes } from '../rpc/handshake.ts';
import { parse } from './parse.ts';

export type Sizes = Required<HostSizes>;

const size = (least: number, most: number) =>
  v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(least), v.maxValue(most)));

const shape = v.strictObject({
  cacheSize: size(1, 65_536),
  pinnedSize: size(0, 65_536),
  ceiling: size(16, 1_048_576),
  operations: size(1, 4096),
  lanes: size(1, 64),
});

/**
 * @param cores - processors that the engine computes on.
 * @throws KeystoreError `INVALID_ARGUMENT`
 */
export function parseSizes(input: unknown, cores: number): Sizes {
  const { cacheSize, pinnedSize, ceiling, operations, lanes } = parse(shape, input ?? {}, 'host');
  return {
    cacheSize: cacheSize ?? 256,
    pinnedSize: pinnedSize ?? 64,
    ceiling: ceiling ?? 65_536,
    operations: operations ?? 64,
    // Enough to keep the engine's threads busy, few enough that a queue forms here, where it is fair, and not there.
    lanes: lanes ?? Math.min(32, Math.max(8, cores * 4)),
  };
}
