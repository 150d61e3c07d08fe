// Runs tables of scenarios on several subjects and says where they differ. Needs nothing but a page: the tests run it, and
// so can a page of the engines' checks.
import { lacks, outcomeOf } from './outcome.ts';
import type { Subject } from './subject.ts';

export interface Scenario {
  readonly name: string;
  readonly run: (subject: Subject) => unknown;
  /** The outcome that the specification asks for; absent where only equality with the engine is asked. */
  readonly expected?: string;
}

export interface Table {
  readonly name: string;
  readonly scenarios: readonly Scenario[];
}

export interface Difference {
  readonly scenario: string;
  readonly subject: string;
  readonly outcome: string;
  readonly engine: string;
  readonly expected: string | undefined;
}

export interface Report {
  readonly table: string;
  readonly scenarios: number;
  /** Scenarios for which every subject did what is right. */
  readonly equal: number;
  readonly different: readonly Difference[];
  /** What the engine lacks: there the specification alone was the measure. */
  readonly lacking: number;
  /** Where the engine has it but does something else than the specification asks; there both are right. */
  readonly deviating: readonly Difference[];
}

const AT_ONCE = 8;

export async function compare(table: Table, engine: Subject, subjects: readonly Subject[]): Promise<Report> {
  const different: Difference[] = [];
  const deviating: Difference[] = [];
  const wrong = new Set<Scenario>();
  let lacking = 0;
  const waiting = [...table.scenarios];
  const work = async () => {
    for (let scenario = waiting.shift(); scenario !== undefined; scenario = waiting.shift()) {
      const { name, run, expected } = scenario;
      const native = await outcomeOf(() => run(engine));
      const lacked = expected !== undefined && expected !== native && lacks(native, expected);
      const difference = (subject: string, outcome: string) => ({
        scenario: name,
        subject,
        outcome,
        engine: native,
        expected,
      });
      if (lacked) lacking += 1;
      else if (expected !== undefined && expected !== native) deviating.push(difference(engine.name, native));
      const right = new Set([expected ?? native]);
      if (!lacked) right.add(native);
      for (const subject of subjects) {
        const outcome = await outcomeOf(() => run(subject));
        if (right.has(outcome)) continue;
        wrong.add(scenario);
        different.push(difference(subject.name, outcome));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const scenarios = table.scenarios.length;
  return {
    table: table.name,
    scenarios,
    equal: scenarios - wrong.size,
    different,
    lacking,
    deviating,
  };
}

const NAMED = 5;
const SHOWN = 120;
const cut = (value: string): string => (value.length <= SHOWN ? value : `${value.slice(0, SHOWN)}…`);

/** Failures and truths as they are, values by their kind: what has one cause reads alike. */
function kind(outcome: string): string {
  if (/^(DOMException|TypeError|RangeError|true|false|missing|unsettled)/.test(outcome)) return outcome;
  if (outcome.startsWith('{')) return 'an object';
  if (outcome.startsWith('[')) return 'a list';
  return /^(bytes|\w+ key)/.exec(outcome)?.[0] ?? cut(outcome);
}

/** Differences of one kind under one heading, with the names of some. */
function groups(differences: readonly Difference[]): string[] {
  const found = new Map<string, Difference[]>();
  for (const each of differences) {
    const heading = `[${each.subject}] ${kind(each.outcome)}, not ${kind(each.expected ?? each.engine)}`;
    found.set(heading, [...(found.get(heading) ?? []), each]);
  }
  return [...found].flatMap(([heading, all]) => [
    `  ${heading}: ${all.length}`,
    ...all.slice(0, NAMED).map(({ scenario }) => `    ${scenario}`),
    ...all
      .slice(0, 1)
      .map(
        ({ outcome, engine, expected }) =>
          `      is ${cut(outcome)}; expected ${cut(expected ?? engine)}; engine ${cut(engine)}`,
      ),
  ]);
}

/** One line a table, then what is different, then where the engine goes its own way. */
export function reportText({ table, scenarios, equal, different, lacking, deviating }: Report): string {
  return [
    `${table}: ${scenarios} scenarios, ${equal} equal, ${scenarios - equal} different` +
      ` (the engine lacks ${lacking}, deviates in ${deviating.length})`,
    ...groups(different),
    ...groups(deviating),
  ].join('\n');
}
