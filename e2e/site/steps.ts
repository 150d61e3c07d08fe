// Scripts as data: what a test wants done with a keystore, call by call, and how each call must end.
import type { CipherOptions, CopyInit, Key, KeyInit, Keystore } from 'keyslot';
import { type Damage, damageRecord, removeRecord } from './records.ts';

/** Attributes as a test passes them; they may be wrong on purpose. */
export type Init = Readonly<Record<string, unknown>>;

/** Material in hexadecimal. */
export type Format = 'raw' | 'pkcs8' | 'spki';

export type Call =
  | { call: 'import'; as?: string; format: Format; data: string; init: Init }
  | { call: 'generate'; as?: string; init: Init }
  | { call: 'copy'; as?: string; from: string; init: Init }
  | { call: 'open'; as?: string; id: string }
  | { call: 'destroy' | 'purge'; id: string }
  /** These of its attributes are so. */
  | { call: 'has'; key: string; attributes: Init }
  /** `scalar`: the private half of an EC pair as a number. It must be `data`, where that is told. */
  | { call: 'export'; key: string; format: 'raw' | 'scalar'; data?: string }
  | { call: 'exportPublic'; key: string; data?: string }
  /** With any data; what checks is given a wrong signature or tag. */
  | { call: 'sign' | 'verify' | 'encrypt' | 'decrypt'; key: string; nonce?: number }
  /** With the first of its usages. */
  | { call: 'use'; key: string }
  | { call: 'openAndUse'; id: string }
  /** What one half makes the other takes. */
  | { call: 'roundTrip'; key: string; nonce?: number }
  | { call: 'evictions'; atLeast: number }
  | { call: 'damage'; id: string; damage: Damage }
  | { call: 'removeRecord'; id: string };

/** `ok` unless told; several codes where it may be any of them. */
export type Step = Readonly<Call> & { readonly ends?: readonly string[] };

type Bytes = Uint8Array<ArrayBuffer>;

/** Keys of the script that runs, by the names it gave them: they outlive a host, not the page. */
const held = new Map<string, Key>();

/** Runs steps up to the first that does not end as it must; says which that was. */
export async function runSteps(keys: Keystore, steps: readonly Step[]): Promise<string | undefined> {
  for (const [index, step] of steps.entries()) {
    const { ends = ['ok'] } = step;
    const ended = await perform(keys, step).then(() => 'ok', wordOf);
    if (!ends.includes(ended)) {
      return `step ${index + 1} ended with ${ended}, not ${ends.join(' or ')}: ${JSON.stringify(step)}`;
    }
  }
  return undefined;
}

/** Leaves an empty store to the next script. */
export async function endScript(keys: Keystore): Promise<void> {
  held.clear();
  for await (const { id } of keys.listKeys()) await keys.destroyKey(id);
}

function wordOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && error.name === 'KeystoreError' ? String(error.code) : error.message;
}

async function perform(keys: Keystore, step: Step): Promise<void> {
  switch (step.call) {
    case 'import':
      return hold(step, await keys.importKey(step.format, unhex(step.data), step.init as unknown as KeyInit));
    case 'generate':
      return hold(step, await keys.generateKey(step.init as unknown as KeyInit));
    case 'copy':
      return hold(step, await keys.copyKey(step.from, step.init as unknown as CopyInit));
    case 'open':
      return hold(step, await keys.openKey(step.id));
    case 'destroy':
      return keys.destroyKey(step.id);
    case 'purge':
      return keys.purgeKey(step.id);
    case 'has':
      return has(keyOf(step), step.attributes);
    case 'export':
      return same(await exported(keyOf(step), step.format), step.data);
    case 'exportPublic':
      return same(hex(await keyOf(step).exportPublicKey('raw')), step.data);
    case 'use':
      return use(keyOf(step));
    case 'openAndUse':
      return use(await keys.openKey(step.id));
    case 'roundTrip':
      return roundTrip(keyOf(step), step.nonce);
    case 'evictions':
      return atLeast((await keys.stats()).evictions, step.atLeast);
    case 'damage':
      return damageRecord(keys.name, step.id, step.damage);
    case 'removeRecord':
      return removeRecord(keys.name, step.id);
    default:
      await compute(keyOf(step), step.call, step.nonce);
  }
}

function hold({ as }: { readonly as?: string }, key: Key): void {
  if (as !== undefined) held.set(as, key);
}

function keyOf({ key: name }: { readonly key: string }): Key {
  const key = held.get(name);
  if (key === undefined) throw new Error(`the script has no key called ${name}`);
  return key;
}

function has({ attributes }: Key, expected: Init): void {
  for (const [name, value] of Object.entries(expected)) {
    same(JSON.stringify(Reflect.get(attributes, name)), JSON.stringify(value));
  }
}

async function exported(key: Key, format: 'raw' | 'scalar'): Promise<string> {
  if (format === 'raw') return hex(await key.exportKey('raw'));
  const { d = '' } = await key.exportKey('jwk');
  const text = atob(d.replaceAll('-', '+').replaceAll('_', '/'));
  return hex(Uint8Array.from(text, (character) => character.charCodeAt(0)));
}

function use(key: Key): Promise<void> {
  const [usage] = key.attributes.usages;
  if (usage === undefined) throw new Error('the key has no usage');
  return compute(key, usage as 'sign' | 'verify' | 'encrypt' | 'decrypt');
}

const DATA = new TextEncoder().encode('data');

async function compute(
  key: Key,
  operation: 'sign' | 'verify' | 'encrypt' | 'decrypt',
  nonce?: number,
): Promise<void> {
  if (operation === 'sign') await key.sign(DATA);
  else if (operation === 'verify') same(String(await key.verify(new Uint8Array(64), DATA)), 'false');
  else if (operation === 'encrypt') await key.encrypt(DATA, cipher(nonce));
  else await key.decrypt(new Uint8Array(32), cipher(nonce));
}

async function roundTrip(key: Key, nonce?: number): Promise<void> {
  if (key.attributes.algorithm.name === 'AES-GCM') {
    const sealed = await key.encrypt(DATA, cipher(nonce));
    return same(hex(await key.decrypt(sealed, cipher(nonce))), hex(DATA));
  }
  same(String(await key.verify(await key.sign(DATA), DATA)), 'true');
}

/** A nonce of the same bytes each time, for keys that nobody keeps. */
function cipher(length = 12): CipherOptions {
  return { iv: new Uint8Array(length) };
}

function same(found: string, expected: string | undefined): void {
  if (expected !== undefined && found !== expected) throw new Error(`found ${found}, expected ${expected}`);
}

function atLeast(found: number, least: number): void {
  if (found < least) throw new Error(`found ${found}, expected ${least} or more`);
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function unhex(text: string): Bytes {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
