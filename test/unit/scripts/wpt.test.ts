// `npm run test:wpt` in front of a browser: which tests of a tree it finds, what their pages load, and what it excuses.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isExcepted } from '../../../e2e/wpt/excepted.mjs';
import { testsOf, writePage } from '../../../e2e/wpt/pages.mjs';

const FILES = {
  'WebCryptoAPI/sign/plain.https.any.js': '// META: script=helpers.js\ntest(() => {}, "plain");',
  'WebCryptoAPI/sign/helpers.js': '// not a test; says `explicit_done` in a comment only',
  'WebCryptoAPI/ends.https.window.js': '// META: script=/common/end.js\nrun();',
  'WebCryptoAPI/idl.https.any.js': '// META: script=/resources/WebIDLParser.js\nidl_test();',
  'common/end.js': 'setup({explicit_done: true});',
  'resources/webidl2/lib/webidl2.js': '',
};

let tree = '';

beforeAll(() => {
  tree = mkdtempSync(join(tmpdir(), 'keyslot-tree-'));
  for (const [name, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(tree, name)), { recursive: true });
    writeFileSync(join(tree, name), text);
  }
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

it('finds the tests of a tree, their scripts in order, and those that end by themselves', () => {
  expect(testsOf(tree)).toEqual([
    {
      name: 'ends.https.window.js',
      scripts: ['/common/end.js', '/WebCryptoAPI/ends.https.window.js'],
      endsItself: true,
    },
    {
      name: 'idl.https.any.js',
      scripts: ['/resources/webidl2/lib/webidl2.js', '/WebCryptoAPI/idl.https.any.js'],
      endsItself: false,
    },
    {
      name: 'sign/plain.https.any.js',
      scripts: ['/WebCryptoAPI/sign/helpers.js', '/WebCryptoAPI/sign/plain.https.any.js'],
      endsItself: false,
    },
  ]);
});

it('writes a page that says where the keys are', () => {
  const [test] = testsOf(tree);
  if (!test) throw new Error('there is no test');
  const path = writePage(join(tree, 'pages'), test, 'host');
  expect(path).toBe('pages/host/ends.https.window.js.html');
  expect(readFileSync(join(tree, path), 'utf8')).toContain('"place":"host"');
});

it('excuses the cloning of handles, and nothing else', () => {
  expect(isExcepted('host', 'serialization/hmac.https.any.js', 'any')).toBe(true);
  expect(isExcepted('caller', 'serialization/hmac.https.any.js', 'any')).toBe(false);
  expect(isExcepted('host', 'sign_verify/hmac.https.any.js', 'any')).toBe(false);
});
