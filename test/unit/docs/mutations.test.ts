// docs/mutations.md is what the last run of scripts/mutate.mjs saw: every mistake of the list, and a test that noticed it.
import { existsSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { mutations } from '../../../scripts/mutate-list.mjs';

const rows = readFileSync('docs/mutations.md', 'utf8')
  .split('\n')
  .filter((row) => row.startsWith('| ') && !row.startsWith('| mistake'));

it('names every mistake of the list, once and in its order', () => {
  expect(rows.map((row) => row.split(' | ')[0])).toStrictEqual(mutations.map(({ what }) => `| ${what}`));
});

it.each(mutations)('has a test that notices: $what', ({ what, file, from }) => {
  expect(readFileSync(file, 'utf8').split(from)).toHaveLength(2);
  const killer = rows.find((row) => row.startsWith(`| ${what} |`))?.split(' | ')[2] ?? '';
  const [, test = ''] = killer.match(/^(\S+\.test\.ts): /) ?? [];
  expect(existsSync(`test/unit/${test}`) && test !== '').toBe(true);
});
