// @ts-check
// A browser that a test itself starts, on a profile of its own, so that it can kill it, or one of its processes.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { chromium } from 'playwright';

/**
 * @typedef {import('node:child_process').ChildProcess} ChildProcess
 * @typedef {{ pid: number, args: string }} Process
 */

/** How long what was killed may take to be gone, in milliseconds. */
const LIMIT = 20_000;

/** The names of a host's thread, as far as Linux keeps them: 15 characters. */
const HOST_THREADS = Object.freeze({ shared: 'SharedWorker th', elected: 'DedicatedWorker' });

/** Those that run. @type {Set<ChildProcess>} */
const running = new Set();

// For the ends of a run that nobody has foreseen: nothing outlives it.
process.once('exit', () => {
  for (const child of running) signal(child, -1);
});

/** What Chromium says when it has found a database of its own damaged, and has begun another. */
const DROPPED = 'recovering from a corrupted (and deleted) database';

export class BrowserProcess {
  #child;
  /** Whether it has deleted an IndexedDB database that it could not read, of its own accord. */
  droppedDatabase = false;

  /**
   * @param {ChildProcess} child
   * @param {import('playwright').BrowserContext} context
   */
  constructor(child, context) {
    this.#child = child;
    this.context = context;
    child.stderr?.on('data', (chunk) => {
      this.droppedDatabase ||= String(chunk).includes(DROPPED);
    });
  }

  /**
   * @param {string} profile
   * @param {{ executablePath?: string, args?: readonly string[] }} options
   */
  static async start(profile, { executablePath, args = [] }) {
    const child = spawn(
      executablePath ?? chromium.executablePath(),
      [
        ...args,
        '--headless',
        '--enable-logging=stderr',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
        'about:blank',
      ],
      // A process group of its own: renderers and storage die with it.
      { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    running.add(child);
    child.once('exit', () => running.delete(child));
    try {
      const browser = await chromium.connectOverCDP(await addressOf(child));
      const [context] = browser.contexts();
      if (context === undefined) throw new Error('the browser has no default context');
      return new BrowserProcess(child, context);
    } catch (error) {
      signal(child, -1);
      throw error;
    }
  }

  /** SIGKILL, to all its processes in one step. Resolves when they have gone. */
  kill() {
    return this.#killed(() => signal(this.#child, -1));
  }

  /** SIGKILL to the browser's own process alone. Resolves when the others have ended of it, too. */
  killMain() {
    return this.#killed(() => signal(this.#child, 1));
  }

  /** @param {() => void} send */
  async #killed(send) {
    send();
    await until(() => this.#processes().length === 0, 'the end of the browser’s processes');
  }

  /**
   * SIGKILL to one of its processes. Resolves when that has gone.
   *
   * @param {number} pid
   */
  async killOne(pid) {
    this.#own(pid, 'SIGKILL');
    await until(() => !this.#processes().some((process) => process.pid === pid), `the end of ${pid}`);
  }

  /**
   * Stops one of its processes, as a browser freezes the tabs of a process: it lives and does nothing.
   *
   * @param {number} pid
   */
  stop(pid) {
    this.#own(pid, 'SIGSTOP');
  }

  /** @param {number} pid */
  go(pid) {
    this.#own(pid, 'SIGCONT');
  }

  /**
   * @param {number} pid
   * @param {NodeJS.Signals} signal
   */
  #own(pid, signal) {
    // Only what this browser has started: numbers are given again.
    if (!this.#processes().some((process) => process.pid === pid)) throw new Error(`${pid} is none of ours`);
    process.kill(pid, signal);
  }

  /**
   * The process in which a host runs, once there is one. In the elected topology every tab has a worker, and this is for
   * a browser with a single one. Needs Linux: elsewhere threads have no names in /proc.
   *
   * @param {keyof typeof HOST_THREADS} topology
   */
  hostRenderer(topology = 'shared') {
    const thread = HOST_THREADS[topology];
    const found = () =>
      this.#processes().find(({ pid, args }) => args.includes('--type=renderer') && runs(pid, thread));
    return until(found, `a renderer with a thread called ${thread}`);
  }

  /** All of its group that live. */
  #processes() {
    const { stdout, error } = spawnSync('ps', ['-A', '-ww', '-o', 'pid=,pgid=,stat=,args='], {
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
    });
    if (error) throw error;
    return stdout.split('\n').flatMap((line) => {
      const [, pid = '', group = '', state = '', args = ''] =
        /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
      // The dead that nobody has asked about yet are dead.
      return Number(group) === this.#child.pid && !state.startsWith('Z') ? [{ pid: Number(pid), args }] : [];
    });
  }
}

/**
 * @param {ChildProcess} child
 * @param {1 | -1} whom the process, or its group
 */
function signal({ pid, exitCode, signalCode }, whom) {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(whom * pid, 'SIGKILL');
}

/**
 * @param {number} pid
 * @param {string} thread
 */
function runs(pid, thread) {
  try {
    const threads = readdirSync(`/proc/${pid}/task`);
    return threads.some((id) => readFileSync(`/proc/${pid}/task/${id}/comm`, 'utf8').trim() === thread);
  } catch {
    // It, or one of its threads, has ended meanwhile.
    return false;
  }
}

/**
 * @template T
 * @param {() => T | undefined | false} condition
 * @param {string} what
 */
async function until(condition, what) {
  for (const end = performance.now() + LIMIT; performance.now() < end; await setTimeout(20)) {
    const met = condition();
    if (met) return met;
  }
  throw new Error(`waited ${LIMIT / 1000} s in vain for ${what}`);
}

/**
 * Where it listens, as it says on stderr.
 *
 * @param {ChildProcess} child
 * @returns {Promise<string>}
 */
function addressOf(child) {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      const address = /ws:\/\/\S+/.exec(said)?.[0];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the browser ended at once:\n${said}`)));
  });
}
