// @ts-check
// Times in milliseconds, and the one way to keep them: everything here talks to browsers, which hang.

/** Start or end of a browser, its driver or a display. */
export const START_LIMIT = 60_000;

/** One piece of work in a tab. */
export const WORK_LIMIT = 20_000;

/** One check, all of its steps and browser starts included. */
export const CHECK_LIMIT = 90_000;

/** Something did not come to an end: whatever talks to the same browser would only wait as well. */
export class Overdue extends Error {}

/**
 * @template T
 * @param {Promise<T>} promise
 * @param {number} limit
 * @param {string} what for the message: what took so long
 * @returns {Promise<T>}
 */
export async function within(promise, limit, what) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  /** @type {Promise<never>} */
  const late = new Promise((_, fail) => {
    timer = setTimeout(() => fail(new Overdue(`${what} took longer than ${limit / 1000} s`)), limit);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
