// @ts-check
// How much of the package an app's visitors load: built and minified as Vite builds an app, compressed by brotli.
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { build } from 'vite';
import { rows } from './bench-lines.mjs';
import { verdict } from './bench-report.mjs';
import { root } from './bench-run.mjs';

/** @typedef {import('vite').Rolldown.OutputChunk} Chunk */

/** In kB of 1000 bytes. */
const AIMS = { client: 10, core: 30 };

/** Prints the sizes; the package need not be built. */
export async function sizes() {
  const whole = await chunksOf('index', []);
  // What is left of the client without its tables of algorithms, which it imports statically.
  const bare = await chunksOf('index', [/[\\/]src[\\/]algorithms[\\/]/]);
  const worker = await chunksOf('worker', []);
  const client = kilobytes(loadedWith(bare, entryOf(bare)));
  const core = loadedWith(worker, entryOf(worker));
  const lazy = worker.filter((chunk) => !core.includes(chunk));
  const family = lazy.filter(({ isDynamicEntry }) => isDynamicEntry);
  const table = {
    client: kilobytes(loadedWith(whole, entryOf(whole))),
    clientWithoutAlgorithms: client,
    core: kilobytes(core),
    lazy: lazy.map((chunk) => ({
      chunk: chunk.name,
      own: kilobytes([chunk]),
      first: kilobytes(loadedWith(worker, chunk).filter((part) => !core.includes(part))),
      entry: family.includes(chunk),
    })),
  };
  rows(
    ['minified, brotli, kB', 'its own', 'loaded at first use'],
    [
      ['client', table.client, ''],
      ['client without src/algorithms', client, ''],
      ["host's core", table.core, ''],
      ...table.lazy
        .toSorted((a, b) => Number(b.entry) - Number(a.entry) || a.chunk.localeCompare(b.chunk))
        .map(({ chunk, own, first, entry }) =>
          entry ? [`host: ${chunk}`, own, first] : [`host: (shared) ${chunk}`, own, ''],
        ),
    ],
    2,
  );
  const noble = core.flatMap(({ moduleIds }) => moduleIds.filter((id) => /node_modules\/@noble\//.test(id)));
  const inCore = [...new Set(noble.map((id) => id.replace(/^.*node_modules\//, '').replace(/\?.*$/, '')))];
  const lines = [
    verdict('client without algorithms, kB brotli', client, '≤', AIMS.client),
    verdict("host's core, kB brotli", table.core, '≤', AIMS.core),
    verdict("files of noble in the host's core", inCore.length, '≤', 0),
  ];
  console.log(['', ...lines, ...inCore.map((file) => `    ${file}`)].join('\n'));
  return table;
}

/**
 * @param {string} name of an entry of src/
 * @param {RegExp[]} external
 */
async function chunksOf(name, external) {
  const built = await build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2023',
      modulePreload: false,
      rolldownOptions: {
        input: join(root, `src/${name}.ts`),
        external,
        preserveEntrySignatures: 'strict',
        output: { chunkFileNames: '[name].js' },
      },
    },
  });
  const outputs = Array.isArray(built) ? built : [built];
  return outputs
    .flatMap((result) => ('output' in result ? result.output : []))
    .filter((part) => part.type === 'chunk');
}

/** @param {readonly Chunk[]} chunks */
function entryOf(chunks) {
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
function loadedWith(chunks, first) {
  const loaded = new Set([first]);
  // A set that grows meanwhile is walked to its end.
  for (const { imports } of loaded) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) loaded.add(chunk);
  }
  return [...loaded];
}

/** @param {readonly Chunk[]} chunks each is compressed by itself, as servers do */
function kilobytes(chunks) {
  return chunks.reduce((sum, { code }) => sum + brotliCompressSync(code).byteLength, 0) / 1000;
}
