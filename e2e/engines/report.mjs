// @ts-check
// Runs a list of checks on one engine, says how each ended as it ends, and counts.
import { CHECK_LIMIT, Overdue, within } from './limits.mjs';

/**
 * A promise of the package. `run` throws if it is broken; a text it returns is shown beside the time.
 *
 * @typedef {object} Check
 * @property {string} name
 * @property {(site: import('./site.mjs').Site) => Promise<string | void>} run
 */

/** @typedef {import('../../scripts/counts.mjs').Counts} Counts */

/**
 * Goes on after a failure, but not when something hangs or the engine does not start: all that follows would wait
 * for the same thing. What was not run counts as skipped.
 *
 * @param {string} engine
 * @param {readonly Check[]} checks
 * @param {import('./site.mjs').Site} site
 * @returns {Promise<Counts>}
 */
export async function runChecks(engine, checks, site) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  let obstacle = '';
  for (const { name, run } of [{ name: 'starts', run: () => site.start() }, ...checks]) {
    if (obstacle) {
      total.skipped += 1;
      console.log(`- ${engine}: ${name}  not run: ${obstacle}`);
      continue;
    }
    const begin = performance.now();
    const time = () => `${Math.round(performance.now() - begin)} ms`;
    try {
      const detail = await within(run(site), CHECK_LIMIT, 'the check');
      total.passed += 1;
      console.log(`✓ ${engine}: ${name}  ${time()}${detail ? ` (${detail})` : ''}`);
    } catch (error) {
      total.failed += 1;
      console.log(`✗ ${engine}: ${name}  ${time()}\n${indented(error)}`);
      if (name === 'starts') obstacle = `${engine} did not start`;
      else if (error instanceof Overdue) obstacle = `'${name}' hung`;
    }
  }
  return total;
}

/**
 * @param {string} engine
 * @param {readonly Check[]} checks
 * @param {string} reason
 * @returns {Counts}
 */
export function skipChecks(engine, checks, reason) {
  // The start is a check too.
  const skipped = checks.length + 1;
  console.log(`- ${engine}: skipped, ${skipped} checks: ${reason}`);
  return { passed: 0, failed: 0, skipped };
}

/** @param {unknown} error */
function indented(error) {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return text.replace(/^/gm, '    ');
}
