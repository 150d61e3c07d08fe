// @ts-check
// Builds parts of the package as Vite builds an app, minified, and weighs what a browser loads of them, by brotli.
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { root } from './bench-run.mjs';

/** @typedef {import('vite').Rolldown.OutputChunk} Chunk */

/** What most apps import of the package. */
const APP =
  "import * as keyslot from './src/index.ts'; globalThis.app = [keyslot.openKeystore, keyslot.KeystoreError];";
const APP_ID = join(root, 'app.ts');

/**
 * What a tab loads: `first` with the app, that is the entry and its static imports; the rest when it is needed.
 *
 * @param {RegExp[]} external what is left out
 */
export async function clientSizes(external = []) {
  const chunks = await buildApp(APP, {}, external);
  const first = loadedWith(chunks, entryOf(chunks));
  const added = (/** @type {Chunk} */ chunk) =>
    kilobytes(loadedWith(chunks, chunk).filter((part) => !first.includes(part)));
  return {
    first: kilobytes(first),
    /** The files of it. */
    modules: first.flatMap(({ moduleIds }) => moduleIds),
    /** What each dynamic import adds, by the file that it names. */
    later: Object.fromEntries(
      chunks.filter(({ isDynamicEntry }) => isDynamicEntry).map((chunk) => [chunk.name, added(chunk)]),
    ),
  };
}

/**
 * The chunks of the host's worker in the built package, as Vite builds the workers of an app: an entry may export what its chunks share, and
 * nothing is preloaded.
 */
export async function workerChunks() {
  /** @type {Chunk[]} */
  const chunks = [];
  await buildApp("new SharedWorker(new URL('./dist/worker.js', import.meta.url), { type: 'module' });", {
    worker: {
      format: 'es',
      plugins: () => [
        {
          name: 'collect',
          generateBundle(_options, bundle) {
            const built = Object.values(bundle).filter((part) => part.type === 'chunk');
            // Not those of the worker that the host itself starts.
            if (built.some(({ facadeModuleId: id }) => id?.endsWith('dist/worker.js'))) chunks.push(...built);
          },
        },
      ],
      rolldownOptions: { output: { chunkFileNames: '[name].js' } },
    },
  });
  return chunks;
}

/**
 * @param {string} app its script, in the root of the repository
 * @param {import('vite').UserConfig} [options]
 * @param {RegExp[]} [external]
 */
async function buildApp(app, options = {}, external = []) {
  const built = await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    plugins: [
      {
        name: 'app',
        resolveId: (id) => (id === APP_ID ? id : undefined),
        load: (id) => (id === APP_ID ? app : undefined),
      },
    ],
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: {
        input: APP_ID,
        external,
        preserveEntrySignatures: false,
        output: { chunkFileNames: '[name].js' },
      },
    },
    ...options,
  });
  const outputs = Array.isArray(built) ? built : [built];
  return outputs
    .flatMap((result) => ('output' in result ? result.output : []))
    .filter((part) => part.type === 'chunk');
}

/** @param {readonly Chunk[]} chunks */
export function entryOf(chunks) {
  const entry = chunks.find(({ isEntry }) => isEntry);
  if (entry === undefined) throw new Error('The build has no entry.');
  return entry;
}

/**
 * A chunk and what it imports.
 *
 * @param {readonly Chunk[]} chunks
 * @param {Chunk} first
 */
export function loadedWith(chunks, first) {
  const loaded = new Set([first]);
  // A set that grows meanwhile is walked to its end.
  for (const { imports } of loaded) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  }
  return [...loaded];
}

/** @param {readonly Chunk[]} chunks each is compressed by itself, as servers do */
export function kilobytes(chunks) {
  return chunks.reduce((sum, { code }) => sum + brotliCompressSync(code).byteLength, 0) / 1000;
}
