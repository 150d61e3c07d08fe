// @ts-check
// Breaks the slot machine and its protocols, one mistake at a time (mutate-list.mjs), in a copy of the repository, and
// shows which test notices. Exits with 1 if a mistake survives, or no longer applies.
// `mutate.mjs 'lanes:' 'wakes nobody'` makes only those whose description has one of these texts; `--write` renews docs/mutations.md,
// or the rows of those that were made.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutations } from './mutate-list.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const PAGE = join(root, 'docs/mutations.md');
const COPIED = [
  'src',
  'test/unit/interleave',
  'test/unit/host',
  'test/unit/slots',
  'test/unit/store',
  'test/stores',
  'e2e/linearizability',
  'scripts/chromium.mjs',
  'test/browser/vectors/folder.ts',
  'vitest.config.ts',
  'tsconfig.json',
  'package.json',
];
/** The quickest first. A mistake that one stage notices is not shown to the next. */
const STAGES = [
  [
    'interleave/scenarios',
    'interleave/once',
    'interleave/owner',
    'interleave/waits',
    'interleave/own-and-shared',
    'host',
    'slots/transition',
    'store',
  ],
  ['interleave/hand-over', 'interleave/operations', 'interleave/pairs', 'interleave/walks'],
  ['interleave/triples', 'slots/table', 'slots/slabs'],
];
/** A mistake can make a run endless, which is noticed too. */
const PATIENCE = 900_000;

/**
 * @typedef {import('./mutate-list.mjs').Mutation} Mutation
 * @typedef {{ mutation: Mutation, killer: string | undefined, problem?: string }} Result
 */

const args = process.argv.slice(2);
const words = args.filter((arg) => !arg.startsWith('--'));
const chosen = mutations.filter(
  ({ what }) => words.length === 0 || words.some((word) => what.includes(word)),
);
const copy = mkdtempSync(join(tmpdir(), 'keyslot-mutate-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

async function main() {
  for (const path of COPIED) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const baseline = new Set(await failures(0));
  for (const name of baseline) console.log(`fails unmutated, so it notices nothing: ${name}`);
  /** @type {Result[]} */
  const results = [];
  for (const mutation of chosen) {
    const result = await judge(mutation, baseline);
    results.push(result);
    const verdict =
      result.problem ?? (result.killer === undefined ? 'SURVIVES' : `killed by ${result.killer}`);
    console.log(`${results.length}/${chosen.length} ${mutation.what}: ${verdict}`);
  }
  if (args.includes('--write')) writeFileSync(PAGE, page(results));
  const bad = results.filter(({ killer }) => killer === undefined);
  console.log(`${results.length - bad.length} killed, ${bad.length} not`);
  return bad.length === 0 ? 0 : 1;
}

/**
 * @param {Mutation} mutation
 * @param {ReadonlySet<string>} baseline
 * @returns {Promise<Result>}
 */
async function judge(mutation, baseline) {
  const path = join(copy, mutation.file);
  const source = readFileSync(path, 'utf8');
  const times = source.split(mutation.from).length - 1;
  if (times !== 1) {
    return { mutation, killer: undefined, problem: `NO LONGER APPLIES: its text occurs ${times} times` };
  }
  writeFileSync(
    path,
    source.replace(mutation.from, () => mutation.to),
  );
  try {
    const found = await failures(1 + baseline.size, (name) => !baseline.has(name));
    return { mutation, killer: found.find((name) => !baseline.has(name)) };
  } finally {
    writeFileSync(path, source);
  }
}

/**
 * The names of the tests that fail, up to the first stage in which one `counts`.
 *
 * @param {number} bail stop a stage after so many; 0: never
 * @param {(name: string) => boolean} [counts]
 */
async function failures(bail, counts = () => false) {
  /** @type {string[]} */
  const names = [];
  for (const stage of STAGES) {
    names.push(...(await failuresOf(stage, bail)));
    if (names.some(counts)) break;
  }
  return names;
}

/**
 * @param {string[]} stage
 * @param {number} bail
 * @returns {Promise<string[]>}
 */
async function failuresOf(stage, bail) {
  const output = join(copy, 'report.json');
  rmSync(output, { force: true });
  const files = stage.map((name) => `test/unit/${name}`);
  const command = ['vitest', 'run', '--project', 'unit', '--reporter=json', `--outputFile=${output}`];
  const child = spawn('npx', [...command, ...(bail > 0 ? [`--bail=${bail}`] : []), ...files], {
    cwd: copy,
    stdio: 'ignore',
    detached: true,
  });
  const timer = setTimeout(() => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  }, PATIENCE);
  await new Promise((resolve) => child.once('exit', resolve));
  clearTimeout(timer);
  if (!existsSync(output)) return ['a run that never ends'];
  return failedTests(JSON.parse(readFileSync(output, 'utf8')));
}

/**
 * @param {import('./counts.mjs').VitestReport} report
 * @returns {string[]}
 */
function failedTests(report) {
  return report.testResults.flatMap((file) => {
    const name = file.name.split('/test/unit/')[1];
    const failed = file.assertionResults.filter((test) => test.status === 'failed');
    if (failed.length === 0 && file.status === 'failed') return [`${name}, which cannot be loaded`];
    // A seed is in the name of the walks.
    return failed.map((test) => `${name}: ${test.fullName.replace(/seed \d+/, 'a seed')}`);
  });
}

/** @param {Result[]} results */
function page(results) {
  const before = existsSync(PAGE) ? readFileSync(PAGE, 'utf8').split('\n') : [];
  const rows = mutations.map(({ what, file }) => {
    const made = results.find(({ mutation }) => mutation.what === what);
    if (made) return `| ${what} | \`${file}\` | ${made.killer ?? '**none**'} |`;
    return before.find((row) => row.startsWith(`| ${what} |`)) ?? `| ${what} | \`${file}\` | not made yet |`;
  });
  return `# Mutations

What the proof of the slot machine is worth: each row is a mistake in the source, and the test that notices it. The list
is \`scripts/mutate-list.mjs\`; \`node scripts/mutate.mjs\` makes each mistake in a copy of the repository, runs the unit tests
of \`slots/\`, \`store/\` and the interleavings until one fails, and fails itself if a mistake survives or if the source has changed so
that it no longer applies. \`--write\` renews this page. Where several tests notice, one of the quickest is named.

| mistake | file | noticed by |
|---|---|---|
${rows.join('\n')}
`;
}
