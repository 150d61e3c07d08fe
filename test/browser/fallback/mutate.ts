// Damages keys: DER by its structure (lengths, tags, whole elements), other bytes anyhow, JWKs member by member. All from
// a seed, so that a run can be had again.

type Bytes = Uint8Array<ArrayBuffer>;
type Random = (below: number) => number;

/** mulberry32. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const pick = <T>(random: Random, from: readonly T[], otherwise: T): T =>
  from[random(from.length)] ?? otherwise;

/** Values that mean something in DER, or are at an end. */
const TELLING = [0, 1, 2, 3, 4, 5, 6, 0x0c, 0x30, 0x31, 0x7f, 0x80, 0x81, 0x82, 0xa0, 0xa1, 0xfe, 0xff];

/** Where the elements of DER begin, as far as it is DER, also within OCTET and BIT STRINGs. */
function elementsOf(bytes: readonly number[], start = 0, end = bytes.length): { at: number; size: number }[] {
  const found: { at: number; size: number }[] = [];
  for (let at = start; at + 2 <= end; ) {
    const head = lengthAt(bytes, at + 1);
    const size = 1 + head.size + head.length;
    if (head.size === 0 || at + size > end) return found;
    found.push({ at, size });
    const tag = bytes[at] ?? 0;
    const inside = at + 1 + head.size + (tag === 3 ? 1 : 0);
    if ((tag & 0x20) !== 0 || tag === 3 || tag === 4) found.push(...elementsOf(bytes, inside, at + size));
    at += size;
  }
  return found;
}

function lengthAt(bytes: readonly number[], at: number): { length: number; size: number } {
  const first = bytes[at] ?? 0xff;
  if (first < 0x80) return { length: first, size: 1 };
  const count = first & 0x7f;
  if (count === 0 || count > 3) return { length: 0, size: 0 };
  const digits = bytes.slice(at + 1, at + 1 + count);
  return { length: digits.reduce((sum, digit) => sum * 256 + digit, 0), size: 1 + count };
}

type Mutation = (bytes: readonly number[], random: Random, other: readonly number[]) => readonly number[];

const anywhere = (bytes: readonly unknown[], random: Random): number =>
  random(random(2) === 0 ? Math.max(1, bytes.length) : Math.max(1, Math.min(bytes.length, 40)));

/** One element taken out, put in twice, or put in the place of another. */
const onElement =
  (
    change: (element: readonly number[], random: Random, all: readonly number[][]) => readonly number[],
  ): Mutation =>
  (bytes, random) => {
    const elements = elementsOf(bytes);
    const { at, size } = pick(random, elements, { at: 0, size: bytes.length });
    const all = elements.map((one) => bytes.slice(one.at, one.at + one.size));
    const changed = change(bytes.slice(at, at + size), random, all);
    return fixLengths(bytes, at, size, changed, elements);
  };

/** The lengths of what the element is in are made right again, where they stay as long as they are. */
function fixLengths(
  bytes: readonly number[],
  at: number,
  size: number,
  changed: readonly number[],
  elements: readonly { at: number; size: number }[],
): readonly number[] {
  const result = [...bytes];
  for (const outer of elements.filter((its) => its.at < at && its.at + its.size >= at + size)) {
    const { length, size: head } = lengthAt(bytes, outer.at + 1);
    const now = length + changed.length - size;
    const digits = head === 1 ? [now] : [0x80 | (head - 1), ...bigEndian(now, head - 1)];
    result.splice(outer.at + 1, head, ...digits.map((digit) => digit & 0xff));
  }
  result.splice(at, size, ...changed);
  return result;
}

const bigEndian = (value: number, size: number): number[] =>
  Array.from({ length: size }, (_, index) => Math.floor(value / 256 ** (size - 1 - index)) & 0xff);

