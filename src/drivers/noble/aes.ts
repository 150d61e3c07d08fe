// What noble's AES modes share: the algorithm's name, its key's length and JWK. Touches no key.
import type { AesAlgorithm, AesName, ImportAlgorithm } from '../../algorithms/types.ts';
import type { FamilyDriver } from '../driver.ts';
import { type SecretFamily, secretFamily } from './secret.ts';

/** What follows `A128` (RFC 7518, 4.4 and 5.3; WebCrypto; the Modern Algorithms draft). The others have no name. */
const JWK_SUFFIX: Readonly<Partial<Record<AesName, string>>> = {
  'AES-CTR': 'CTR',
  'AES-CBC': 'CBC',
  'AES-GCM': 'GCM',
  'AES-KW': 'KW',
  'AES-OCB': 'OCB',
};

export function aesFamily(name: AesName, operations: SecretFamily<AesAlgorithm>['operations']): FamilyDriver {
  const suffix = JWK_SUFFIX[name];
  return secretFamily<AesAlgorithm>({
    has: (algorithm: ImportAlgorithm): algorithm is AesAlgorithm =>
      algorithm.name === name && 'length' in algorithm && algorithm.length !== undefined,
    bits: ({ length }) => length,
    jwkAlg: ({ length }) => (suffix === undefined ? undefined : `A${length}${suffix}`),
    operations,
  });
}
