// @ts-check
// A Node process that knows nothing of keyslot: it reads signatures and exported public keys from stdin, and
// verifies them with jose against the README that it reads from disk itself. Answers as JSON on stdout.
// scripts/demo-node.mjs starts it.
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { calculateJwkThumbprint, compactVerify, importJWK } from 'jose';

/**
 * `payload` says what must have been signed: the README, or a numbered copy of it from the loop.
 *
 * @typedef {object} Item
 * @property {string} jws
 * @property {JsonWebKey | null} publicKey
 * @property {'readme' | number} payload
 *
 * @typedef {object} Verdict
 * @property {boolean} verified
 * @property {string} kid
 * @property {string} thumbprint
 * @property {string} reason why not, if not
 */

const readme = readFileSync(new URL('../README.md', import.meta.url));

/** @type {Item[]} */
const items = JSON.parse(await text(process.stdin));
/** @type {Verdict[]} */
const verdicts = [];
for (const item of items) verdicts.push(await verdict(item));
process.stdout.write(JSON.stringify(verdicts));

/**
 * @param {Item} item
 * @returns {Promise<Verdict>}
 */
async function verdict({ jws, publicKey, payload }) {
  try {
    const [header = ''] = jws.split('.');
    const { kid, alg } = JSON.parse(Buffer.from(header, 'base64url').toString());
    if (publicKey === null) throw new Error('there is no public key');
    const jwk = /** @type {import('jose').JWK} */ (publicKey);
    const key = await importJWK(jwk, alg);
    const { payload: signed } = await compactVerify(jws, key);
    if (!bytesOf(payload).equals(signed)) throw new Error('another document was signed');
    return { verified: true, kid, thumbprint: await calculateJwkThumbprint(jwk), reason: '' };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { verified: false, kid: '', thumbprint: '', reason };
  }
}

/** @param {Item['payload']} payload */
function bytesOf(payload) {
  return payload === 'readme' ? readme : Buffer.concat([Buffer.from(`Document ${payload}\n`), readme]);
}
