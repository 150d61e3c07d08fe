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
  'test/unit/misuse',
  'test/unit/rpc',
  'test/unit/slots',
  'test/unit/store',
  'test/stores',
  'test/misuse',
  'e2e/linearizability',
  'scripts/chromium.mjs',
  'test/browser/vectors/folder.ts',
  'vitest.config.ts',
  'tsconfig.json',
  'package.json',
];
/** A mistake is shown to the test that noticed it last; if that one does not, to these, the quickest first, until one does. */
const STAGES = [
  [
    'interleave/scenarios',
    'interleave/kept',
    'interleave/close',
    'interleave/once',
    'interleave/owner',
    'interleave/waits',
    'interleave/slow-disk',
    'interleave/own-and-shared',
    'host',
    'misuse/steps',
    'misuse/waits',
    'slots/slabs',
    'slots/transition',
    'slots/intents',
    'slots/waiters',
    'store',
    'rpc/parcels',
  ],
  [
    'interleave/hand-over',
    'interleave/operations',
    'interleave/pairs',
    'interleave/second',
    'interleave/walks',
  ],
  ['interleave/triples', 'slots/table'],
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
/** Whether tests pass without a mistake, by their names. @type {Map<string, Promise<boolean>>} */
const sound = new Map();
const copy = mkdtempSync(join(tmpdir(), 'keyslot-mutate-'));
try {
  process.exitCode = await main();
} finally {
  rmSync(copy, { recursive: true, force: true });
}

async function main() {
  for (const path of COPIED) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  /** @type {Result[]} */
  const results = [];
  for (const mutation of chosen) {
    const result = await judge(mutation);
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
 * @returns {Promise<Result>}
 */
async function judge(mutation) {
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
  let killer;
  try {
    killer = (await noticedAgain(mutation)) ?? (await firstFailure());
  } finally {
    writeFileSync(path, source);
  }
  if (killer === undefined || (await passesUnmutated(killer))) return { mutation, killer };
  return { mutation, killer: undefined, problem: `NOT SHOWN: ${killer} fails without the mistake too` };
}

/**
 * The test that the page names for a mistake, if it is there and fails.
 *
 * @param {Mutation} mutation
 * @returns {Promise<string | undefined>}
 */
async function noticedAgain({ what }) {
  const row = rowsBefore().find((row) => row.startsWith(`| ${what} |`));
  const named = row?.match(/\| ([^|]*) \|$/)?.[1] ?? '';
  return (await failuresOfTest(named)).find((name) => name === named);
}

/** By name, of the first stage in which a test fails. */
async function firstFailure() {
  for (const stage of STAGES) {
    const [name] = await failuresOf(stage, 1);
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * A test that fails anyway notices nothing.
 *
 * @param {string} name
 */
function passesUnmutated(name) {
  const known = sound.get(name);
  if (known !== undefined) return known;
  const answer = failuresOfTest(name).then((failed) => failed.length === 0);
  sound.set(name, answer);
  return answer;
}

/**
 * The failures among the tests of one name, as {@link failedTests} gives it; none where there is no such test.
 *
 * @param {string} name
 * @returns {Promise<string[]>}
 */
async function failuresOfTest(name) {
  const [, file, test] = name.match(/^(\S+\.test\.ts)(?:: (.*))?/) ?? [];
  if (file === undefined) return [];
  if (test === undefined) return failuresOf([file], 1);
  const pattern = test.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace('a seed', 'seed \\d+');
  return failuresOf([file], 1, `^${pattern}$`);
}

/**
 * @param {string[]} stage
 * @param {number} bail how many failures are enough
 * @param {string} [only] which tests, as a pattern
 * @returns {Promise<string[]>}
 */
async function failuresOf(stage, bail, only) {
  const output = join(copy, 'report.json');
  rmSync(output, { force: true });
  const files = stage.map((name) => `test/unit/${name}`);
  const command = [
    'vitest',
    'run',
    '--project',
    'unit',
    '--reporter=json',
    `--outputFile=${output}`,
    `--bail=${bail}`,
  ];
  if (only !== undefined) command.push('--testNamePattern', only);
  const child = spawn('npx', [...command, ...files], {
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

function rowsBefore() {
  return existsSync(PAGE) ? readFileSync(PAGE, 'utf8').split('\n') : [];
}

/** @param {Result[]} results */
function page(results) {
  const before = rowsBefore();
  const rows = mutations.map(({ what, file }) => {
    const made = results.find(({ mutation }) => mutation.what === what);
    if (made) return `| ${what} | \`${file}\` | ${made.killer ?? '**none**'} |`;
    return before.find((row) => row.startsWith(`| ${what} |`)) ?? `| ${what} | \`${file}\` | not made yet |`;
  });
  return `# Mutations

What the proof of the slot machine is worth: each row is a mistake in the source, and the test that notices it. The list
is \`scripts/mutate-list.mjs\`; \`node scripts/mutate.mjs\` makes each mistake in a copy of the repository, runs the test
that is named here, and if that one does not notice, the unit tests of \`slots/\`, \`store/\` and \`host/\`, those of misuse and the
interleavings, until one fails. It fails itself if a mistake survives, or if the source has changed so
that it no longer applies. \`--write\` renews this page. Where several tests notice, one of the quickest is named.

| mistake | file | noticed by |
|---|---|---|
${rows.join('\n')}
`;
}
