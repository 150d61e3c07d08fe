// What the engine shows of a key, and what keyslot calls it. Looks at no material.
import { isComplete, parseAlgorithm, sameAlgorithm } from '../../algorithms/index.ts';
import type { ImportAlgorithm, KeyAlgorithm } from '../../algorithms/types.ts';
import { invalid } from '../failures.ts';

/**
 * The stated algorithm with what the engine found in the material.
 *
 * @throws KeystoreError `INVALID_ARGUMENT` if the key is not of the stated algorithm, `NOT_SUPPORTED` if
 * its size is none of keyslot's.
 */
export function completedBy(key: CryptoKey, stated: ImportAlgorithm): KeyAlgorithm {
  const actual = parseAlgorithm({ ...key.algorithm, ...policyOf(stated) }, 'import');
  const merged = parseAlgorithm({ ...actual, ...stated }, 'import');
  if (isComplete(actual) && sameAlgorithm(actual, merged)) return actual;
  throw invalid(`the key is not of the stated ${stated.name} algorithm; state the one it has`);
}

/** What the engine leaves to each call and keyslot's policy settles. */
function policyOf(stated: ImportAlgorithm): object {
  if (stated.name === 'ECDSA') return { hash: stated.hash };
  return 'tagLength' in stated ? { tagLength: stated.tagLength } : {};
}
