// Digests that the caller's engine lacks. No key and no secret of the host; in slices, so that a long message holds
// nobody up (G12).
import type { DigestAlgorithm } from '../algorithms/digests.ts';
import type { Bytes } from '../drivers/driver.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';

/** About 5 ms of SHA-3. */
const SLICE_BYTES = 256 * 1024;

export async function digest(
  host: Host,
  call: Call,
  algorithm: DigestAlgorithm,
  data: Bytes,
): Promise<Bytes> {
  const { hasher } = await import('../drivers/noble/digest.ts');
  const state = hasher(algorithm);
  try {
    let offset = 0;
    do {
      const slice = data.subarray(offset, offset + SLICE_BYTES);
      // One slice a turn of the lane: other clients' operations come in between.
      await host.lanes.noble.run(call, () => state.update(slice));
      offset += SLICE_BYTES;
    } while (offset < data.length);
    return state.digest();
  } finally {
    state.wipe();
  }
}
