// The scenarios on the engine alone: where it has an algorithm and does otherwise than they expect, either is wrong.
import { test } from 'vitest';
import { compare, reportText } from './compare.ts';
import { makeFixtures } from './fixtures.ts';
import { subjectOf } from './subject.ts';
import { makeTables } from './tables/index.ts';

const engine = subjectOf('engine', crypto.subtle);
for (const table of makeTables(await makeFixtures(engine.subtle))) {
  test(table.name, { timeout: 600_000 }, async () => {
    console.log(reportText(await compare(table, engine, [])));
  });
}
