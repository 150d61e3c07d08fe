// @ts-check
// Runs one stage of `npm test`: its commands one after another, with a limit of time, and says how it
// ended. A gate's output is shown when it fails; a test runner's as it comes.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, resolve } from 'node:path';

/** The longest a command may take, in milliseconds: a hung browser must not hang the run. */
const LIMIT = 40 * 60_000;

/** @typedef {import('./counts.mjs').Counts} Counts */

/**
 * @param {import('./test.mjs').Stage} stage
 * @param {Record<string, string>} env
 * @param {string} obstacle why it cannot run, if it cannot
 * @returns {Promise<Counts>}
 */
export async function runStage(stage, env, obstacle) {
  const start = performance.now();
  const failure = obstacle || (await firstFailure(stage, env));
  const result = stage.counts && !obstacle ? counted(stage, failure) : gate(failure);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  const tests = stage.counts ? ` (${result.passed} passed, ${result.failed} failed)` : '';
  const reason = result.failed > 0 && failure ? `: ${failure}` : '';
  console.log(`${result.failed > 0 ? '✗' : '✓'} ${stage.name}  ${seconds} s${tests}${reason}`);
  return result;
}

/**
 * @param {string} failure
 * @returns {Counts}
 */
function gate(failure) {
  return failure ? { passed: 0, failed: 1, skipped: 0 } : { passed: 1, failed: 0, skipped: 0 };
}

/**
 * The tests of a runner, by its report. A runner that died, wrote no report, ran nothing or failed without
 * a failed test (an error outside of any test) is one failure more.
 *
 * @param {import('./test.mjs').Stage} stage
 * @param {string} failure
 * @returns {Counts}
 */
function counted(stage, failure) {
  /** @type {Counts | undefined} */
  let counts;
  try {
    counts = stage.counts?.(JSON.parse(readFileSync(stage.report ?? '', 'utf8')));
  } catch (error) {
    console.log(
      `${stage.name}: its report cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (!counts) return { passed: 0, failed: 1, skipped: 0 };
  if (counts.passed + counts.failed === 0) {
    console.log(`${stage.name}: no test ran.`);
    return { ...counts, failed: 1 };
  }
  return failure && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

/**
 * Runs the commands until one fails, and says how it failed; an empty text if none did.
 *
 * @param {import('./test.mjs').Stage} stage
 * @param {Record<string, string>} env
 */
async function firstFailure(stage, env) {
  if (stage.report) {
    // An old report must not stand in for that of a runner that dies.
    rmSync(stage.report, { force: true });
    mkdirSync(dirname(stage.report), { recursive: true });
  }
  for (const command of stage.commands) {
    const { failure, output } = await run(command, env, stage.counts !== undefined);
    if (failure) {
      process.stdout.write(output);
      return `\`${command.join(' ')}\` ${failure}`;
    }
  }
  return '';
}

/**
 * @param {string[]} command
 * @param {Record<string, string>} env
 * @param {boolean} live
 * @returns {Promise<{ failure: string, output: string }>}
 */
function run(command, env, live) {
  const [name = '', ...args] = command;
  const file = name === 'node' ? process.execPath : name;
  return new Promise((done) => {
    const child = spawn(file, args, {
      // A process group of its own, so that a runner's browsers end with it.
      detached: true,
      stdio: ['ignore', live ? 'inherit' : 'pipe', live ? 'inherit' : 'pipe'],
      env: {
        ...process.env,
        PATH: `${resolve('node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`,
        ...env,
      },
    });
    let output = '';
    let late = false;
    const end = () => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It had ended by itself.
      }
    };
    const timer = setTimeout(() => {
      late = true;
      end();
    }, LIMIT);
    const interrupted = () => {
      end();
      process.exit(130);
    };
    process.once('SIGINT', interrupted);
    process.once('SIGTERM', interrupted);
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      output += chunk;
    });
    /** @param {string} failure */
    const settle = (failure) => {
      clearTimeout(timer);
      process.off('SIGINT', interrupted);
      process.off('SIGTERM', interrupted);
      done({ failure, output });
    };
    child.on('error', (error) => settle(`did not start: ${error.message}; run \`npm ci\` first`));
    child.on('close', (code, signal) => {
      if (late) settle(`took longer than ${LIMIT / 60_000} minutes and was ended`);
      else settle(code === 0 ? '' : `ended with ${signal ?? `exit code ${code}`}`);
    });
  });
}