const MUTATIONS: readonly Mutation[] = [
  (bytes, random) => bytes.with(anywhere(bytes, random), pick(random, TELLING, 0)),
  (bytes, random) => bytes.with(anywhere(bytes, random), random(256)),
  (bytes, random) => {
    const at = anywhere(bytes, random);
    return bytes.with(at, (bytes[at] ?? 0) ^ (1 << random(8)));
  },
  (bytes, random) => bytes.toSpliced(anywhere(bytes, random), 0, pick(random, TELLING, 0)),
  (bytes, random) => bytes.toSpliced(anywhere(bytes, random), 1),
  (bytes, random) => bytes.slice(0, random(bytes.length + 1)),
  (bytes, random) => [...bytes, ...Array.from({ length: 1 + random(3) }, () => random(256))],
  (bytes, random) => [...bytes].fill(random(2) * 0xff, random(bytes.length), random(bytes.length + 1)),
  (bytes, random) => [...bytes, ...bytes.slice(random(bytes.length))],
  (_, __, other) => other,
  (bytes, random, other) => [...bytes.slice(0, random(bytes.length)), ...other.slice(random(other.length))],
  onElement(() => []),
  onElement((element) => [...element, ...element]),
  onElement((element, random, all) => pick(random, all, [...element])),
  onElement((element, random) => [pick(random, TELLING, 0), ...element.slice(1)]),
  // A length in its long form, which DER forbids.
  onElement(([tag = 0, length = 0, ...rest]) =>
    length < 0x80 ? [tag, 0x81, length, ...rest] : [tag, 0x83, 0, length, ...rest],
  ),
  // A number with a zero before it.
  onElement(([tag = 0, length = 0, ...rest]) => [tag, length + 1, 0, ...rest]),
  onElement((element) => [...element, 5, 0]),
];

/** @param other - another key's bytes, to be mixed in. */
export function mutateBytes(data: Bytes, random: Random, other: Bytes): Bytes {
  let bytes: readonly number[] = [...data];
  for (let left = 1 + random(2); left > 0; left -= 1) {
    const mutation = pick(random, MUTATIONS, (same) => same);
    bytes = mutation(bytes.length === 0 ? [0] : [...bytes], random, [...other]);
  }
  return Uint8Array.from(bytes);
}

const TEXTS = [
  '',
  'A',
  '-',
  '=',
  '+',
  ' ',
  'é',
  'AQAB',
  'AAAA',
  'P-256',
  'P-384',
  'Ed25519',
  'X25519',
  'EC',
  'OKP',
];
const MORE = [
  'oct',
  'RSA',
  'AKP',
  'ES256',
  'EdDSA',
  'HS256',
  'A128GCM',
  'A256CBC',
  'ML-DSA-44',
  'sig',
  'enc',
];

type Fields = Record<string, unknown>;

const OTHERS: readonly unknown[] = [null, 0, true, false, {}, [], ['sign'], ['sign', 'sign'], undefined];

/** One member of a JWK is damaged, lost, or another key's. */
export function mutateJwk(jwk: JsonWebKey, random: Random, other: JsonWebKey): JsonWebKey {
  const fields: Fields = { ...jwk };
  for (let left = 1 + random(2); left > 0; left -= 1) {
    const members = [...Object.keys(jwk), ...Object.keys(other), 'use', 'alg', 'oth'];
    const member = pick(random, members, 'kty');
    const old = typeof fields[member] === 'string' ? fields[member] : '';
    const at = random(old.length + 1);
    const text = pick(random, [...TEXTS, ...MORE], '');
    const changes: readonly (() => unknown)[] = [
      () => old.slice(0, at) + text + old.slice(at),
      () => old.slice(0, at) + text.slice(0, 1) + old.slice(at + 1),
      () => old.slice(0, at) + old.slice(at + 1),
      () => old.slice(0, -1) + String.fromCharCode(65 + random(58)),
      () => text,
      () => Reflect.get(other, member),
      () => pick(random, OTHERS, null),
      () => undefined,
    ];
    const changed = pick(random, changes, () => undefined)();
    if (changed === undefined) delete fields[member];
    else fields[member] = changed;
  }
  return fields;
}
