// Builds the test site from the built package, so that e2e tests what users install.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  // Relative addresses, so that a copy of the site works at any prefix.
  base: './',
  resolve: { alias: { keyslot: here('../../dist/index.js') } },
  worker: { format: 'es' },
  build: { outDir: here('dist'), emptyOutDir: true, target: 'es2023' },
});
