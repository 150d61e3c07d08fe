// @ts-check
// Runs one page of web-platform-tests to its end, and takes the verdicts of its subtests.
import { setTimeout } from 'node:timers/promises';

/** The longest that a page may go without a further verdict, in milliseconds: a pair of RSA-4096 takes many seconds. */
const PATIENCE = 120_000;
const INTERVAL = 250;

/** Of testharness.js: `Test.statuses`. */
const PASS = 0;

/**
 * @typedef {object} Verdict
 * @property {string} name
 * @property {boolean} passed
 * @property {string} message
 */

/**
 * @param {import('../engines/browser.mjs').Browser} browser
 * @param {string} url
 * @returns {Promise<{ verdicts: Verdict[], trouble: string }>} `trouble`: what ended the page or happened to it as a whole
 */
export async function runPage(browser, url) {
  const tab = await browser.open(url);
  try {
    const trouble = await untilEnded(tab);
    const results = await tab.run(() => JSON.stringify(window.outcome.results));
    await tab.close();
    return { verdicts: verdictsOf(JSON.parse(results)), trouble };
  } catch (error) {
    // A page that crashes takes its verdicts along.
    return { verdicts: [], trouble: error instanceof Error ? error.message : String(error) };
  }
}

/** @param {import('../engines/browser.mjs').Tab} tab */
async function untilEnded(tab) {
  let last = { count: 0, at: Date.now() };
  for (;;) {
    const { count, ended } = await tab.run(() => ({
      count: window.outcome.results.length,
      ended: window.outcome.ended,
    }));
    if (ended) return ended.status === 0 ? '' : `the harness says ${ended.status}: ${ended.message}`;
    if (count > last.count) last = { count, at: Date.now() };
    if (Date.now() - last.at > PATIENCE) return `no verdict came for ${PATIENCE / 1000} s`;
    await setTimeout(INTERVAL);
  }
}

/**
 * Names are not unique in a page: the second of a name gets a number.
 *
 * @param {{ name: string, status: number, message: string | null }[]} results
 * @returns {Verdict[]}
 */
function verdictsOf(results) {
  /** @type {Map<string, number>} */
  const seen = new Map();
  return results.map(({ name, status, message }) => {
    const number = (seen.get(name) ?? 0) + 1;
    seen.set(name, number);
    return {
      name: number === 1 ? name : `${name} (${number})`,
      passed: status === PASS,
      message: message ?? '',
    };
  });
}
