// @ts-check
// Numbers that look random and come again with their seed (mulberry32, by Tommy Ettinger, in the public domain).

/**
 * @param {number} seed
 * @returns {() => number} at least 0, below 1
 */
export function randomFrom(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
