// @ts-check
// Makes a new Vite app in an empty folder, with keyslot as users get it: unpacked from the tarball, with
// its dependencies beside it. Those come from this repository's own node_modules, so that no network is
// needed.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @param {string} app
 * @param {string} root of this repository
 * @param {{ main: string, config: string }} code
 */
export function makeApp(app, root, code) {
  const modules = join(app, 'node_modules');
  mkdirSync(join(app, 'src'), { recursive: true });
  mkdirSync(modules);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'app', private: true, type: 'module' }));
  writeFileSync(
    join(app, 'index.html'),
    '<!doctype html><script type="module" src="/src/main.ts"></script>\n',
  );
  writeFileSync(join(app, 'src/main.ts'), code.main);
  writeFileSync(join(app, 'vite.config.ts'), code.config);
  // A tool: it may be a link. What the app itself ships is copied, since links would resolve to
  // this repository and hide a missing dependency.
  symlinkSync(join(root, 'node_modules/vite'), join(modules, 'vite'));
  unpack(app, root, join(modules, 'keyslot'));
  for (const name of dependencies(root, join(modules, 'keyslot'))) {
    cpSync(join(root, 'node_modules', name), join(modules, name), { recursive: true });
  }
}

/**
 * @param {string} app
 * @param {string} root
 * @param {string} target
 */
function unpack(app, root, target) {
  const packed = call('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', app], root);
  const [{ filename }] = JSON.parse(packed);
  mkdirSync(target, { recursive: true });
  call('tar', ['-xzf', join(app, filename), '-C', target, '--strip-components=1'], app);
}

/**
 * The names of all packages that the one in `folder` depends on, near and far. npm has laid them side by
 * side; a package with a node_modules of its own brings it along when it is copied.
 *
 * @param {string} root
 * @param {string} folder
 * @param {Set<string>} [known]
 * @returns {Set<string>}
 */
function dependencies(root, folder, known = new Set()) {
  const { dependencies: names = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  for (const name of Object.keys(names)) {
    if (known.has(name)) continue;
    known.add(name);
    dependencies(root, join(root, 'node_modules', name), known);
  }
  return known;
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function call(command, args, cwd) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status !== 0) throw new Error(`\`${command} ${args.join(' ')}\` failed:\n${stdout}${stderr}`);
  return stdout;
}
