// @ts-check
// A static file server for the browser tests, the demo and the benchmarks: cross-origin isolated, nothing
// cached, several folders at several prefixes (a second copy of the worker is a second build to the
// browser). node scripts/serve.mjs FOLDER --port 4180 --mount /other/=FOLDER
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

/** @type {Record<string, string>} */
const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.md': 'text/plain; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
};

const HEADERS = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * @typedef {object} StaticServer
 * @property {string} url the origin with a final slash
 * @property {number} port
 * @property {(prefix: string, folder: string) => void} mount adds or replaces a folder; `prefix` begins and ends with `/`
 * @property {(prefix: string) => void} unmount
 * @property {() => Promise<void>} close
 */

/**
 * Serves `root` on 127.0.0.1. Port 0, the default, takes any free one.
 *
 * @param {{ root: string, port?: number, mounts?: Record<string, string>, headers?: Record<string, string> }} options
 * `headers`: more of them, for every answer
 * @returns {Promise<StaticServer>}
 */
export async function startServer({ root, port = 0, mounts = {}, headers = {} }) {
  const folders = new Map([['/', resolve(root)]]);
  /** @type {StaticServer['mount']} */
  const mount = (prefix, folder) => {
    if (!prefix.startsWith('/') || !prefix.endsWith('/')) {
      throw new Error(`A prefix begins and ends with a slash: '${prefix}'.`);
    }
    folders.set(prefix, resolve(folder));
  };
  for (const [prefix, folder] of Object.entries(mounts)) mount(prefix, folder);

  const server = createServer(async (request, response) => {
    const path = fileFor(folders, request.url ?? '/');
    const body = path === undefined ? undefined : await readFile(path).catch(() => undefined);
    if (path === undefined || body === undefined) {
      response.writeHead(404, { ...HEADERS, ...headers, 'Content-Type': 'text/plain' }).end('not found\n');
      return;
    }
    const type = TYPES[extname(path)] ?? 'application/octet-stream';
    response.writeHead(200, {
      ...HEADERS,
      ...headers,
      'Content-Type': type,
      'Content-Length': body.byteLength,
    });
    response.end(request.method === 'HEAD' ? undefined : body);
  });
  await new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, '127.0.0.1', () => done(undefined));
  });
  const address = server.address();
  const bound = typeof address === 'object' && address ? address.port : port;
  return {
    url: `http://127.0.0.1:${bound}/`,
    port: bound,
    mount,
    unmount: (prefix) => void folders.delete(prefix),
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}

/**
 * The file that a request means, or undefined if it lies outside the folder. The longest prefix wins.
 *
 * @param {Map<string, string>} folders
 * @param {string} target
 */
function fileFor(folders, target) {
  let path;
  try {
    path = decodeURIComponent(new URL(target, 'http://localhost').pathname);
  } catch {
    return undefined;
  }
  const prefix = [...folders.keys()]
    .filter((key) => path.startsWith(key))
    .sort((a, b) => b.length - a.length)[0];
  const folder = prefix === undefined ? undefined : folders.get(prefix);
  if (prefix === undefined || folder === undefined) return undefined;
  const name = path.slice(prefix.length);
  const file = resolve(folder, name === '' || name.endsWith('/') ? `${name}index.html` : name);
  return file.startsWith(folder + sep) ? file : undefined;
}

async function main() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      port: { type: 'string', default: '0' },
      mount: { type: 'string', multiple: true, default: [] },
    },
  });
  const [root] = positionals;
  if (root === undefined) throw new Error('Say which folder to serve: node scripts/serve.mjs FOLDER');
  const mounts = Object.fromEntries(
    values.mount.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
  const server = await startServer({ root, port: Number(values.port), mounts });
  console.log(server.url);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main();
}
