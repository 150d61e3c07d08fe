// @ts-check
// The subtests of web-platform-tests that keyslot may fail though the browser passes them, each with its reason: the list of
// docs/subtle.md. A handle cannot be cloned, because it is not a key: its key stays in the host.

/**
 * @typedef {object} Exception
 * @property {import('./pages.mjs').Place} place
 * @property {RegExp} test by its path
 * @property {RegExp} name of the subtest
 */

/** @type {readonly Exception[]} */
const EXCEPTED = [
  // Keys in the host are handles.
  { place: 'host', test: /^serialization\//, name: /./ },
  { place: 'fallback', test: /^serialization\//, name: /./ },
];

/**
 * @param {import('./pages.mjs').Place} place
 * @param {string} test
 * @param {string} name
 */
export function isExcepted(place, test, name) {
  return EXCEPTED.some((each) => each.place === place && each.test.test(test) && each.name.test(name));
}
