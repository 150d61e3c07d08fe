// Which build gives way at a deploy.
import { expect, it } from 'vitest';
import { isNewer } from '../../../src/host/builds.ts';

/** Ascending; those of a row are of one age. */
const AGES = [
  ['', 'unknown', '0.0.0-x'],
  ['0.0.1-rc.1', '0.0.1-rc.2'],
  ['0.0.1'],
  ['0.1.0-alpha', '0.1.0-beta-2'],
  ['0.1.0', '0.1'],
  ['0.1.9'],
  ['0.1.10'],
  ['0.2.0'],
  ['1.0.0'],
  ['10.0.0'],
];

it('of two builds the one with the higher version is the newer, and never both', () => {
  for (const [older, row] of AGES.entries()) {
    for (const [newer, other] of AGES.entries()) {
      for (const a of row) {
        for (const b of other) {
          // Words count as 0, and so does what is not there.
          if (a === '' || b === '' || a === 'unknown' || b === 'unknown') continue;
          expect([b, a, isNewer(b, a)]).toStrictEqual([b, a, newer > older]);
        }
      }
    }
  }
});

it('a build that is no version is older than every release', () => {
  for (const build of ['', 'unknown', 'v2', '1e9.0.0']) {
    expect(isNewer('0.0.1', build)).toBe(true);
    expect(isNewer(build, '0.0.1')).toBe(false);
  }
});
