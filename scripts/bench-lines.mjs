// @ts-check
// What benchmarks print: tables of figures, and whether an aim is met.

/** @param {readonly number[]} values */
export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * @param {readonly string[]} head
 * @param {readonly (readonly (string | number)[])[]} lines
 * @param {number} digits of numbers that are not whole
 */
export function rows(head, lines, digits) {
  const cells = lines.map((line) => line.map((cell) => text(cell, digits)));
  const widths = head.map((title, column) =>
    Math.max(title.length, ...cells.map((line) => line[column]?.length ?? 0)),
  );
  /** @param {readonly string[]} line */
  const print = (line) =>
    console.log(
      line
        .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
        .join('  '),
    );
  console.log();
  print(head);
  print(widths.map((width) => '-'.repeat(width)));
  for (const line of cells) print(line);
}

/**
 * @param {string | number} cell
 * @param {number} digits
 */
function text(cell, digits) {
  if (typeof cell === 'string') return cell;
  const places = {
    minimumFractionDigits: Number.isInteger(cell) ? 0 : digits,
    maximumFractionDigits: digits,
  };
  return cell.toLocaleString('en', places);
}

/**
 * @param {string} what
 * @param {number} value
 * @param {'<' | '≤' | '≥'} relation
 * @param {number} limit
 */
export function aim(what, value, relation, limit) {
  const met = { '<': value < limit, '≤': value <= limit, '≥': value >= limit }[relation];
  console.log(`  ${met ? '✓' : '✗'} ${what}: ${value.toFixed(2)}  (aim ${relation} ${limit})`);
}
