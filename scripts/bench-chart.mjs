// @ts-check
// The chart of `npm run bench`: rates as bars, a panel a group, with the aim as a line. Plain SVG that
// follows the reader's light or dark setting.
import { aimOf, PLACES } from './bench-report.mjs';

const WIDTH = 960;
const PANEL = { width: 460, label: 130, value: 80, bar: 18, gap: 8, head: 42, space: 24 };
const TOP = 64;

export const STYLE = `
  .paper { fill: #ffffff } .text { fill: #1f2430 } .dim { fill: #5d6575 } .bar { fill: #aab3c5 }
  .own { fill: #2f6fde } .aim { stroke: #c2410c; stroke-width: 2; stroke-dasharray: 4 3 } .aimtext { fill: #c2410c }
  text { font: 13px system-ui, sans-serif } .title { font-size: 18px; font-weight: 600 } .head { font-weight: 600 }
  .where { font-weight: 400 } .value { font-variant-numeric: tabular-nums }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #14171f } .text { fill: #e6e9f0 } .dim { fill: #9aa3b5 } .bar { fill: #4d566a }
    .own { fill: #6ea0ff } .aim { stroke: #fb923c } .aimtext { fill: #fb923c }
  }`;

/**
 * @param {import('./bench-report.mjs').Group[]} groups
 * @param {string} machine
 */
export function chart(groups, machine) {
  /** @type {string[]} */
  const panels = [];
  let y = TOP;
  for (const name of new Set(groups.map((group) => group.name))) {
    const line = groups.filter((group) => group.name === name);
    panels.push(...line.map((group, column) => panel(group, 10 + column * (WIDTH / 2), y)));
    y += Math.max(...line.map(heightOf)) + PANEL.space;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${y}" width="${WIDTH}" height="${y}" role="img">
<title>Rates of keyslot and of its alternatives</title>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${y}"/>
<text class="text title" x="10" y="26">Operations a second, 64 calls in flight, 32-byte messages</text>
<text class="dim" x="10" y="46">${escaped(machine)}. Dashed: what keyslot aims at.</text>
${panels.join('\n')}
</svg>
`;
}

/** @param {import('./bench-report.mjs').Group} group */
function heightOf({ rows }) {
  return PANEL.head + rows.length * (PANEL.bar + PANEL.gap);
}

/**
 * @param {import('./bench-report.mjs').Group} group
 * @param {number} x
 * @param {number} y
 */
function panel({ name, place, reference, rows }, x, y) {
  const room = PANEL.width - PANEL.label - PANEL.value;
  const most = Math.max(...rows.map(({ rate }) => rate));
  const scale = (/** @type {number} */ rate) => (rate / most) * room;
  const bars = rows.map((row, index) => {
    const top = PANEL.head + index * (PANEL.bar + PANEL.gap);
    const own = row.name.startsWith('keyslot') ? 'own' : 'bar';
    const width = scale(row.rate).toFixed(1);
    const middle = top + PANEL.bar / 2 + 4.5;
    return [
      `<text class="text" x="${PANEL.label - 8}" y="${middle}" text-anchor="end">${escaped(row.name)}</text>`,
      `<rect class="${own}" x="${PANEL.label}" y="${top}" width="${width}" height="${PANEL.bar}" rx="2"/>`,
      `<text class="dim value" x="${(PANEL.label + Number(width) + 6).toFixed(1)}" y="${middle}">${Math.round(row.rate).toLocaleString('en')}</text>`,
    ].join('');
  });
  const where = name.startsWith('verify') ? '' : PLACES.find((known) => known.name === place)?.meaning;
  const limit = rows.find((row) => row.name === reference)?.rate ?? 0;
  const at = (PANEL.label + scale(limit * aimOf(name).rate)).toFixed(1);
  const bottom = PANEL.head + rows.length * (PANEL.bar + PANEL.gap) - PANEL.gap + 3;
  return `<g transform="translate(${x} ${y})">
<text class="text head" x="0" y="14">${escaped(name)}<tspan class="dim where"> ${where}</tspan></text>
${bars.join('\n')}
<line class="aim" x1="${at}" y1="${PANEL.head - 5}" x2="${at}" y2="${bottom}"/>
<text class="aimtext" x="${at}" y="${PANEL.head - 8}" text-anchor="middle">≥ ${aimOf(name).rate} × ${escaped(reference)}</text>
</g>`;
}

/** @param {string} text */
export function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
