// Wycheproof's vectors that are not decided as they say, and why. Data only: each is tried all the same, and must be
// refused; and there are as many as are listed.
import type { FaceName } from './faces.ts';
import type { Group, Vector } from './wycheproof.ts';

export interface Exclusion {
  readonly file: string;
  readonly face: FaceName;
  readonly where: (group: Group, vector: Vector) => boolean;
  readonly count: number;
  readonly reason: string;
}

export const EXCLUDED: readonly Exclusion[] = [
  {
    file: 'aes_gcm_test.json',
    face: 'Key',
    where: ({ ivSize }, { result }) => result === 'valid' && (ivSize < 64 || ivSize > 1024),
    count: 27,
    reason: 'A Key takes nonces of 8 to 128 bytes: shorter ones repeat too soon, longer ones are mistakes.',
  },
];
