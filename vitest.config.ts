// Two suites: `unit` under plain Node for what needs no browser, `browser` in Chromium for what does.
import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { launchOptions } from './scripts/chromium.mjs';
import { commands } from './test/browser/vectors/folder.ts';

const alias = { keyslot: fileURLToPath(new URL('./src/index.ts', import.meta.url)) };

export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias },
        // Patience only: nothing is judged by how long it takes.
        test: {
          name: 'unit',
          environment: 'node',
          include: ['test/unit/**/*.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        publicDir: false,
        resolve: { alias },
        worker: { format: 'es' },
        // Nothing is found late, so nothing makes Vite reload a page in the middle of a test: large
        // packages are named, the others are served as they are.
        optimizeDeps: { noDiscovery: true, include: ['fast-check', 'jose'] },
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: launchOptions(process.env['KEYSLOT_CHROMIUM']) }),
            instances: [{ browser: 'chromium' }],
            commands,
          },
        },
      },
    ],
  },
});
