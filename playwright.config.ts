// End-to-end tests: the built package in a site of its own (e2e/site), in real tabs of Chromium. `npm run
// test:e2e` needs both builds: `npm run build` and `npm run build:site`.
import { defineConfig } from '@playwright/test';
import type { Topology } from './e2e/fixtures.ts';
import { onlyElected, onlyShared } from './e2e/topologies.ts';
import { launchOptions } from './scripts/chromium.mjs';

const port = Number(process.env['KEYSLOT_E2E_PORT'] ?? 4180);
const url = `http://127.0.0.1:${port}/`;

export default defineConfig<{ topology: Topology }>({
  testDir: 'e2e',
  testMatch: '*.spec.ts',
  outputDir: 'e2e/out',
  // A retry would hide a race, and races are what these tests look for. One worker keeps the times of
  // small machines steady; each test has a browser context and so an origin's storage of its own.
  retries: 0,
  workers: 1,
  timeout: 60_000,
  forbidOnly: Boolean(process.env['CI']),
  reporter: process.env['PLAYWRIGHT_JSON_OUTPUT_NAME'] ? [['line'], ['json']] : [['line']],
  use: {
    baseURL: url,
    browserName: 'chromium',
    launchOptions: launchOptions(process.env['KEYSLOT_CHROMIUM']),
  },
  // The same tests for both topologies.
  projects: [
    { name: 'shared', use: { topology: 'shared' }, ...onlyElected },
    { name: 'elected', use: { topology: 'elected' }, ...onlyShared },
  ],
  webServer: {
    // The site again at /other/: the same files at other addresses are another host to the browser. At /next/ the one
    // that a deploy of the next release would put there.
    command:
      `node scripts/serve.mjs e2e/site/dist --port ${port} --mount /other/=e2e/site/dist ` +
      '--mount /next/=e2e/site/dist-next',
    url,
    reuseExistingServer: false,
  },
});
