// @ts-check
// What a writer of a crash test does next, drawn so that the store keeps about as many keys as it had.
import { randomUUID } from 'node:crypto';

/** About this many keys are kept: fewer are created than destroyed above, more below. */
const POPULATION = 40;

const KINDS = /** @type {const} */ (['P256', 'P256', 'SECP256K1', 'ED448']);

/**
 * Entered as begun before the page hears of it.
 *
 * @param {import('./crash-account.mjs').Account} account
 * @param {() => number} random
 * @returns {import('./crash-page.mjs').Write}
 */
export function drawStep(account, random) {
  const { there } = account;
  const surplus = there.size / POPULATION - 1;
  if (random() < 0.5 + surplus / 2) {
    const [id] = [...there].slice(Math.floor(random() * there.size));
    if (id !== undefined) {
      account.begin('destroy', id);
      return { act: 'destroy', id };
    }
  }
  const id = randomUUID();
  const kind = KINDS[Math.floor(random() * KINDS.length)] ?? 'P256';
  account.begin('create', id);
  return { act: 'create', id, kind, cache: random() < 0.5 };
}
