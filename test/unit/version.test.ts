// What both sides of the wire say of themselves is what is published.
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { BUILD, PROTOCOL } from '../../src/version.ts';

it('the build that a handshake names is the version of the package', () => {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  expect(JSON.parse(text)).toMatchObject({ name: 'keyslot', version: BUILD });
  expect(Number.isSafeInteger(PROTOCOL) && PROTOCOL > 0).toBe(true);
});
