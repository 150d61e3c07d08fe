// @ts-check
// The package and the test site with it, for commands that drive the site themselves.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));

export async function buildSite() {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/build.mjs')], { stdio: 'inherit' });
  if (status !== 0) throw new Error('the package cannot be built');
  await build({ configFile: join(root, 'e2e/site/vite.config.ts'), logLevel: 'warn' });
}
