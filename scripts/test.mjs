// @ts-check
// `npm test`: every check there is, in the order in which a fault is cheapest to find. Goes on after a
// failure, so that one run shows all of them. Ends with the line `N passed, N failed`.
// `npm test -- unit browser` runs only the stages named.
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';
import { playwrightCounts, vitestCounts } from './counts.mjs';
import { freePort } from './free-port.mjs';
import { runStage } from './stage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

/**
 * A stage is a gate, which counts as one check, or a test runner with `counts`, whose tests count each.
 * `needs` names stages without which it cannot say anything; `browser` that it drives Chromium.
 *
 * @typedef {object} Stage
 * @property {string} name
 * @property {string[][]} commands
 * @property {string[]} [needs]
 * @property {boolean} [browser]
 * @property {string} [report] where the runner writes its results
 * @property {typeof vitestCounts | typeof playwrightCounts} [counts]
 * @property {Record<string, string>} [env]
 */

/** @type {Stage[]} */
const stages = [
  {
    name: 'types',
    commands: [
      ['tsc', '-p', 'tsconfig.json'],
      ['tsc', '-p', 'tsconfig.src.json'],
    ],
  },
  { name: 'lint', commands: [['biome', 'check', '--error-on-warnings', '.']] },
  { name: 'knip', commands: [['knip', '--no-progress']] },
  { name: 'build', commands: [['node', 'scripts/build.mjs']] },
  { name: 'publint', needs: ['build'], commands: [['publint', '--strict']] },
  { name: 'attw', needs: ['build'], commands: [['attw', '--pack', '.', '--profile', 'esm-only']] },
  { name: 'size', needs: ['build'], commands: [['size-limit']] },
  vitest('unit'),
  { ...vitest('browser'), browser: true },
  {
    name: 'site',
    needs: ['build'],
    // Twice: as it is, and as the next release.
    commands: [
      ['vite', 'build', '--config', 'e2e/site/vite.config.ts', '--logLevel', 'warn'],
      ['vite', 'build', '--config', 'e2e/site/vite.config.ts', '--logLevel', 'warn', '--mode', 'next'],
    ],
  },
  {
    name: 'e2e',
    needs: ['site'],
    browser: true,
    commands: [['playwright', 'test']],
    report: 'out/e2e.json',
    counts: playwrightCounts,
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: 'out/e2e.json', KEYSLOT_E2E_PORT: String(await freePort()) },
  },
  { name: 'smoke', needs: ['build'], browser: true, commands: [['node', 'scripts/smoke.mjs']] },
  { name: 'demo', needs: ['build'], browser: true, commands: [['node', 'scripts/demo.mjs']] },
];

/**
 * @param {string} name
 * @returns {Stage}
 */
function vitest(name) {
  const report = `out/${name}.json`;
  return {
    name,
    commands: [
      [
        'vitest',
        'run',
        '--project',
        name,
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
      ],
    ],
    report,
    counts: vitestCounts,
  };
}

const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !stages.some((stage) => stage.name === name));
if (unknown.length > 0) {
  console.error(
    `No stage is called ${unknown.join(', ')}: choose from ${stages.map((s) => s.name).join(', ')}.`,
  );
  process.exit(1);
}

/** @type {Record<string, string>} */
const env = {};
/** Why no stage with a browser can run, if none can. */
let noBrowser = '';
const selected = stages.filter((stage) => chosen.length === 0 || chosen.includes(stage.name));
if (selected.some((stage) => stage.browser)) {
  try {
    env['KEYSLOT_CHROMIUM'] = findChromium();
  } catch (error) {
    noBrowser = error instanceof Error ? error.message : String(error);
  }
}

const total = { passed: 0, failed: 0, skipped: 0 };
/** @type {Set<string>} */
const broken = new Set();

for (const stage of selected) {
  const missing = stage.needs?.find((name) => broken.has(name));
  const obstacle = missing ? `not run: ${missing} failed` : stage.browser && noBrowser ? noBrowser : '';
  const result = await runStage(stage, { ...env, ...stage.env }, obstacle);
  total.passed += result.passed;
  total.failed += result.failed;
  total.skipped += result.skipped;
  if (result.failed > 0) broken.add(stage.name);
}

if (broken.size > 0) console.log(`failed: ${[...broken].join(', ')}`);
if (total.skipped > 0) console.log(`${total.skipped} skipped: each says why where it stands`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
