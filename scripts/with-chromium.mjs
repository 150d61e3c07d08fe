// @ts-check
// Runs a command with KEYSLOT_CHROMIUM set, so that the configurations of Vitest and Playwright need not
// look for a browser themselves: node scripts/with-chromium.mjs vitest run
import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from './chromium.mjs';

const [command, ...args] = process.argv.slice(2);
if (!command) fail('Say which command to run: node scripts/with-chromium.mjs vitest run');

let path = '';
try {
  path = findChromium();
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

const bin = fileURLToPath(new URL('../node_modules/.bin', import.meta.url));
const child = spawn(command, args, {
  stdio: 'inherit',
  env: { ...process.env, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}`, KEYSLOT_CHROMIUM: path },
});
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.on(signal, () => child.kill(signal));
}
child.on('error', (error) => fail(`${command} did not start: ${error.message}. Run \`npm ci\` first.`));
child.on('exit', (code) => process.exit(code ?? 1));

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
