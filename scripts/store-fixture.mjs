// @ts-check
// Freezes a store that the code of now has written, as test/stores/schema-N.json, where N is the version of its database.
// For each new schema version, once: a fixture that is there already is what that version wrote, and stays.
import { spawnSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright';
import { createServer } from 'vite';
import { findChromium, launchOptions } from './chromium.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));

const server = await createServer({
  configFile: false,
  root,
  logLevel: 'warn',
  appType: 'custom',
  resolve: { alias: { keyslot: join(root, 'src/index.ts') } },
  worker: { format: 'es' },
  optimizeDeps: { noDiscovery: true },
  server: { host: '127.0.0.1', port: 0 },
});
server.middlewares.use('/page', (_request, response) => {
  response.setHeader('Content-Type', 'text/html').end('<!doctype html>');
});
await server.listen();
const browser = await chromium.launch(launchOptions(findChromium()));
try {
  const page = await browser.newPage();
  await page.goto(`${server.resolvedUrls?.local[0]}page`);
  const text = await page.evaluate(async (module) => {
    const { make } = await import(module);
    return JSON.stringify(await make(), undefined, 2);
  }, '/test/stores/make.ts');
  const name = `test/stores/schema-${JSON.parse(text).schema}.json`;
  if (existsSync(join(root, name)))
    throw new Error(`${name} is there already. Delete it if it was never released.`);
  writeFileSync(join(root, name), text);
  spawnSync('npx', ['biome', 'format', '--write', name], { cwd: root, stdio: 'ignore' });
  console.log(`written: ${name}`);
} finally {
  await browser.close();
  await server.close();
}
