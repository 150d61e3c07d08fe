// The names that a driver is chosen by stand apart from the table of chunks, which loads later: they must tell the same.
import { expect, it } from 'vitest';
import { FAMILIES } from '../../../src/drivers/noble/families.ts';
import { NOBLE_VARIANTS } from '../../../src/drivers/noble/index.ts';

it('noble has a chunk for each variant that it is chosen for, and no other', () => {
  expect([...FAMILIES.keys()].sort()).toEqual([...NOBLE_VARIANTS].sort());
});
