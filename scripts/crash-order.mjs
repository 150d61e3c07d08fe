// @ts-check
// Judges what the witness in a host has seen (e2e/site/public/recorder.js): G3 promises that a creation or destruction
// is answered after the `complete` of the strict transaction that did it.

/** @typedef {import('../e2e/recorder.ts').Entry} Entry */

/** What must have been done to the record before a method is answered. */
const DEEDS = Object.freeze({ generate: ['add', 'put'], destroy: ['delete'] });

/**
 * @param {readonly Entry[]} log
 * @returns {{ answers: number, early: string[] }}
 */
export function judgeOrder(log) {
  /** Strict transactions, by number. @type {Set<number | undefined>} */
  const strict = new Set();
  /** Done in a strict transaction that is not complete, by its number. @type {Map<number | undefined, string[]>} */
  const underWay = new Map();
  /** Complete. @type {Set<string>} */
  const durable = new Set();
  /** @type {string[]} */
  const early = [];
  let answers = 0;
  for (const { what, number, mode, durability, id, asked } of log) {
    if (what === 'transaction' && mode === 'readwrite' && durability === 'strict') strict.add(number);
    else if (what === 'complete') for (const deed of underWay.get(number) ?? []) durable.add(deed);
    else if (what === 'answer' && (asked === 'generate' || asked === 'destroy')) {
      answers += 1;
      if (!DEEDS[asked].some((deed) => durable.has(`${deed} ${id}`))) early.push(`${asked} ${id}`);
    } else if (strict.has(number)) underWay.set(number, [...(underWay.get(number) ?? []), `${what} ${id}`]);
  }
  return { answers, early };
}
