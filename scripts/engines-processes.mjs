// @ts-check
// The processes that a run starts, each in a group of its own, so that nothing outlives the run: a browser is
// many processes, and only the group has them all.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { within } from '../e2e/engines/limits.mjs';

/** How long a process may take to end by itself when asked, in milliseconds. */
const PATIENCE = 5_000;

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

const ending = new AbortController();

/** Aborted when the run ends: nothing is started any more. */
export const runEnds = ending.signal;

// For the ends of a run that nobody has foreseen.
process.once('exit', () => {
  for (const { pid } of running) if (pid !== undefined) signalGroup(pid, 'SIGKILL');
});

/**
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} options
 */
export function start(command, args, options) {
  runEnds.throwIfAborted();
  const child = spawn(command, args, { ...options, detached: true });
  // Whoever waits for the process to be ready races with its end; without a listener this would end the run.
  child.on('error', () => {});
  return adopt(child);
}

/**
 * Takes over a process that somebody else has started, as leader of its group.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export function adopt(child) {
  running.add(child);
  return child;
}

/**
 * Rejects when the process ends. Never resolves.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @param {string} name
 * @returns {Promise<never>}
 */
export function ended(child, name) {
  return new Promise((_, fail) => {
    child.once('error', (error) => fail(new Error(`${name} did not start: ${error.message}`)));
    child.once('exit', (code, signal) =>
      fail(new Error(`${name} ended with ${signal ?? `exit code ${code}`}`)),
    );
  });
}

/**
 * Ends the process and its group: by request, so that it can clean up, then by force.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export async function stop(child) {
  if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) {
    const gone = once(child, 'exit');
    signalGroup(child.pid, 'SIGTERM');
    await within(gone, PATIENCE, 'ending a process').catch(() => {});
  }
  // Its leader may have ended before the rest of the group.
  if (child.pid !== undefined) signalGroup(child.pid, 'SIGKILL');
  running.delete(child);
}

/**
 * Ends the process and its group in one step. Nothing of it can clean up.
 *
 * @param {import('node:child_process').ChildProcess} child
 */
export async function kill(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
    throw new Error('what is to be killed has ended by itself');
  }
  const gone = once(child, 'exit');
  signalGroup(child.pid, 'SIGKILL');
  await within(gone, PATIENCE, 'the end of what was killed');
  running.delete(child);
}

/**
 * When somebody interrupts the run, nothing that it has started outlives it. Node ends by a signal without its `exit` event.
 *
 * @param {() => void} clear removes what it has written
 */
export function stopOnSignals(clear) {
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.once(signal, async () => {
      await stopAll();
      clear();
      process.exit(130);
    });
  }
}

/** Ends everything, and the run with it. */
export async function stopAll() {
  ending.abort(new Error('the run was ended'));
  await Promise.all([...running].map(stop));
}

/**
 * @param {number} group
 * @param {NodeJS.Signals} signal
 */
function signalGroup(group, signal) {
  try {
    process.kill(-group, signal);
  } catch {
    // All of it had ended.
  }
}
