// The noble driver: what engines lack, in JavaScript, blocking the thread it runs on. This file is data only, so that a tab may ask
// what there is.
import { VARIANTS, variantOf } from '../../algorithms/index.ts';
import { chunk } from '../../chunk.ts';
import type { Driver } from '../driver.ts';
import { unsupported } from '../failures.ts';

/** Every engine has them. */
const NATIVE_ALONE = ['RSA-PSS', 'RSASSA-PKCS1-v1_5', 'RSA-OAEP'];

/** The variants (see `variantOf`) that noble computes for keyslot. */
export const NOBLE_VARIANTS: ReadonlySet<string> = new Set(
  VARIANTS.map(({ variant }) => variant).filter((variant) => !NATIVE_ALONE.includes(variant)),
);

export const noble: Driver = {
  name: 'noble',
  async family(algorithm) {
    const variant = variantOf(algorithm);
    if (NOBLE_VARIANTS.has(variant)) {
      const load = (await chunk(import('./families.ts'))).FAMILIES.get(variant);
      if (load) return chunk(load());
    }
    throw unsupported(`noble has no such algorithm here; it has ${[...NOBLE_VARIANTS].join(', ')}`);
  },
};
