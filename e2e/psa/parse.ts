// The two formats of the PSA test data: cases in blocks, and the table of values of C expressions.

/** Data in hexadecimal, or a word: an integer or an expression of C. */
export type Argument = { readonly data: string } | { readonly word: string };

export interface PsaCase {
  readonly description: string;
  /** Conditions on the build, all of which must hold; `!` negates. */
  readonly dependsOn: readonly string[];
  readonly name: string;
  readonly args: readonly Argument[];
}

/** Blocks are separated by blank lines: a description, conditions if there are any, a call. */
export function parseCases(text: string): PsaCase[] {
  return text
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map((block) => block.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')))
    .filter((lines) => lines.length > 0)
    .map(parseBlock);
}

function parseBlock([description = '', ...lines]: string[]): PsaCase {
  const call = lines.pop();
  if (call === undefined) throw new Error(`the case "${description}" has no call`);
  const dependsOn = lines.flatMap((line) => {
    const [keyword, ...conditions] = split(line);
    if (keyword !== 'depends_on') throw new Error(`the case "${description}" has a line that is none of its`);
    return conditions;
  });
  const [name = '', ...args] = split(call);
  return { description, dependsOn, name, args: args.filter((part) => part !== '').map(parseArgument) };
}

/** The parts between colons; a colon in quotes or after a backslash is none. */
function split(line: string): string[] {
  const parts = line.match(/(?:"(?:\\.|[^"\\])*"|\\.|[^:"\\])+|(?<=:)(?=:|$)/g) ?? [];
  return parts.map((part) => part.trim());
}

function parseArgument(part: string): Argument {
  const quoted = /^"(.*)"$/s.exec(part)?.[1];
  return quoted === undefined
    ? { word: compact(part) }
    : { data: quoted.replace(/\\(.)/gs, '$1').toLowerCase() };
}

/** One spelling for expressions that differ in white space only. */
function compact(expression: string): string {
  return expression.replace(/\s+/g, '');
}

/** Lines `expression <tab> value`. */
export function parseValues(text: string): ReadonlyMap<string, number> {
  const values = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [expression, value] = line.split('\t');
    if (expression !== undefined && value !== undefined) values.set(compact(expression), Number(value));
  }
  return values;
}
