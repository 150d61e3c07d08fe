// Every table of scenarios.
import type { Table } from '../compare.ts';
import type { Fixtures } from '../fixtures.ts';
import { tables as generate } from './generate.ts';
import { makeTables as imports } from './import.ts';
import { makeTables as importFailures } from './import-failures.ts';

export const makeTables = (fixtures: Fixtures): readonly Table[] => [
  ...generate,
  ...imports(fixtures),
  ...importFailures(fixtures),
];
