// Every table of scenarios.
import type { Table } from '../compare.ts';
import type { Fixtures } from '../fixtures.ts';
import { tables as derive } from './derive.ts';
import { tables as digest } from './digest.ts';
import { makeTables as encrypt } from './encrypt.ts';
import { tables as generate } from './generate.ts';
import { makeTables as imports } from './import.ts';
import { makeTables as importFailures } from './import-failures.ts';
import { tables as kem } from './kem.ts';
import { tables as publicKey } from './public-key.ts';
import { tables as shape } from './shape.ts';
import { makeTables as sign } from './sign.ts';
import { tables as supports } from './supports.ts';
import { makeTables as wrap } from './wrap.ts';

export const makeTables = (fixtures: Fixtures): readonly Table[] => [
  ...generate,
  ...imports(fixtures),
  ...importFailures(fixtures),
  ...sign(fixtures),
  ...encrypt(fixtures),
  ...derive,
  ...digest,
  ...wrap(fixtures),
  ...kem,
  ...publicKey,
  ...supports,
  ...shape,
];
