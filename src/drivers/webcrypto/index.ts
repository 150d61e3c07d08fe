// The native driver: the engine's own CryptoKeys. Runs in the host. The policy is enforced above, so
// a key carries every native usage of its kind.
import type { Driver, FamilyDriver } from '../driver.ts';
import { generate } from './generate.ts';
import { importMaterial } from './import.ts';
import { open } from './open.ts';

export { adopt } from './adopt.ts';

const family: FamilyDriver = { generate, import: importMaterial, open };

export const webcrypto: Driver = {
  name: 'webcrypto',
  family: async () => family,
};
