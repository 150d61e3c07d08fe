// A client that does random things to a few ids and writes down when each call began and ended, and what it answered.
// The record is judged in linearizability/.
import { type Key, type Keystore, KeystoreError } from 'keyslot';
import type { Clock } from './clock.ts';

export type KeyInput =
  | {
      readonly kind: 'generate' | 'ensure';
      readonly id: string;
      readonly lifetime: 'volatile' | 'persistent';
    }
  | { readonly kind: 'open' | 'destroy' | 'purge'; readonly id: string }
  /** Of the key with the id `from`, whichever it is then. */
  | {
      readonly kind: 'copy';
      readonly id: string;
      readonly from: string;
      readonly lifetime: 'volatile' | 'persistent';
    }
  /** With the handle of this very key. */
  | { readonly kind: 'sign' | 'destroyHandle'; readonly id: string; readonly key: string };

export interface Recorded {
  readonly input: KeyInput;
  /** A key's name, `ok`, or an error's code; `undefined` if the outcome is unknown. */
  readonly output: string | undefined;
  /** Why it is unknown, if the caller was told. */
  readonly why?: string;
  /** Milliseconds of the common clock: not after the call began, and not before it ended. */
  readonly called: number;
  readonly returned: number;
}

/** What a client does, and how much of it at once. */
export interface Plan {
  readonly seed: number;
  readonly calls: number;
  readonly width: number;
  /** Of the keys that it makes; both unless it is said. */
  readonly lifetime?: 'persistent';
}

/** What a client tells while it runs: a call when it is about to begin, and once more when it has ended. */
export type Journal = (number: number, call: Recorded) => Promise<void>;

const IDS = ['a', 'b', 'c'];
const ATTRIBUTES = { algorithm: 'Ed25519', usages: ['sign', 'verify'], copyable: true } as const;

/** A small generator of random numbers (mulberry32), so that a printed seed repeats a run's choices. */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** The first eight bytes. */
function hex(bytes: Uint8Array): string {
  return Array.from(bytes.slice(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Calls as planned.
 *
 * @param journal - for a client that may not live to return its record; no call begins before its entry is taken.
 */
export async function recordHistory(
  keys: Keystore,
  clock: Clock,
  { seed, calls, width, lifetime }: Plan,
  journal: Journal = async () => undefined,
): Promise<Recorded[]> {
  const random = randomFrom(seed);
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  const opened = new Map<string, Key>();
  const history: Recorded[] = [];
  let begun = 0;

  /** A copy has the public key of its source: it is known by its label, which nobody else has. */
  const nameOf = async (key: Key): Promise<string> => {
    const name = key.attributes.label ?? hex(await key.exportPublicKey('raw'));
    opened.set(name, key);
    return name;
  };

  const perform = async (input: KeyInput): Promise<string> => {
    const { id } = input;
    if (input.kind === 'generate' || input.kind === 'ensure') {
      const init = { id, lifetime: input.lifetime, ...ATTRIBUTES, cache: id !== 'c' };
      return nameOf(input.kind === 'generate' ? await keys.generateKey(init) : await keys.ensureKey(init));
    }
    if (input.kind === 'copy') {
      const label = hex(crypto.getRandomValues(new Uint8Array(8)));
      const { from, lifetime: its } = input;
      const init = { id, lifetime: its, label, copyable: true, cache: id !== 'c' };
      return nameOf(await keys.copyKey(from, init));
    }
    if (input.kind === 'open') return nameOf(await keys.openKey(id));
    if (input.kind === 'destroy') await keys.destroyKey(id);
    if (input.kind === 'purge') await keys.purgeKey(id);
    const key = 'key' in input ? opened.get(input.key) : undefined;
    if (input.kind === 'sign') await key?.sign(new Uint8Array([1]));
    if (input.kind === 'destroyHandle') await key?.destroy();
    return 'ok';
  };

  const choose = (): KeyInput => {
    const id = pick(IDS) ?? 'a';
    const dice = random();
    if (dice < 0.45) {
      const key = pick([...opened.keys()]);
      const its = key === undefined ? undefined : opened.get(key);
      if (key !== undefined && its !== undefined) {
        return { id: its.id, kind: dice < 0.4 ? 'sign' : 'destroyHandle', key };
      }
    }
    if (dice < 0.58) return { id, kind: 'open' };
    if (dice < 0.79) {
      const any = random() < 0.5 ? 'volatile' : 'persistent';
      const its = lifetime ?? any;
      if (dice < 0.7) return { id, kind: 'generate', lifetime: its };
      return { id, kind: 'copy', from: pick(IDS.filter((other) => other !== id)) ?? 'a', lifetime: its };
    }
    if (dice < 0.87) return { id, kind: 'ensure', lifetime: 'persistent' };
    return { id, kind: dice < 0.94 ? 'destroy' : 'purge' };
  };

  const client = async (): Promise<void> => {
    while (begun < calls) {
      const number = begun++;
      const input = choose();
      const called = clock.now() - clock.error;
      await journal(number, { input, output: undefined, called, returned: Infinity });
      let why: string | undefined;
      const output = await perform(input).catch((error: unknown) => {
        if (!(error instanceof KeystoreError)) throw error;
        if (error.code !== 'COMMUNICATION_FAILURE') return error.code;
        why = error.message;
        return undefined;
      });
      const returned = output === undefined ? Infinity : clock.now() + clock.error;
      const ended = { input, output, ...(why === undefined ? {} : { why }), called, returned };
      history.push(ended);
      await journal(number, ended);
    }
  };
  await Promise.all(Array.from({ length: width }, client));
  return history;
}
