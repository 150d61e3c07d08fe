// The scenarios on the engine's SubtleCrypto and on keyslot's, in both of its places. What the engine has must come out the
// same; what it lacks, as the specification says. The report names each scenario that does not.
import { openKeystore } from 'keyslot';
import { expect, test } from 'vitest';
import { compare, reportText } from './compare.ts';
import { COVERAGE } from './coverage.ts';
import { makeFixtures } from './fixtures.ts';
import { subjectOf } from './subject.ts';
import { makeTables } from './tables/index.ts';

const engine = subjectOf('engine', crypto.subtle);
const tables = makeTables(await makeFixtures(engine.subtle));

for (const table of tables) {
  test(table.name, { timeout: 600_000 }, async () => {
    // Each table has keystores of its own: its session keys end with it.
    const name = () => `conformance-${crypto.randomUUID()}`;
    const caller = await openKeystore({ name: name(), subtle: 'caller' });
    const host = await openKeystore({ name: name(), subtle: 'host' });
    try {
      const subjects = [subjectOf('caller', caller.subtle), subjectOf('host', host.subtle)];
      const report = await compare(table, engine, subjects);
      console.log(reportText(report));
      expect(report.different.map(({ scenario, subject }) => `${scenario} [${subject}]`)).toEqual([]);
    } finally {
      await Promise.all([caller.close(), host.close()]);
    }
  });
}

test('each table that the index names is there', () => {
  const names = tables.map(({ name }) => name);
  expect(COVERAGE.flatMap((covered) => covered.tables).filter((name) => !names.includes(name))).toEqual([]);
});
