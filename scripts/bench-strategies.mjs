// @ts-check
// The chart of the locking strategies: rates on the left, p99 on the right, a group of bars for each tab. Plain SVG that
// follows the reader's light or dark setting.
import { escaped, STYLE } from './bench-chart.mjs';

/** @typedef {{ strategy: string, roles: readonly { role: string, rate: number, p99: number }[] }} Measured */

const WIDTH = 960;
const COLUMN = { width: 460, label: 170, value: 70 };
const BAR = { height: 16, gap: 5 };
const GROUP = { head: 24, space: 18 };
const TOP = 92;

/**
 * @param {readonly Measured[]} measured
 * @param {string} machine
 */
export function strategiesChart(measured, machine) {
  const roles = measured[0]?.roles.map(({ role }) => role) ?? [];
  const height = GROUP.head + measured.length * (BAR.height + BAR.gap) + GROUP.space;
  const bottom = TOP + roles.length * height;
  const groups = roles.flatMap((role, index) => {
    const y = TOP + index * height;
    const of = measured.map(({ strategy, roles: all }) => ({ strategy, ...all[index] }));
    return [
      group(
        role,
        of.map(({ strategy, rate }) => ({ strategy, value: rate ?? 0 })),
        10,
        y,
      ),
      group(
        role,
        of.map(({ strategy, p99 }) => ({ strategy, value: p99 ?? 0 })),
        10 + WIDTH / 2,
        y,
      ),
    ];
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom}" width="${WIDTH}" height="${bottom}" role="img">
<title>Throughput and p99 under three locking strategies</title>
<style>${STYLE}</style>
<rect class="paper" width="${WIDTH}" height="${bottom}"/>
<text class="text title" x="10" y="26">Four tabs at once, under three ways of locking the key store</text>
<text class="dim" x="10" y="46">${escaped(machine)}. Each tab does one kind of work.</text>
<text class="text head" x="10" y="76">Calls a second (longer is better)</text>
<text class="text head" x="${10 + WIDTH / 2}" y="76">p99 in ms (shorter is better)</text>
${groups.join('\n')}
</svg>
`;
}

/**
 * @param {string} role
 * @param {readonly { strategy: string, value: number }[]} bars
 * @param {number} x
 * @param {number} y
 */
function group(role, bars, x, y) {
  const room = COLUMN.width - COLUMN.label - COLUMN.value;
  const most = Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const drawn = bars.map(({ strategy, value }, index) => {
    const top = GROUP.head + index * (BAR.height + BAR.gap);
    const width = ((value / most) * room).toFixed(1);
    const middle = top + BAR.height / 2 + 4.5;
    const shown = value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 1 : 0 });
    return [
      `<text class="text" x="${COLUMN.label - 8}" y="${middle}" text-anchor="end">${escaped(strategy)}</text>`,
      `<rect class="${strategy === 'keyslot' ? 'own' : 'bar'}" x="${COLUMN.label}" y="${top}" width="${width}" height="${BAR.height}" rx="2"/>`,
      `<text class="dim value" x="${(COLUMN.label + Number(width) + 6).toFixed(1)}" y="${middle}">${shown}</text>`,
    ].join('');
  });
  return `<g transform="translate(${x} ${y})"><text class="dim" x="0" y="14">${escaped(role)}</text>${drawn.join('')}</g>`;
}
