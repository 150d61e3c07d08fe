// The native driver: the engine's own CryptoKeys. Runs in the host. The policy is enforced above, so
// a key carries every native usage of its kind.
import { chunk } from '../../chunk.ts';
import type { Driver, FamilyDriver } from '../driver.ts';
import { generate } from './generate.ts';
import { open } from './open.ts';

const family: FamilyDriver = {
  generate,
  async import(...material) {
    // Most hosts generate their keys.
    const { importMaterial } = await chunk(import('./import.ts'));
    return importMaterial(...material);
  },
  open,
};

export const webcrypto: Driver = {
  name: 'webcrypto',
  family: async () => family,
};
