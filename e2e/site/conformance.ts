// The conformance tables of test/browser/conformance in a page of the built site, for engines that Vitest does not drive.
// Loaded where a check asks for it: it brings implementations of its own to compare with.
import { type Keystore, openKeystore } from 'keyslot';
import { compare, reportText, type Table } from '../../test/browser/conformance/compare.ts';
import { makeFixtures } from '../../test/browser/conformance/fixtures.ts';
import { subjectOf } from '../../test/browser/conformance/subject.ts';
import { makeTables } from '../../test/browser/conformance/tables/index.ts';

type Topology = 'auto' | 'shared' | 'elected';

export interface Outcome {
  readonly scenarios: number;
  readonly lacking: number;
  /** What differs, as `scenario [subject]`. */
  readonly different: readonly string[];
  readonly text: string;
}

const engine = subjectOf('engine', crypto.subtle);
const begun = new Map<string, Promise<Outcome>>();
let tables: Promise<readonly Table[]> | undefined;

/** Every name, in the order of the index. */
export async function tableNames(): Promise<string[]> {
  tables ??= makeFixtures(engine.subtle).then(makeTables);
  return (await tables).map(({ name }) => name);
}

/** One of `every` scenarios of a table, always the same ones, with both places of keys. Asked again, it goes on; `null` says that it is not done yet. */
export async function runTable(
  name: string,
  every: number,
  topology: Topology,
  patience: number,
): Promise<Outcome | null> {
  const running = begun.get(name) ?? run(name, every, topology);
  begun.set(name, running);
  return Promise.race([running, new Promise<null>((resolve) => setTimeout(resolve, patience, null))]);
}

/** Fibonacci hashing (Knuth, volume 3, section 6.4): tables have periods, which counting would fall in step with. */
const isChosen = (index: number, every: number): boolean =>
  (Math.imul(index, 0x9e37_79b1) >>> 0) * every < 2 ** 32;

async function run(name: string, every: number, topology: Topology): Promise<Outcome> {
  await tableNames();
  const table = (await tables)?.find((each) => each.name === name);
  if (table === undefined) throw new RangeError(`no table is called ${name}`);
  const scenarios = table.scenarios.filter((_, index) => isChosen(index, every));
  const open = (subtle: 'caller' | 'host') =>
    openKeystore({ name: `conformance-${crypto.randomUUID()}`, subtle, topology });
  // Session keys end with their store: each table has its own.
  const stores: Keystore[] = [];
  try {
    stores.push(await open('caller'), await open('host'));
    const subjects = stores.map((store, index) => subjectOf(index === 0 ? 'caller' : 'host', store.subtle));
    const report = await compare({ name, scenarios }, engine, subjects);
    return {
      scenarios: report.scenarios,
      lacking: report.lacking,
      different: report.different.map(({ scenario, subject }) => `${scenario} [${subject}]`),
      text: reportText(report),
    };
  } finally {
    await Promise.all(stores.map((store) => store.close()));
  }
}
