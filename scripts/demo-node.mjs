// @ts-check
// Starts the Node process that verifies (demo-verify.mjs) and talks with it over its stdin and stdout.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('./demo-verify.mjs', import.meta.url));

/** @typedef {import('./demo-verify.mjs').Item} Item */
/** @typedef {import('./demo-verify.mjs').Verdict} Verdict */

/**
 * @param {Item[]} items
 * @returns {Promise<Verdict[]>}
 */
export async function verifyInNode(items) {
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  child.stdin.end(JSON.stringify(items));
  const [said, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`the verifying Node process ended with exit code ${code}`);
  return JSON.parse(said);
}

/**
 * The same signature with one bit of the signature itself turned over: a verifier that accepts it checks nothing.
 *
 * @param {string} jws
 */
export function tampered(jws) {
  const [header, payload, signature = ''] = jws.split('.');
  const bytes = Buffer.from(signature, 'base64url');
  const middle = bytes.length >> 1;
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  return `${header}.${payload}.${bytes.toString('base64url')}`;
}
