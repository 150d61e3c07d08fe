// What an app's visitors load before anything is opened: the package as Vite builds it into an app.
import { expect, test } from 'vitest';
import { clientSizes } from '../../../scripts/sizes.mjs';

/** In kB of 1000 bytes, minified, by brotli. */
const LIMIT = 10;

/** What is loaded when it is needed: a static import of any of it would bring it back without a word. */
const LATER = /[\\/]src[\\/](algorithms|drivers|client[\\/](elected|subtle|keystore|key|opened))\b/;

test('first load: an app that imports openKeystore has at most 10 kB of the client, and none of its algorithms', async () => {
  const { first, modules, later } = await clientSizes();
  expect(modules.some((file) => /[\\/]src[\\/]client[\\/]open\.ts$/.test(file))).toBe(true);
  expect(modules.filter((file) => LATER.test(file))).toEqual([]);
  expect(first).toBeLessThanOrEqual(LIMIT);
  expect(Object.keys(later).sort()).toEqual(['opened', 'ways']);
});
