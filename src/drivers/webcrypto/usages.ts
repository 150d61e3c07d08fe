// The native usages a CryptoKey is made with: what its kind can do at all. Data only.
import type { ImportAlgorithm, KeyType, Usage } from '../../algorithms/types.ts';

export function nativeUsages(algorithm: ImportAlgorithm, kind: KeyType | 'generate'): Usage[] {
  if (algorithm.name === 'AES-GCM') return ['encrypt', 'decrypt'];
  if (kind === 'private') return ['sign'];
  if (kind === 'public') return ['verify'];
  return ['sign', 'verify'];
}
