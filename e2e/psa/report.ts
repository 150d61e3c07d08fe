// The table that is printed: what became of every case.
import { CHANGES, type Change, SKIPS, type Skip } from './reasons.ts';

export interface Result {
  readonly file: string;
  readonly name: string;
  readonly description: string;
  readonly skip?: Skip;
  readonly changes: readonly Change[];
  readonly failure?: string;
}

export function report(results: readonly Result[]): string {
  const functions = [...group(results, ({ file, name }) => `${file}\n${name}`).values()];
  const some = functions.filter((its) => its.some(({ skip }) => skip === undefined));
  const none = functions.filter((its) => its.every(({ skip }) => skip !== undefined));
  return [
    row('function', ['cases', 'run', 'changed', 'passed', 'failed', 'skipped']),
    ...perFile(some, (its) => row(`  ${its[0]?.name}`, counts(its))),
    row('functions of which no case is run', counts(none.flat())),
    row('all', counts(results)),
    '',
    'skipped, because',
    ...tally(results.flatMap(({ skip = [] }) => skip)).map(([reason, count]) => line(count, SKIPS[reason])),
    '',
    'changed in cases that are run',
    ...tally(results.flatMap(({ changes }) => changes)).map(([change, count]) =>
      line(count, CHANGES[change]),
    ),
  ].join('\n');
}

function perFile(
  functions: readonly (readonly Result[])[],
  show: (its: readonly Result[]) => string,
): string[] {
  const files = group(functions, ([first]) => first?.file ?? '');
  return [...files].flatMap(([file, its]) => [file, ...its.map(show)]);
}

function counts(results: readonly Result[]): number[] {
  const run = results.filter(({ skip }) => skip === undefined);
  const changed = run.filter(({ changes }) => changes.length > 0);
  const failed = run.filter(({ failure }) => failure !== undefined);
  const passed = run.length - failed.length;
  return [results.length, run.length, changed.length, passed, failed.length, results.length - run.length];
}

function group<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}

function tally<T extends string>(values: readonly T[]): [T, number][] {
  const counted = [...group(values, String)].map(([, all]): [T, number] => [all[0] as T, all.length]);
  return counted.sort(([, a], [, b]) => b - a);
}

function row(name: string, cells: readonly (string | number)[]): string {
  return name.padEnd(68) + cells.map((cell) => String(cell).padStart(8)).join('');
}

function line(count: number, text: string): string {
  return `${String(count).padStart(6)}  ${text}`;
}
