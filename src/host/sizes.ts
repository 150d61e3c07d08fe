// How large the tables of a host are. A store's first client decides.
import { integer, optional } from '../algorithms/params.ts';
import { table } from '../algorithms/shape.ts';
import type { HostSizes } from '../rpc/handshake.ts';

export type Sizes = Required<HostSizes>;

const shape = table({
  cacheSize: optional(integer(1, 65_536)),
  pinnedSize: optional(integer(0, 65_536)),
  ceiling: optional(integer(16, 1_048_576)),
  operations: optional(integer(1, 4096)),
  lanes: optional(integer(1, 64)),
});

/**
 * @param cores - processors that the engine computes on.
 * @throws KeystoreError `INVALID_ARGUMENT`
 */
export function parseSizes(input: unknown, cores: number): Sizes {
  const { cacheSize, pinnedSize, ceiling, operations, lanes } = shape(input ?? {}, 'host');
  return {
    cacheSize: cacheSize ?? 256,
    pinnedSize: pinnedSize ?? 64,
    ceiling: ceiling ?? 65_536,
    operations: operations ?? 64,
    // Enough to keep the engine's threads busy, few enough that a queue forms here, where it is fair, and not there.
    lanes: lanes ?? Math.min(32, Math.max(8, cores * 4)),
  };
}
