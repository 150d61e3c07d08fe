// Every way in which one place of a record can be damaged: a bit, a character, a member, a kind.

type Table = Readonly<Record<string, unknown>>;

/** What may stand in the place of anything. */
const JUNK: readonly unknown[] = [
  ...[undefined, null, true, 0, -0, 1, Number.NaN, '', '0', [], {}],
  ...[new Uint8Array(), new Uint8Array(32), new Date(0), new Map(), 1n],
];

export interface Spoiled {
  /** The place, and what happened there. */
  readonly what: string;
  readonly value: unknown;
}

export function* spoil(value: unknown, place = ''): Generator<Spoiled> {
  for (const [index, junk] of JUNK.entries()) {
    if (!Object.is(junk, value)) yield { what: `${place}: junk ${index}`, value: junk };
  }
  for (const { what, value: spoiled } of within(value)) yield { what: `${place}${what}`, value: spoiled };
}

function within(value: unknown): Iterable<Spoiled> {
  if (value instanceof Uint8Array) return spoilBytes(value);
  if (typeof value === 'string') return spoilText(value);
  if (typeof value === 'number') return spoilNumber(value);
  if (typeof value === 'boolean') return [{ what: ': the opposite', value: !value }];
  if (Array.isArray(value)) return spoilList(value);
  // Of a native key no bit can be reached.
  if (typeof value !== 'object' || value === null || value instanceof CryptoKey) return [];
  return spoilMembers({ ...value });
}

function* spoilBytes(bytes: Uint8Array): Generator<Spoiled> {
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const value = bytes.slice();
    value[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    yield { what: `: bit ${bit}`, value };
  }
  if (bytes.length > 0) yield { what: ': cut short', value: bytes.slice(1) };
  yield { what: ': too long', value: Uint8Array.of(...bytes, 0) };
  yield { what: ': a list', value: [...bytes] };
}

function* spoilText(text: string): Generator<Spoiled> {
  for (let at = 0; at < text.length; at += 1) {
    const [before, after] = [text.slice(0, at), text.slice(at + 1)];
    for (const bit of [0, 5, 8, 15]) {
      const character = String.fromCharCode(text.charCodeAt(at) ^ (1 << bit));
      yield { what: `: bit ${bit} of character ${at}`, value: before + character + after };
    }
    yield { what: `: without character ${at}`, value: before + after };
  }
  yield { what: ': too long', value: `${text}\0` };
}

/** Bits of its double. */
function* spoilNumber(number: number): Generator<Spoiled> {
  for (let bit = 0; bit < 64; bit += 1) {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, number);
    view.setBigUint64(0, view.getBigUint64(0) ^ (1n << BigInt(bit)));
    yield { what: `: bit ${bit}`, value: view.getFloat64(0) };
  }
}

function* spoilList(list: readonly unknown[]): Generator<Spoiled> {
  for (const [at, item] of list.entries()) {
    for (const { what, value } of spoil(item, `[${at}]`)) yield { what, value: list.with(at, value) };
    yield { what: `[${at}]: dropped`, value: list.toSpliced(at, 1) };
    yield { what: `[${at}]: twice`, value: list.toSpliced(at, 0, item) };
  }
  if (list.length > 1) yield { what: ': backwards', value: list.toReversed() };
}

function* spoilMembers(table: Table): Generator<Spoiled> {
  for (const [name, member] of Object.entries(table)) {
    const { [name]: _, ...others } = table;
    for (const { what, value } of spoil(member, `.${name}`))
      yield { what, value: { ...table, [name]: value } };
    yield { what: `.${name}: dropped`, value: others };
    yield { what: `.${name}: renamed`, value: { ...others, [`${name} `]: member } };
  }
  yield { what: ': a member more', value: { ...table, more: null } };
}

/** One part of each of two tables in the place of the other's, at every depth at which both have it. */
export function* swap(mine: unknown, others: unknown, place = ''): Generator<Spoiled> {
  if (!isTable(mine) || !isTable(others)) return;
  for (const name of Object.keys(mine)) {
    if (!(name in others)) continue;
    yield { what: `${place}.${name}: another’s`, value: { ...mine, [name]: others[name] } };
    for (const { what, value } of swap(mine[name], others[name], `${place}.${name}`)) {
      yield { what, value: { ...mine, [name]: value } };
    }
  }
}

function isTable(value: unknown): value is Table {
  return Object.prototype.toString.call(value) === '[object Object]';
}
