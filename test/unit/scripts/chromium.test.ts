// Which browser the commands find: the one that is named, then what is on the PATH and starts. Each case runs in a process of
// its own, with a PATH of its own and executables that only say whether they start.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';

const module = fileURLToPath(new URL('../../../scripts/chromium.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'keyslot-browsers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A folder with executables, by name, and what each of them ends with. */
function folderOf(name: string, executables: Readonly<Record<string, number>>): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const [executable, status] of Object.entries(executables)) {
    writeFileSync(join(path, executable), `#!/bin/sh\nexit ${status}\n`);
    chmodSync(join(path, executable), 0o755);
  }
  return path;
}

const first = folderOf('first', { 'google-chrome': 0 });
const second = folderOf('second', { chromium: 0 });
const stub = folderOf('stub', { chromium: 1, 'google-chrome': 0 });

function found(path: string, named = ''): { path: string; error: string } {
  const script = `import { findChromium } from ${JSON.stringify(module)};
    try { console.log(findChromium()); } catch (error) { console.error(error.message); }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { PATH: path, HOME: folder, KEYSLOT_CHROMIUM: named },
    encoding: 'utf8',
    timeout: 60_000,
  });
  return { path: stdout.trim(), error: stderr.trim() };
}

it('takes the one that KEYSLOT_CHROMIUM names, whatever is on the PATH', () => {
  const named = join(first, 'google-chrome');
  expect(found(second, named)).toEqual({ path: named, error: '' });
});

it('says in one line what is wrong with the one that is named', () => {
  const missing = join(folder, 'nowhere');
  expect(found(second, missing).error).toBe(
    `KEYSLOT_CHROMIUM is ${missing}, which does not exist: correct it or unset it.`,
  );
  const broken = join(stub, 'chromium');
  expect(found(second, broken).error).toBe(
    `KEYSLOT_CHROMIUM is ${broken}, which does not start: correct it or unset it.`,
  );
});

it('takes chromium before google-chrome, in whatever folder of the PATH it is', () => {
  expect(found(`${first}:${second}`).path).toBe(join(second, 'chromium'));
});

it('passes over a stub that does not start', () => {
  expect(found(stub).path).toBe(join(stub, 'google-chrome'));
});
