// @ts-check
// The report of `npm run bench` as text, and the aims that it is held against.

/** @typedef {import('../bench/summary.ts').Row} Row */
/** @typedef {{ name: string, place: string, reference: string, rows: Row[] }} Group */
/** @typedef {{ reference: string, rate: number, p50?: number }} Aim */
/** @typedef {{ name: string, isolated: boolean, meaning: string }} Place */

/**
 * Where the SharedWorker runs, seen from the page. Chromium never puts one into the process of a page that
 * is cross-origin isolated; of other pages, it shares the process of the one that started it.
 *
 * @type {readonly Place[]}
 */
export const PLACES = [
  { name: 'isolated', isolated: true, meaning: 'host in another process than the page' },
  { name: 'plain', isolated: false, meaning: 'host in the process of the page' },
];

/**
 * What keyslot aims at in a group, as ratios to the reference: at least this rate, at most this median
 * latency. A verification makes no trip, so its reference is the tab.
 *
 * @param {string} group
 * @returns {Aim}
 */
export function aimOf(group) {
  if (group.startsWith('verify')) return { reference: 'in the tab', rate: 0.97 };
  return { reference: 'bare port', rate: group.includes('HMAC') ? 0.7 : 0.85, p50: 1.25 };
}

/**
 * @param {{ browser: string, cores: number, cpu: string, load: number }} machine
 * @param {import('../bench/measure.ts').Plan} plan
 */
export function header({ browser, cores, cpu, load }, { rounds, slice, inFlight }) {
  return [
    `${browser}, ${cores} cores (${cpu}), 32-byte messages, ${inFlight} calls in flight,`,
    `${rounds} rounds of ${slice} ms a variant; medians of the rounds. Latencies in ms.`,
    '"alone": mean latency with one call in flight. Ratios are to the row whose ratios are 1.',
    ...PLACES.map(({ name, meaning }) => `${name}: ${meaning}.`),
    ...(load > cores / 4
      ? [`The machine was busy before the run (load ${load.toFixed(1)}): run it again on one at rest.`]
      : []),
  ].join('\n');
}

/** @param {Group} group */
export function table({ name, place, rows }) {
  const head = [`${name}, ${place}`, 'p50', 'p99', 'ops/s', 'alone', 'p50 ratio', 'rate ratio'];
  const lines = rows.map((row) => [
    row.name,
    row.p50.toFixed(2),
    row.p99.toFixed(2),
    Math.round(row.rate).toLocaleString('en'),
    row.alone.toFixed(3),
    row.ratio.p50.toFixed(2),
    row.ratio.rate.toFixed(2),
  ]);
  const widths = head.map((cell, column) => Math.max(column === 0 ? 26 : 8, cell.length));
  /** @param {string[]} cells */
  const line = (cells) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return ['', line(head), line(widths.map((width) => '-'.repeat(width))), ...lines.map(line)].join('\n');
}

/** @param {Group[]} groups */
export function verdicts(groups) {
  const lines = groups.flatMap(({ name, place, rows }) => {
    const aim = aimOf(name);
    const row = rows.find((candidate) => candidate.name === 'keyslot');
    if (!row) return [];
    const rate = verdict(`${name}, ${place}: rate`, row.ratio.rate, '≥', aim.rate);
    return aim.p50 === undefined
      ? [rate]
      : [verdict(`${name}, ${place}: p50`, row.ratio.p50, '≤', aim.p50), rate];
  });
  return ['', 'The aims of keyslot, as ratios', ...lines, ''].join('\n');
}

/**
 * @param {string} what
 * @param {number} value
 * @param {'<' | '≤' | '≥'} relation
 * @param {number} aim
 */
export function verdict(what, value, relation, aim) {
  const met = { '<': value < aim, '≤': value <= aim, '≥': value >= aim }[relation];
  return `  ${met ? '✓' : '✗'} ${what.padEnd(36)} ${value.toFixed(2)}  (aim ${relation} ${aim})`;
}
