// The script of the host's own worker, as an app serves it: found beside the host's, also under a strict
// Content-Security-Policy, and done without where it is missing. In Chromium only hosts of the elected topology have it.
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../scripts/serve.mjs';
import { expect, type Site, test } from './fixtures.ts';

const DIST = fileURLToPath(new URL('site/dist', import.meta.url));

const STRICT = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'";

async function signBoth(site: Site, url: string) {
  const tab = await site.tab({}, url);
  return tab.evaluate(() => window.kit.signBoth(window.keys));
}

test('heavy work never freezes the host: its own worker is found, under a strict policy too', async ({
  site,
}) => {
  const server = await startServer({ root: DIST, headers: { 'Content-Security-Policy': STRICT } });
  try {
    expect(await signBoth(site, server.url)).toEqual({
      order: ['quick', 'slow'],
      workers: 1,
      verified: true,
    });
  } finally {
    await server.close();
  }
});

test('without the script of its own worker the host computes itself', async ({ site }) => {
  const root = mkdtempSync(join(tmpdir(), 'keyslot-slow-'));
  cpSync(DIST, root, { recursive: true });
  const assets = join(root, 'assets');
  const scripts = readdirSync(assets).filter((file) => /^slow-.*\.js$/.test(file));
  expect(scripts).toHaveLength(1);
  for (const script of scripts) rmSync(join(assets, script));
  const server = await startServer({ root });
  try {
    expect(await signBoth(site, server.url)).toEqual({
      order: ['slow', 'quick'],
      workers: 0,
      verified: true,
    });
  } finally {
    await server.close();
    rmSync(root, { recursive: true, force: true });
  }
});
