// @ts-check
// `npm run probe:nesting`: whether a worker of Firefox that makes workers stops for ever, with something that listens to the
// debuggers of workers (WebDriver BiDi) and without, and no keyslot anywhere. What it finds decides whether keyslot's hosts have
// workers there (docs/decisions/0030). `npm run probe:nesting -- --workers 1500`: how many, in each of them, are enough.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findFirefox } from './engines-find.mjs';
import { startFirefox, startFirefoxUndriven } from './engines-firefox.mjs';
import { stopAll, stopOnSignals } from './engines-processes.mjs';
import { AGENT_FOLDER, AGENT_PREFIX } from './engines-undriven.mjs';
import { startServer } from './serve.mjs';

/** Whoever has said nothing for as long is asked, and has stopped if it says nothing for as long again, in milliseconds. */
const SILENCE = 5_000;

/** @typedef {{ made: number, stopped?: true, error?: string }} Outcome */

const { values } = parseArgs({ options: { workers: { type: 'string', default: '1000' } } });
const enough = Number(values.workers);
if (!Number.isSafeInteger(enough) || enough < 1) throw new Error('--workers takes a number, 1 at least');

const folder = mkdtempSync(join(tmpdir(), 'keyslot-nesting-'));
const clear = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
stopOnSignals(clear);

try {
  await probe();
} finally {
  await stopAll();
  clear();
}

async function probe() {
  const { paths: path, missing } = findFirefox();
  if (path === undefined) throw new Error(missing);
  const server = await startServer({
    root: fileURLToPath(new URL('../e2e/engines/nesting', import.meta.url)),
    mounts: { [AGENT_PREFIX]: AGENT_FOLDER },
  });
  const starts = { 'with WebDriver BiDi': startFirefox, 'without a driver': startFirefoxUndriven };
  try {
    for (const [driver, start] of Object.entries(starts)) {
      for (const kind of /** @type {const} */ (['SharedWorker', 'Worker'])) {
        const home = join(folder, `${driver} ${kind}`);
        mkdirSync(home);
        const browser = await start(path, home);
        try {
          const { made, stopped, error } = await outcomeIn(await browser.open(server.url), kind);
          if (error !== undefined) throw new Error(`${driver}, a ${kind}: ${error}`);
          const found = stopped
            ? `stopped at its worker ${made + 1}, and answers nothing`
            : `made ${made}, and goes on`;
          console.log(`${browser.version}, ${driver}: a ${kind} ${found}`);
        } finally {
          await browser.close();
        }
      }
    }
  } finally {
    await server.close();
  }
}

/**
 * @param {import('../e2e/engines/browser.mjs').Tab} tab
 * @param {'SharedWorker' | 'Worker'} kind
 */
async function outcomeIn(tab, kind) {
  await tab.run(begin, kind, enough, SILENCE);
  for (;;) {
    const outcome = await tab.run(
      () =>
        new Promise((resolve) =>
          setTimeout(() => resolve(/** @type {any} */ (window)['outcome'] ?? null), 500),
        ),
    );
    if (outcome !== null) return /** @type {Outcome} */ (outcome);
  }
}

/**
 * In the page, where it leaves what becomes of the worker at `window.outcome`.
 *
 * @param {'SharedWorker' | 'Worker'} kind
 * @param {number} enough
 * @param {number} silence
 */
function begin(kind, enough, silence) {
  const options = /** @type {const} */ ({ type: 'module' });
  const worker =
    kind === 'Worker' ? new Worker('/parent.mjs', options) : new SharedWorker('/parent.mjs', options).port;
  let made = 0;
  const end = (/** @type {object} */ how) => {
    worker.onmessage = null;
    clearTimeout(late);
    Object.assign(window, { outcome: { made, ...how } });
  };
  const ask = () => {
    worker.postMessage('how many?');
    late = setTimeout(end, silence, { stopped: true });
  };
  let late = setTimeout(ask, silence);
  worker.onmessage = (/** @type {MessageEvent<Outcome>} */ { data }) => {
    clearTimeout(late);
    made = data.made ?? made;
    if (data.error !== undefined || made >= enough) end(data);
    else late = setTimeout(ask, silence);
  };
}
