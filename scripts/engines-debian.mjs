// @ts-check
// Installs Debian's packages, where this is Debian and the user may.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** The longest that one command may take, in milliseconds. */
const LIMIT = 10 * 60_000;

let updated = false;

/**
 * Says what came in the way, or an empty text if the packages are there.
 *
 * @param {readonly string[]} packages
 */
export function install(packages) {
  const command = `apt-get install ${packages.join(' ')}`;
  if (!isDebian()) return 'not found, and this is no Debian to install it from';
  if (process.getuid?.() !== 0) return `not found: \`${command}\` as root`;
  process.stderr.write(`Trying \`${command}\` …\n`);
  updated ||= run('apt-get', ['update']);
  if (!updated) return 'not found, and `apt-get update` failed';
  return run('apt-get', ['install', '-y', '--no-install-recommends', ...packages])
    ? ''
    : `not found, and \`${command}\` failed`;
}

function isDebian() {
  try {
    return /^ID(_LIKE)?=.*\bdebian\b/m.test(readFileSync('/etc/os-release', 'utf8'));
  } catch {
    return false;
  }
}

/**
 * @param {string} command
 * @param {string[]} args
 */
function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Everything goes to stderr: stdout has the checks.
  return spawnSync(command, args, { stdio: ['ignore', 2, 2], timeout: LIMIT, env }).status === 0;
}
