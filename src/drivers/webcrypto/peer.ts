// The other side of a key agreement, as the engine takes it. Public keys only.

import { isBytes } from '../../algorithms/input.ts';
import type { KeyAlgorithm, OperationParams } from '../../algorithms/types.ts';
import { engine } from './engine.ts';
import { keyRefused } from './faults.ts';
import { nativeAlgorithm } from './params.ts';

/** @throws KeystoreError `INVALID_ARGUMENT` for bytes that are no public key of the algorithm. */
export async function withPeer(algorithm: KeyAlgorithm, params: OperationParams): Promise<OperationParams> {
  const { publicKey } = params;
  if (!isBytes(publicKey)) return params;
  try {
    const key = await engine().importKey('raw', publicKey, nativeAlgorithm(algorithm), true, []);
    return { ...params, publicKey: key };
  } catch (cause) {
    throw keyRefused(cause);
  }
}
