// Digests that the caller's engine lacks. No key and no secret of the host; in slices, so that a long message holds
// nobody up (G12).
import type { DigestAlgorithm } from '../algorithms/digests.ts';
import { chunk } from '../chunk.ts';
import type { Bytes } from '../drivers/driver.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';
import { checkSize } from './policy.ts';

/** About 5 ms of SHA-3. */
const SLICE_BYTES = 256 * 1024;

export async function digest(
  host: Host,
  call: Call,
  algorithm: DigestAlgorithm,
  data: Bytes,
): Promise<Bytes> {
  // They are hashed in one go: the customization and the name of cSHAKE before the data, that of KangarooTwelve after it.
  const { customization, functionName } = algorithm;
  checkSize('noble', 0, { customization, functionName });
  const { hasher } = await chunk(import('../drivers/noble/digest.ts'));
  const state = await host.lanes.noble.run(call, () => hasher(algorithm));
  try {
    let offset = 0;
    do {
      const slice = data.subarray(offset, offset + SLICE_BYTES);
      // One slice a turn of the lane: other clients' operations come in between.
      await host.lanes.noble.run(call, () => state.update(slice));
      offset += SLICE_BYTES;
    } while (offset < data.length);
    return await host.lanes.noble.run(call, () => state.digest());
  } finally {
    state.wipe();
  }
}
