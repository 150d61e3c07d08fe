// @ts-check
// How long the tasks of a page's main thread are, from the browser's own trace. Observers in a page hear of tasks from
// 50 ms on only.
import { median } from './bench-lines.mjs';

/**
 * @typedef {object} TraceEvent
 * @property {string} name
 * @property {number} pid
 * @property {number} tid
 * @property {number} [dur] in microseconds
 * @property {number} [tdur] of it, what the thread had of a processor; told from samples, so at times more than `dur`
 * @property {{ name?: string, title?: string }} [args]
 */

/** @typedef {{ longest: number, ofRuns: number[] }} Tasks in ms; `longest` is the median of what the runs had */

/**
 * @param {import('playwright').Browser} browser
 * @param {import('playwright').Page} page
 * @param {number} runs
 * @param {() => Promise<unknown>} work
 * @returns {Promise<Tasks>}
 */
export async function tasksDuring(browser, page, runs, work) {
  const ofRuns = [];
  for (let run = 0; run < runs; run += 1) ofRuns.push(await longestDuring(browser, page, work));
  return { longest: median(ofRuns), ofRuns };
}

/**
 * @param {import('playwright').Browser} browser
 * @param {import('playwright').Page} page
 * @param {() => Promise<unknown>} work
 * @returns {Promise<number>} by the time that the task had a processor, which is no more than passed
 */
async function longestDuring(browser, page, work) {
  const mark = `keyslot-${Math.random()}`;
  await browser.startTracing(page, {
    categories: ['toplevel', 'disabled-by-default-devtools.timeline', 'blink.user_timing', '__metadata'],
  });
  // Says which of the browser's threads is the page's.
  await page.evaluate((name) => void performance.mark(name), mark);
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString());
  /** @type {TraceEvent[]} */
  const events = trace.traceEvents;
  const own = events.find(({ name }) => name === mark);
  if (own === undefined) throw new Error("The trace does not show the page's thread.");
  const tasks = events.filter(
    ({ name, pid, tid, dur }) => /RunTask$/.test(name) && pid === own.pid && tid === own.tid && dur,
  );
  if (tasks.length === 0) throw new Error('The trace has no tasks.');
  const times = tasks.map(({ dur = 0, tdur = dur }) => Math.min(dur, tdur));
  return times.reduce((a, b) => Math.max(a, b), 0) / 1000;
}
