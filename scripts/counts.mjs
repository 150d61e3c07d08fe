// @ts-check
// Reads how many tests passed, failed and were skipped out of the JSON reports of Vitest and Playwright.

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Vitest's report. A file that fails outside of its tests (a wrong import) has no failed test; each such
 * file counts as one.
 *
 * @param {any} report
 * @returns {Counts}
 */
export function vitestCounts(report) {
  const brokenFiles = report.testResults.filter(
    (/** @type {any} */ file) =>
      file.status === 'failed' &&
      !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed'),
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
 * @param {any} report
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
