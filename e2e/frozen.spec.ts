// G9 against a host that is frozen: its process is stopped, not ended, so that nobody is told of anything. What it still
// believes when it thaws must not matter (SLOTS.md, interleaving 7).
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Key } from 'keyslot';
import { BrowserProcess } from '../scripts/browser-process.mjs';
import { test as base, expect } from './fixtures.ts';

const STORE = 'frozen';

const test = base.extend<{ browserProcess: BrowserProcess }>({
  browserProcess: async ({ launchOptions }, use) => {
    const profile = await mkdtemp(join(tmpdir(), 'keyslot-frozen-'));
    const process = await BrowserProcess.start(profile, launchOptions);
    await use(process);
    await process.kill();
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  },
});

test('G9 one owner: a frozen host is replaced, and when it thaws it does nothing with what its successor destroyed', async ({
  browserProcess,
  baseURL,
}) => {
  test.setTimeout(120_000);
  const { context } = browserProcess;
  const tab = async (path: string) => {
    const page = await context.newPage();
    await page.goto(new URL(path, String(baseURL)).href);
    return page;
  };
  const owner = await tab('/');
  await owner.evaluate(async (name) => {
    const { P256, utf8 } = window.kit;
    window.keys = await window.keyslot.openKeystore({ name });
    const init = { lifetime: 'persistent', ...P256, cache: true } as const;
    const key = await window.keys.generateKey({ id: 'key', ...init });
    await window.keys.generateKey({ id: 'left', ...init });
    // In its cache, as it will be when it thaws.
    await key.sign(utf8('data'));
  }, STORE);
  const { pid } = await browserProcess.hostRenderer();

  // Another build's tab, in a process of its own, follows the owner; and a port of its own leads to that.
  const other = await tab('/other/');
  await other.evaluate(async (name) => {
    window.keys = await window.keyslot.openKeystore({ name });
    const key = await window.keys.openKey('key');
    const { url } = await window.kit.readEpoch(name);
    const port = new window.kit.RawPort(url, name);
    await port.hello();
    const opened = (await port.call('open', { id: 'key' })) as { value: { generation: string } };
    Object.assign(window.kept, { key, port, generation: opened.value.generation });
  }, STORE);

  browserProcess.stop(pid);
  const during = await other.evaluate(async () => {
    const { code, utf8 } = window.kit;
    const key = window.kept['key'] as Key;
    const port = window.kept['port'] as InstanceType<typeof window.kit.RawPort>;
    // Waits in the port of the frozen host until that thaws.
    const handle = { id: 'key', generation: window.kept['generation'] };
    window.kept['late'] = port.call('sign', { handle, data: utf8('data') });
    // Answered by the successor, which this call makes its own host become.
    const signed = await code(key.sign(utf8('data')));
    return { signed, destroyed: await code(key.destroy()), left: await code(window.keys.openKey('left')) };
  });
  expect(during).toEqual({ signed: 'ok', destroyed: 'ok', left: 'ok' });

  browserProcess.go(pid);
  const late = (await other.evaluate(() => window.kept['late'])) as {
    value?: unknown;
    error?: { code: string };
  };
  expect(late.value).toBeUndefined();
  expect(late.error?.code).toBe('MOVED');
  // Its own tab goes on, by the new owner.
  const after = await owner.evaluate(async () => {
    const { code, utf8 } = window.kit;
    return [
      await code(window.keys.openKey('key')),
      await code(window.keys.openKey('left').then((key) => key.sign(utf8('data')))),
    ];
  });
  expect(after).toEqual(['DOES_NOT_EXIST', 'ok']);
});
