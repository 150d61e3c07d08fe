// @ts-check
// Prints the story as it happens: its steps, each check with what it took, and the table at the end.
import { isDeepStrictEqual } from 'node:util';

/** A check that did not come out as told. */
export class Mismatch extends Error {}

/**
 * @typedef {object} Row
 * @property {number} step
 * @property {string} title
 * @property {number} checks
 * @property {number} ms
 * @property {string} result
 */

export class Report {
  /** @type {Row[]} */
  rows = [];
  #begin = performance.now();

  /** @param {string} title */
  step(title) {
    this.#begin = performance.now();
    this.rows.push({ step: this.rows.length + 1, title, checks: 0, ms: 0, result: 'FAILED' });
    console.log(`\n${this.rows.length}  ${title}`);
  }

  /**
   * Throws a Mismatch unless what was seen is what was expected.
   *
   * @param {string} what
   * @param {unknown} seen
   * @param {unknown} expected
   * @param {number} [ms] what it took
   */
  check(what, seen, expected, ms) {
    const row = this.rows.at(-1);
    if (row === undefined) throw new Error('a check belongs to a step');
    if (!isDeepStrictEqual(seen, expected)) {
      console.log(`   ✕ ${what}\n       expected: ${shown(expected)}\n       seen:     ${shown(seen)}`);
      throw new Mismatch(what);
    }
    row.checks += 1;
    line(`   ✓ ${what}`, ms);
  }

  /** @param {string} text */
  say(text) {
    console.log(`     ${text}`);
  }

  passed() {
    const row = this.rows.at(-1);
    if (row === undefined) return;
    Object.assign(row, { ms: performance.now() - this.#begin, result: 'as told' });
    line('     as told: the whole step', row.ms);
  }

  /** @param {readonly string[]} titles of all steps, of which some may not have been reached */
  table(titles) {
    const width = Math.max(...titles.map((title) => title.length));
    console.log(`\n${'step'.padEnd(6)}${'shown'.padEnd(width + 2)}checks        ms  result`);
    for (const [at, title] of titles.entries()) {
      const { checks = 0, ms = 0, result = 'not run' } = this.rows[at] ?? {};
      const numbers = `${String(checks).padStart(6)}${ms.toFixed(0).padStart(10)}`;
      console.log(`${String(at + 1).padEnd(6)}${title.padEnd(width + 2)}${numbers}  ${result}`);
    }
  }
}

/**
 * @param {string} text
 * @param {number | undefined} ms
 */
function line(text, ms) {
  console.log(ms === undefined ? text : `${text.padEnd(96)} ${ms.toFixed(1).padStart(8)} ms`);
}

/** @param {unknown} value */
function shown(value) {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
