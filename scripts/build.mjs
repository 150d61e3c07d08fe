// @ts-check
// Builds the package into dist/: the client file by file with its types, and the worker as one bundle
// with lazy chunks; the broker and the host's own worker as others. The client stays unbundled so that an app's own bundler sees the literals
// such as `new SharedWorker(new URL('../worker.js', import.meta.url))`; the workers carry their dependencies
// because import maps do not reach workers.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** Folders of src/ that run in the worker only: nothing that a tab imports may reach them. */
const HOST_ONLY = ['host', 'slots', 'store'];

/** Of the drivers, what the tab runs too (src/README.md): nothing else of theirs may be reached from there. */
const SHARED_DRIVERS = [
  ...['driver', 'failures'],
  ...['compute', 'engine', 'export', 'faults', 'params', 'public'].map((name) => `webcrypto/${name}`),
];

/** Scripts that run in workers. They have no importable names; their own declarations would publish the host's. */
const WORKERS = ['worker', 'broker', 'slow'];

const WORKER_LITERALS = [
  "new SharedWorker(new URL('../worker.js', import.meta.url)",
  "new Worker(new URL('../../worker.js', import.meta.url)",
  "new SharedWorker(new URL('../../broker.js', import.meta.url)",
];

/**
 * The host's own worker as src/ names it; in dist/ the path depends on the chunk. Vite would follow the literal and put a copy
 * of that worker into the bundle, where an app's bundler finds it no more.
 */
const NESTED = "new URL('../../slow.js', import.meta.url)";

/** A name that no code has stands for it meanwhile. */
const PLACEHOLDER = '__KEYSLOT_SLOW_URL__';

rmSync(dist, { recursive: true, force: true });
compileClient();
for (const name of WORKERS) checkWorker(await bundleWorker(name));
checkNested();
checkClient();

function compileClient() {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  if (status !== 0) stop('tsc found errors in what src/index.ts reaches: correct them.');
  for (const name of WORKERS) writeFileSync(join(dist, `${name}.d.ts`), 'export {};\n');
}

/** @param {string} name */
async function bundleWorker(name) {
  const { plugin, isCore } = coreOf();
  return build({
    configFile: false,
    root,
    publicDir: false,
    logLevel: 'warn',
    plugins: [keepNested(), plugin],
    build: {
      outDir: dist,
      emptyOutDir: false,
      target: 'es2023',
      // Left readable for audits: the app's own build minifies it.
      minify: false,
      // A preload step would touch `document`, which a worker has not.
      modulePreload: false,
      lib: { entry: join(root, `src/${name}.ts`), formats: ['es'] },
      rolldownOptions: {
        output: {
          entryFileNames: `${name}.js`,
          chunkFileNames: 'chunks/[name]-[hash].js',
          codeSplitting: { groups: [{ name: 'core', test: isCore }] },
        },
      },
    },
  });
}

/**
 * All that a worker starts with, as one chunk: split by who else needs what, it would be ten small ones, which compress worse and
 * which apps' bundlers split again. Not in the entry: what the lazy chunks import must have one address, and a worker's own is
 * the app's affair. (Loaded again under another, as a server of a dev build asks for it with a query, it would run twice.)
 */
function coreOf() {
  /** @type {Set<string>} */
  const core = new Set();
  /** @type {import('vite').Plugin} */
  const plugin = {
    name: 'core',
    buildEnd() {
      const all = [...this.getModuleIds()]
        .map((id) => this.getModuleInfo(id))
        .filter((info) => info !== null);
      if (all.every(({ dynamicallyImportedIds }) => dynamicallyImportedIds.length === 0)) return;
      const entries = all.filter(({ isEntry }) => isEntry);
      const reach = (/** @type {string} */ id) => {
        if (core.has(id)) return;
        core.add(id);
        for (const next of this.getModuleInfo(id)?.importedIds ?? []) reach(next);
      };
      for (const { importedIds } of entries) for (const id of importedIds) reach(id);
    },
  };
  return { plugin, isCore: (/** @type {string} */ id) => core.has(id) };
}

/** Leaves the literal of the host's own worker for the app's bundler. @returns {import('vite').Plugin} */
function keepNested() {
  return {
    name: 'keep-nested',
    enforce: 'pre',
    transform: (code) => (code.includes(NESTED) ? code.replace(NESTED, PLACEHOLDER) : undefined),
    renderChunk(code, { fileName }) {
      const path = fileName.includes('/') ? '../slow.js' : './slow.js';
      return code.replace(PLACEHOLDER, `new URL('${path}', import.meta.url)`);
    },
  };
}

function checkNested() {
  const literal = 'new Worker(new URL("../slow.js", import.meta.url)';
  if (scripts().some((file) => file.startsWith('chunks/') && read(file).includes(literal))) return;
  stop(`No chunk of the worker has the literal ${literal}…: Vite and webpack need it word for word.`);
}

/** What a wrong import would break without a word is checked here. */
function checkClient() {
  for (const folder of HOST_ONLY) {
    if (existsSync(join(dist, folder))) {
      stop(
        `src/index.ts reaches src/${folder}/, which is the host's: move what the client needs to src/rpc/ or src/algorithms/.`,
      );
    }
  }
  const client = scripts().filter((file) => !inWorker(file));
  for (const file of client) {
    const [folder, ...path] = file.replace(/\.js$/, '').split(sep);
    const driver = path.join('/');
    if (folder !== 'drivers' || SHARED_DRIVERS.includes(driver)) continue;
    stop(`src/index.ts reaches src/drivers/${driver}.ts, which is the host's: the tab has no use for it.`);
  }
  for (const literal of WORKER_LITERALS) {
    if (client.some((file) => read(file).includes(literal))) continue;
    stop(`No file of dist/ has the literal ${literal}…: Vite and webpack need it word for word.`);
  }
}

/** @param {Awaited<ReturnType<typeof build>>} built */
function checkWorker(built) {
  const outputs = (Array.isArray(built) ? built : [built]).flatMap((result) =>
    'output' in result ? result.output : [],
  );
  const own = new Set(outputs.map(({ fileName }) => fileName));
  for (const part of outputs) {
    if (part.type !== 'chunk') continue;
    const foreign = [...part.imports, ...part.dynamicImports].find((file) => !own.has(file));
    if (foreign)
      stop(`dist/${part.fileName} imports '${foreign}', which a worker cannot resolve: bundle it.`);
  }
}

/** @param {string} file */
function inWorker(file) {
  return WORKERS.some((name) => file === `${name}.js`) || file.startsWith('chunks/');
}

function scripts() {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.js'))
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)));
}

/** @param {string} file */
function read(file) {
  return readFileSync(join(dist, file), 'utf8');
}

/**
 * @param {string} message
 * @returns {never}
 */
function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
