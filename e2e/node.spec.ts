// The package under Node: importing it does nothing and throws nothing.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from './fixtures.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

async function run(script: string): Promise<string> {
  const args = ['--input-type=module', '-e', script];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
    cwd: root,
    timeout: 20_000,
  });
  return stdout + stderr;
}

test('importing the package under Node does nothing and throws nothing', async () => {
  expect(await run("await import('keyslot')")).toBe('');
  expect(await run("await import('keyslot/service-worker')")).toBe('');
  const names = await run(`
    const before = Reflect.ownKeys(globalThis).length;
    const { openKeystore, ...others } = await import('keyslot');
    console.log(\`\${Reflect.ownKeys(globalThis).length - before} \${typeof openKeystore}\`);
  `);
  expect(names.trim()).toBe('0 function');
});

test('openKeystore under Node is NOT_SUPPORTED, attachedKeystore BAD_STATE', async () => {
  const codes = await run(`
    const { attachedKeystore, openKeystore, KeystoreError } = await import('keyslot');
    const code = (error) => error instanceof KeystoreError && error.code;
    console.log(await openKeystore({ name: 'x' }).catch(code), await attachedKeystore().catch(code));
  `);
  expect(codes.trim()).toBe('NOT_SUPPORTED BAD_STATE');
});
