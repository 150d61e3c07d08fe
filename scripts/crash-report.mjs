// @ts-check
// What a crash test says: a line while it runs, and the account at its end.
import { VIOLATIONS } from './crash-account.mjs';

/** @typedef {import('./crash-rounds.mjs').Row} Row */
/** @typedef {import('./crash-rounds.mjs').Account} Account */

/** Violations that are told in words. */
const SHOWN = 20;

/** @type {readonly [string, (row: Row) => number][]} */
const COLUMNS = [
  ['kills', ({ kills }) => kills],
  ['tabs lost', ({ tabs }) => tabs],
  ['created', ({ counts }) => counts.created],
  ['destroyed', ({ counts }) => counts.destroyed],
  ['  whole', ({ counts }) => counts.kept],
  ['absent', ({ counts }) => counts.dropped],
  ['gone', ({ counts }) => counts.done],
  ['still there', ({ counts }) => counts.undone],
];

/**
 * What happened, by way of killing.
 *
 * @param {readonly Row[]} rows
 */
export function table(rows) {
  const width = Math.max(...rows.map(({ name }) => name.length));
  /** @param {readonly (string | number)[]} cells */
  const line = ([name = '', ...cells]) =>
    [
      String(name).padEnd(width),
      ...cells.map((cell, i) => String(cell).padStart(2 + (COLUMNS[i]?.[0].length ?? 0))),
    ].join('');
  const sum = COLUMNS.map(([, count]) => rows.reduce((all, row) => all + count(row), 0));
  return [
    `${''.padEnd(width + 18)}${'acknowledged'.padStart(20)}${'cut off: create'.padStart(17)}${'destroy'.padStart(19)}`,
    line(['killed', ...COLUMNS.map(([title]) => title)]),
    ...rows.map((row) => line([row.name, ...COLUMNS.map(([, count]) => count(row))])),
    line(['sum', ...sum]),
  ].join('\n');
}

/**
 * What must not be, and how often it was.
 *
 * @param {readonly Account['violations'][number][]} violations
 * @param {readonly string[]} losses the browser's own
 */
export function account(violations, losses) {
  const lines = Object.entries(VIOLATIONS).map(([kind, name]) => {
    const count = violations.filter((violation) => violation.kind === kind).length;
    return `${count === 0 ? '✓' : '✗'} ${name.padEnd(40)}${String(count).padStart(4)}`;
  });
  const texts = violations.slice(0, SHOWN).map(({ kind, text }) => `  ${VIOLATIONS[kind]}: ${text}`);
  if (violations.length > SHOWN) texts.push(`  … and ${violations.length - SHOWN} more`);
  const lost = losses.map((text) => `! the browser lost ${text} (github.com/google/leveldb/issues/1287)`);
  return [...lines, ...texts, ...lost].join('\n');
}

/**
 * A line that is written over on a terminal; elsewhere one for every tenth kill.
 *
 * @param {number} all
 * @returns {(kills: number, account: Account) => void}
 */
export function progress(all) {
  const begin = performance.now();
  let told = 0;
  return (kills, { counts, violations }) => {
    const seconds = ((performance.now() - begin) / 1000).toFixed(0);
    const acknowledged = counts.created + counts.destroyed;
    const line = `${kills} of ${all} kills, ${acknowledged} acknowledgements, ${violations.length} violations, ${seconds} s`;
    if (process.stdout.isTTY) process.stdout.write(`\r${line}${kills >= all ? '\n' : ''}`);
    else if (kills >= all || kills - told >= 10) {
      told = kills;
      console.log(line);
    }
  };
}
