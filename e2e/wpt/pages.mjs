// @ts-check
// Makes pages of the tests of a web-platform-tests tree, as its own server does for what runs in a window:
// https://web-platform-tests.org/writing-tests/testharness.html. `variant` only divides long files, so each is one page.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';

/** The folder of the tests in the tree. */
const TESTS = 'WebCryptoAPI';

/** What the server of web-platform-tests has at another address than the tree. */
const ELSEWHERE = new Map([['/resources/WebIDLParser.js', '/resources/webidl2/lib/webidl2.js']]);

/** Folders of the tree that tests load from. */
export const FOLDERS = [TESTS, 'resources', 'common', 'interfaces'];

/**
 * @typedef {'native' | 'caller' | 'host' | 'fallback'} Place where `subtle` has its keys; `native`: the browser's own, without
 * keyslot; `fallback`: in the host, computed by noble though the browser has the algorithm
 * @typedef {object} Test
 * @property {string} name its path below the folder of tests
 * @property {string[]} scripts addresses, in order
 * @property {boolean} endsItself
 */

/**
 * Every test of the tree that a script alone makes up.
 *
 * @param {string} tree
 * @returns {Test[]}
 */
export function testsOf(tree) {
  return readdirSync(join(tree, TESTS), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(any|window)\.js$/.test(name))
    .sort()
    .map((name) => testOf(tree, name));
}

/**
 * @param {string} tree
 * @param {string} name
 * @returns {Test}
 */
function testOf(tree, name) {
  const address = `/${TESTS}/${name}`;
  const text = readFileSync(join(tree, TESTS, name), 'utf8');
  const included = [...text.matchAll(/^\/\/ META: script=(.+)$/gm)].map(
    ([, path = '']) => new URL(path.trim(), `http://tree${address}`).pathname,
  );
  const scripts = [...included, address].map((path) => ELSEWHERE.get(path) ?? path);
  const texts = scripts.map((path) => readFileSync(join(tree, path), 'utf8'));
  const endsItself = texts.some((each) => /explicit_done: *true/.test(each));
  return { name, scripts, endsItself };
}

/**
 * Writes the page of a test into `folder`, which is served at `/pages/`, and says its address there.
 *
 * @param {string} folder
 * @param {Test} test
 * @param {Place} place
 */
export function writePage(folder, { name, scripts, endsItself }, place) {
  const path = join(place, `${name}.html`);
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), pageOf({ place, scripts, endsItself }));
  return `pages/${path}`;
}

/** @param {{ place: Place, scripts: string[], endsItself: boolean }} plan */
const pageOf = (plan) => `<!doctype html>
<meta charset="utf-8">
<title>web-platform-tests</title>
<script>
  window.plan = ${JSON.stringify(plan)};
  window.GLOBAL = { isWindow: () => true, isWorker: () => false, isShadowRealm: () => false };
</script>
<script src="/resources/testharness.js"></script>
<script>
  // The runner's patience counts, not a page's; and only what loads the scripts knows when the last is there.
  setup({ explicit_done: true, explicit_timeout: true, output: false });
  window.outcome = { results: [], ended: undefined };
  add_result_callback(({ name, status, message }) => window.outcome.results.push({ name, status, message }));
  add_completion_callback((_, { status, message }) => { window.outcome.ended = { status, message }; });
</script>
<div id="log"></div>
<script type="module" src="/wpt.js"></script>
`;
