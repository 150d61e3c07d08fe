// @ts-check
// Takes the quick start out of the README: the first `ts` block after each of two markers.
import { readFileSync } from 'node:fs';

const MARKERS = /** @type {const} */ ({
  main: '<!-- quick-start -->',
  config: '<!-- quick-start-config -->',
});

/**
 * @param {string} path of the README
 * @returns {{ main: string, config: string }} the app's main.ts and its vite.config.ts
 */
export function quickStart(path) {
  const text = readFileSync(path, 'utf8');
  return { main: block(text, MARKERS.main), config: block(text, MARKERS.config) };
}

/**
 * @param {string} text
 * @param {string} marker
 */
function block(text, marker) {
  const at = text.indexOf(marker);
  const found = at < 0 ? null : /^```ts\n([\s\S]*?)^```$/m.exec(text.slice(at));
  if (!found?.[1]) throw new Error(`README.md has no \`ts\` code block after ${marker}: put one there.`);
  return found[1];
}
