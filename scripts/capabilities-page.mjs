// @ts-check
// docs/capabilities.md, from what three engines said.

/** @typedef {import('keyslot').VariantDetail} VariantDetail */
/** @typedef {VariantDetail['driver']} Driver */

/**
 * @typedef {object} Seen what one engine said
 * @property {string} name
 * @property {string} version
 * @property {Readonly<Record<string, VariantDetail>>} details
 * @property {Readonly<Record<string, Driver>>} digests
 */

/** @param {readonly Seen[]} seen */
export function page(seen) {
  const variants = [...new Set(seen.flatMap(({ details }) => Object.keys(details)))];
  const digests = [...new Set(seen.flatMap((its) => Object.keys(its.digests)))];
  const rows = variants.map((variant) => ({ variant, all: everything(seen, variant) }));
  return `# What keyslot can do, by engine

Written by \`npm run capabilities\` from what \`keys.capabilities()\` tells in ${seen
    .map(({ name, version }) => `${name} ${version.replace(/^[^0-9]*/, '')}`)
    .join(', ')},
all on Linux. Found out by trying. What counts is your browser's own answer.

**native**: the engine computes, and keeps the key where no script can read it. **noble**: JavaScript computes, in keyslot's
worker. **–**: not there; its creation answers \`NOT_SUPPORTED\`. What an engine lacks of the second table is said beside it.

| variant | ${seen.map(({ name }) => name).join(' | ')} |
|---|${seen.map(() => '---|').join('')}
${rows.map(({ variant, all }) => `| ${variant} | ${seen.map(({ details }) => cell(details[variant], all)).join(' | ')} |`).join('\n')}

## Operations, formats, hashes

What the driver of the first table does in at least one engine. Beyond it HKDF and PBKDF2 take SHA-3, by noble, in \`keys.subtle\` and with
\`driver: 'noble'\`. \`wrap\` and \`unwrap\` are AES-KW's own; other ciphers wrap keys by encrypting them.
Formats that only go in are marked ←: secrets to derive from never come out again.

| algorithm | operations | formats | hashes |
|---|---|---|---|
${grouped(rows)
  .map(({ names, all }) => `| ${names} | ${list(all.operations)} | ${formats(all)} | ${list(all.hashes)} |`)
  .join('\n')}

## Digests

Of \`subtle.digest\`: there is no key, and no format. What the engine has is computed where it is called, the rest in keyslot's
worker. The BLAKEs are there as MACs too, in the tables above.

| digest | ${seen.map(({ name }) => name).join(' | ')} |
|---|${seen.map(() => '---|').join('')}
${digests.map((name) => `| ${name} | ${seen.map((its) => shown(its.digests[name])).join(' | ')} |`).join('\n')}
`;
}

/**
 * @typedef {object} All
 * @property {string[]} operations
 * @property {string[]} hashes
 * @property {Record<string, { imports: string[], exports: string[] }>} formats
 */

/**
 * The union of what engines do with a variant.
 *
 * @param {readonly Seen[]} seen
 * @param {string} variant
 * @returns {All}
 */
function everything(seen, variant) {
  /** @type {All} */
  const all = { operations: [], hashes: [], formats: {} };
  for (const { details } of seen) {
    const detail = details[variant];
    if (detail === undefined) continue;
    add(all.operations, detail.operations);
    add(all.hashes, detail.hashes ?? []);
    for (const [type, { imports, exports }] of Object.entries(detail.formats)) {
      all.formats[type] ??= { imports: [], exports: [] };
      add(all.formats[type].imports, imports);
      add(all.formats[type].exports, exports);
    }
  }
  return all;
}

/**
 * @param {string[]} all
 * @param {readonly string[]} some
 */
function add(all, some) {
  all.push(...some.filter((one) => !all.includes(one)));
}

/**
 * @param {VariantDetail | undefined} detail
 * @param {All} all
 */
function cell(detail, all) {
  if (detail === undefined) return '–';
  const driver = shown(detail.driver);
  const lacks = [
    ...missing(all.operations, detail.operations),
    ...missing(all.hashes, detail.hashes ?? []),
    ...Object.entries(all.formats).flatMap(([type, { imports, exports }]) => [
      ...missing(
        imports,
        detail.formats[/** @type {'secret'} */ (type)]?.imports ?? [],
        `import of ${type} `,
      ),
      ...missing(
        exports,
        detail.formats[/** @type {'secret'} */ (type)]?.exports ?? [],
        `export of ${type} `,
      ),
    ]),
  ];
  return lacks.length === 0 ? driver : `${driver}, without ${lacks.join(', ')}`;
}

/** @param {Driver | undefined} driver */
function shown(driver) {
  if (driver === undefined) return '–';
  return driver === 'webcrypto' ? 'native' : 'noble';
}

/**
 * @param {readonly string[]} all
 * @param {readonly string[]} some
 */
function missing(all, some, what = '') {
  return all.filter((one) => !some.includes(one)).map((one) => what + one);
}

/**
 * Variants that are alike in one row.
 *
 * @param {readonly { variant: string, all: All }[]} rows
 */
function grouped(rows) {
  /** @type {Map<string, { names: string, all: All }>} */
  const groups = new Map();
  for (const { variant, all } of rows) {
    const key = JSON.stringify([all.operations, [...all.hashes].sort(), formats(all)]);
    const group = groups.get(key);
    groups.set(key, { names: group === undefined ? variant : `${group.names}, ${variant}`, all });
  }
  return [...groups.values()];
}

/** @param {All} all */
function formats(all) {
  return Object.entries(all.formats)
    .map(([type, { imports, exports }]) => {
      const names = imports.map((format) => (exports.includes(format) ? format : `${format} ←`));
      return `${type}: ${[...names, ...missing(exports, imports).map((format) => `${format} →`)].join(', ')}`;
    })
    .join('; ');
}

/** @param {readonly string[]} names */
function list(names) {
  return names.length === 0 ? '' : names.join(', ');
}
