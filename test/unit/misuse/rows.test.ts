// No row of the table of misuses is without a test. A test's title is made of its row, so that the words of the row are
// in its source.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { ROWS } from '../../misuse/rows.ts';

const FOLDERS = ['./', '../../browser/misuse/', '../../../e2e/'];

const sources = FOLDERS.map((path) => new URL(path, import.meta.url)).flatMap((folder) =>
  readdirSync(folder)
    .filter((name) => /\.(test|spec)\.ts$/.test(name))
    .map((name) => readFileSync(new URL(name, folder), 'utf8')),
);

it.each(Object.keys(ROWS))('there is a test of the misuse: %s', (row) => {
  const named = new RegExp(String.raw`(\b\w+\(|: Row =)\s*'${row}'`);
  expect(sources.filter((source) => named.test(source))).not.toStrictEqual([]);
});
