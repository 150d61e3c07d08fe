// @ts-check
// How much of the package an app's visitors load: built and minified as Vite builds an app, compressed by brotli.
import { rows } from './bench-lines.mjs';
import { verdict } from './bench-report.mjs';
import { clientSizes, entryOf, kilobytes, loadedWith, workerChunks } from './sizes.mjs';

/** In kB of 1000 bytes. */
const AIMS = { client: 10, core: 30 };

/** When the client loads its parts, by the file that a dynamic import names. */
const WHEN = { opened: 'at each open, beside the host', ways: 'where topology is elected' };

/** Prints the sizes of the built package: the client's from its sources, the host's as apps find it in `dist/`. */
export async function sizes() {
  const client = await clientSizes();
  const bare = await clientSizes([/[\\/]src[\\/]algorithms[\\/]/]);
  const worker = await workerChunks();
  const core = loadedWith(worker, entryOf(worker));
  const lazy = worker.filter((chunk) => !core.includes(chunk));
  const table = {
    client: client.first,
    clientWithoutAlgorithms: bare.first,
    later: Object.entries(client.later).map(([chunk, added]) => ({
      chunk,
      added,
      withoutAlgorithms: bare.later[chunk],
    })),
    core: kilobytes(core),
    lazy: lazy.map((chunk) => ({
      chunk: chunk.name,
      own: kilobytes([chunk]),
      first: kilobytes(loadedWith(worker, chunk).filter((part) => !core.includes(part))),
      entry: chunk.isDynamicEntry,
    })),
  };
  rows(
    ['client: minified, brotli, kB', 'added', 'without src/algorithms'],
    [
      ['at first: what openKeystore imports', table.client, table.clientWithoutAlgorithms],
      ...table.later.map(({ chunk, added, withoutAlgorithms = added }) => [
        `${chunk}: ${Object.entries(WHEN).find(([name]) => name === chunk)?.[1] ?? 'when needed'}`,
        added,
        withoutAlgorithms,
      ]),
    ],
    2,
  );
  rows(
    ['host: minified, brotli, kB', 'its own', 'loaded at first use'],
    [
      ['core', table.core, ''],
      ...table.lazy
        .toSorted((a, b) => Number(b.entry) - Number(a.entry) || a.chunk.localeCompare(b.chunk))
        .map(({ chunk, own, first, entry }) =>
          entry ? [chunk, own, first] : [`(shared) ${chunk}`, own, ''],
        ),
    ],
    2,
  );
  const noble = core.flatMap(({ moduleIds }) => moduleIds.filter((id) => /node_modules\/@noble\//.test(id)));
  const inCore = [...new Set(noble.map((id) => id.replace(/^.*node_modules\//, '').replace(/\?.*$/, '')))];
  const lines = [
    verdict(
      'client at first, without algorithms, kB brotli',
      table.clientWithoutAlgorithms,
      '≤',
      AIMS.client,
    ),
    verdict("host's core, kB brotli", table.core, '≤', AIMS.core),
    verdict("files of noble in the host's core", inCore.length, '≤', 0),
  ];
  console.log(['', ...lines, ...inCore.map((file) => `    ${file}`)].join('\n'));
  return table;
}
