// Builds the test site from the built package, so that e2e tests what users install. `--mode next` builds it with the
// package of the next release: what a deploy puts beside the one that runs.
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** Another version number in all code of the package, client and worker. */
function asNextRelease(): Plugin {
  return {
    name: 'next-release',
    transform: (code) =>
      /\bBUILD = ['"]0\.1\.0['"]/.test(code)
        ? code.replace(/\bBUILD = ['"]0\.1\.0['"]/, "BUILD = '0.2.0'")
        : undefined,
  };
}

export default defineConfig(({ mode }) => {
  const next = mode === 'next';
  return {
    root: here('.'),
    // Relative addresses, so that a copy of the site works at any prefix.
    base: './',
    resolve: {
      alias: [
        { find: /^keyslot$/, replacement: here('../../dist/index.js') },
        { find: /^keyslot\/service-worker$/, replacement: here('../../dist/service-worker.js') },
      ],
    },
    plugins: next ? [asNextRelease()] : [],
    worker: { format: 'es', plugins: () => (next ? [asNextRelease()] : []) },
    build: {
      outDir: here(next ? 'dist-next' : 'dist'),
      emptyOutDir: true,
      target: 'es2023',
      rolldownOptions: {
        input: {
          main: here('index.html'),
          'service-worker': here('service-worker.ts'),
          wpt: here('wpt.ts'),
        },
        output: {
          // A service worker sees what lies beside and below its script; pages of web-platform-tests are written elsewhere.
          entryFileNames: ({ name }) => (name === 'main' ? 'assets/[name]-[hash].js' : '[name].js'),
        },
      },
    },
  };
});
