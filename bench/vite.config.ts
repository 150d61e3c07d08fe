// Builds the benchmark's page and workers from the built package, so that what is measured is what users
// install.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './',
  resolve: { alias: { keyslot: here('../dist/index.js') } },
  worker: { format: 'es' },
  build: {
    outDir: here('dist'),
    emptyOutDir: true,
    target: 'es2023',
    rollupOptions: { input: [here('index.html'), here('machine.html'), here('subtle.html')] },
  },
});
