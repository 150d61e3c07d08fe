// The demo app, served for a person by `npm run dev` and built into demo/dist. The library itself is
// built by scripts/build.mjs.
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

// With cross-origin isolation the page's clock is fine enough to time single operations.
const headers = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
};

export default defineConfig({
  root: here('demo'),
  publicDir: here('public'),
  resolve: { alias: { keyslot: here('src/index.ts') } },
  // Vite's default, 'iife', would inline every lazy chunk into the worker.
  worker: { format: 'es' },
  // All dependencies are ES modules. Discovery would find those of the worker late and reload the page.
  optimizeDeps: { noDiscovery: true },
  server: { headers, fs: { allow: [here('.')] } },
  preview: { headers },
  build: { outDir: here('demo/dist'), emptyOutDir: true, target: 'es2023' },
});
