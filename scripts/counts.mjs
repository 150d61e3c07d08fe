// @ts-check
// Reads how many tests passed, failed and were skipped out of the JSON reports of Vitest and Playwright.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Of Vitest's report, what is read here.
 *
 * @typedef {object} VitestReport
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests
 * @property {number} numTodoTests
 * @property {{ name: string, status: string, assertionResults: { status: string, fullName: string }[] }[]} testResults
 */

/**
 * Of Playwright's report, what is read here.
 *
 * @typedef {object} PlaywrightReport
 * @property {{ expected: number, unexpected: number, flaky: number, skipped: number }} stats
 * @property {unknown[]} errors
 */

/**
 * Vitest's report. A file that fails outside of its tests (a wrong import) has no failed test; each such
 * file counts as one.
 *
 * @param {VitestReport} report
 * @returns {Counts}
 */
export function vitestCounts(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return whole({
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles,
    skipped: report.numPendingTests + report.numTodoTests,
  });
}

/**
 * Playwright's report. Its `errors` are those outside of any test; a test that passes only at times has
 * failed.
 *
 * @param {PlaywrightReport} report
 * @returns {Counts}
 */
export function playwrightCounts(report) {
  const { expected, unexpected, flaky, skipped } = report.stats;
  return whole({ passed: expected, failed: unexpected + flaky + report.errors.length, skipped });
}

/**
 * A report of another form than expected must not count as zero failures.
 *
 * @param {Counts} counts
 */
function whole(counts) {
  for (const [name, value] of Object.entries(counts)) {
    if (!Number.isInteger(value)) throw new Error(`the number of ${name} tests is missing`);
  }
  return counts;
}
