// Each page of docs/recipes shows the code that e2e/recipes runs.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const FOLDER = new URL('../../../docs/recipes/', import.meta.url);
const files = readdirSync(FOLDER).filter((file) => file.endsWith('.ts'));

it('there are recipes', () => {
  expect(files.length).toBeGreaterThan(0);
});

it.each(files)('the page of %s shows all of it, as it is', (file) => {
  const page = readFileSync(new URL(file.replace(/\.ts$/, '.md'), FOLDER), 'utf8');
  const code = readFileSync(new URL(file, FOLDER), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block]) => block);
  expect(blocks).toContain(code);
});
