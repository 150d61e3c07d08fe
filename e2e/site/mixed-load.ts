// One tab's part of a mixed load: every kind of call that takes a cache slot, a lane or a turn, with keys of its own and of
// other tabs. A call ends well or as is named beside it here; any other ending ends the load.
import type { Key, KeyInit, Keystore } from 'keyslot';
import { kit } from './kit.ts';

const { P256, HMAC, ED448, SECP256K1, outcome, utf8 } = kit;

const WRAPPING: Pick<KeyInit, 'algorithm' | 'usages'> = {
  algorithm: { name: 'AES-KW', length: 256 },
  usages: ['wrapKey', 'unwrapKey'],
};

/** What each tab has that signs: natively and by noble, with and without a copy in memory between uses. */
const SIGNING = {
  native: { ...P256, cache: true },
  uncached: HMAC,
  noble: { ...ED448, cache: true, copyable: true },
  curve: SECP256K1,
  pinned: { ...HMAC, pinned: true },
  parts: { ...HMAC, multipart: true, cache: true },
  wrapped: { ...HMAC, extractable: true },
} as const;

/** What it has to the end of the load, however that ends for the tab. */
export const LASTING = [...Object.keys(SIGNING), 'wrapping', 'base'];

/** What each round of calls makes anew. */
export const RENEWED = ['copied', 'derived'];

/** Of a key that its tab may have destroyed by then. */
const DESTROYED = ['INVALID_HANDLE', 'DOES_NOT_EXIST'];

/** Of an operation that made room for another: the host of the test has room for fewer than there are tabs. */
const PRUNED = ['BAD_STATE PRUNED'];

/** Calls: seconds of the noble lane. */
const FLOOD = 3000;

const DATA = utf8('data');
const HKDF = { name: 'HKDF', hash: 'SHA-256', salt: new Uint8Array(32), info: utf8('load') };

export const idOf = (tab: number, name: string): string => `${tab}-${name}`;

export class MixedLoad {
  /** How often each kind of call has ended how. */
  readonly endings: Record<string, number> = {};
  readonly #keys: Keystore;
  readonly #tab: number;
  readonly #tabs: number;
  #rounds = 0;
  #stopped = false;

  constructor(keys: Keystore, { tab, tabs }: { readonly tab: number; readonly tabs: number }) {
    this.#keys = keys;
    this.#tab = tab;
    this.#tabs = tabs;
  }

  /** Rounds that are over. */
  get rounds(): number {
    return this.#rounds;
  }

  /** Makes the keys that last, all at once. */
  async begin(): Promise<void> {
    const named = (name: string) => ({ id: idOf(this.#tab, name), lifetime: 'persistent' }) as const;
    const base = { ...named('base'), algorithm: 'HKDF', usages: ['deriveBits', 'deriveKey'] } as const;
    await Promise.all([
      ...Object.entries({ ...SIGNING, wrapping: WRAPPING }).map(([name, kind]) =>
        this.#call('generate', this.#keys.generateKey({ ...named(name), ...kind })),
      ),
      this.#call('import', this.#keys.importKey('raw', new Uint8Array(32), base)),
    ]);
  }

  /** Rounds without end; once it is stopped, the round that is under way and a whole one. */
  async run(): Promise<Record<string, number>> {
    for (let last = false; !last; this.#rounds += 1) {
      last = this.#stopped;
      await this.#round();
    }
    return this.endings;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Many calls with one key that is kept: while any of them is left, two hold its copy and wait for their lane, or compute. */
  async flood(): Promise<void> {
    const key = await this.#open(this.#tab, 'noble');
    for (let left = FLOOD; left > 0; left -= 1) void outcome(key.sign(DATA));
  }

  /** Signs with the keys of all tabs that sign. */
  async signAll(): Promise<void> {
    const tabs = kit.times(this.#tabs, (tab) => this.#sign(tab));
    await Promise.all(tabs);
  }

  async #round(): Promise<void> {
    // Every other tab in turn.
    const peer = (this.#tab + 1 + (this.#rounds % (this.#tabs - 1))) % this.#tabs;
    await Promise.all([
      this.#sign(this.#tab),
      this.#sign(peer),
      this.#copy(),
      this.#derive(),
      this.#wrap(peer),
      this.#steps(),
      this.#purge(peer),
      this.#destroy(),
      this.#useDying(peer),
    ]);
  }

  async #sign(tab: number): Promise<void> {
    const signed = Object.keys(SIGNING).map(async (name) => {
      const key = await this.#open(tab, name);
      const signature = await this.#call('sign', key.sign(DATA));
      same('verified', await this.#call('verify', key.verify(signature, DATA)), true);
    });
    await Promise.all(signed);
  }

  async #copy(): Promise<void> {
    const id = await this.#freed('copied');
    const init = { id, lifetime: 'persistent' } as const;
    const copy = await this.#call('copy', this.#keys.copyKey(idOf(this.#tab, 'noble'), init));
    await this.#call('sign', copy.sign(DATA));
  }

  async #derive(): Promise<void> {
    const { subtle } = this.#keys;
    const base = await this.#open(this.#tab, 'base');
    const bits = subtle.deriveBits(HKDF, base.cryptoKey, 256);
    const key = subtle.deriveKey(HKDF, base.cryptoKey, HMAC.algorithm, false, HMAC.usages);
    const [secret, derived] = await Promise.all([
      this.#call('deriveBits', bits),
      this.#call('deriveKey', key),
    ]);
    const expected = await crypto.subtle.importKey('raw', secret, HMAC_SHA256, false, ['sign']);
    const id = await this.#freed('derived');
    const kept = await this.#call('persist', this.#keys.persist(derived, id));
    const tag = await this.#call('sign', kept.sign(DATA));
    sameBytes('tag', tag, await crypto.subtle.sign('HMAC', expected, DATA));
  }

  async #wrap(peer: number): Promise<void> {
    const { subtle } = this.#keys;
    const [wrapped, wrapping] = await Promise.all([
      this.#open(peer, 'wrapped'),
      this.#open(this.#tab, 'wrapping'),
    ]);
    const { cryptoKey: by } = wrapping;
    const bytes = await this.#call('wrapKey', subtle.wrapKey('raw', wrapped.cryptoKey, by, 'AES-KW'));
    const unwrapping = subtle.unwrapKey('raw', bytes, by, 'AES-KW', HMAC_SHA256, false, ['sign']);
    const again = await this.#call('unwrapKey', unwrapping);
    const tag = await this.#call('subtle.sign', subtle.sign('HMAC', again, DATA));
    sameBytes('tag', await this.#call('sign', wrapped.sign(DATA)), tag);
  }

  async #steps(): Promise<void> {
    const key = await this.#open(this.#tab, 'parts');
    const dropped = await this.#call('start', key.startVerify());
    const operation = await this.#call('start', key.startSign());
    await this.#call('abort', dropped.abort());
    await this.#may('update', operation.update(DATA), PRUNED);
    const tag = await this.#may('finish', operation.finish(), PRUNED);
    if (tag !== undefined) sameBytes('tag', tag, await this.#call('sign', key.sign(DATA)));
  }

  async #purge(peer: number): Promise<void> {
    const purged = [idOf(this.#tab, 'native'), idOf(this.#tab, 'parts'), idOf(peer, 'noble')];
    await Promise.all(purged.map((id) => this.#call('purge', this.#keys.purgeKey(id))));
  }

  /** In the middle of its use. */
  async #destroy(): Promise<void> {
    const init = { id: idOf(this.#tab, 'dying'), lifetime: 'persistent', ...HMAC, cache: true } as const;
    const key = await this.#call('generate', this.#keys.generateKey(init));
    await Promise.all([
      this.#may('sign dying', key.sign(DATA), DESTROYED),
      this.#call('destroy', key.destroy()),
      this.#may('sign dying', key.sign(DATA), DESTROYED),
    ]);
  }

  async #useDying(peer: number): Promise<void> {
    const key = await this.#may('open dying', this.#keys.openKey(idOf(peer, 'dying')), DESTROYED);
    if (key !== undefined) await this.#may('sign dying', key.sign(DATA), DESTROYED);
  }

  #open(tab: number, name: string): Promise<Key> {
    return this.#call('open', this.#keys.openKey(idOf(tab, name)));
  }

  /** The id of what each round makes anew, without the key of the last one. */
  async #freed(name: string): Promise<string> {
    const id = idOf(this.#tab, name);
    if (this.#rounds > 0) await this.#call('destroy', this.#keys.destroyKey(id));
    return id;
  }

  /** A call that can only end well. */
  async #call<T>(what: string, answer: Promise<T>): Promise<T> {
    await this.#may(what, answer, []);
    return answer;
  }

  async #may<T>(what: string, answer: Promise<T>, also: readonly string[]): Promise<T | undefined> {
    const { code, name, cause, message } = await outcome(answer);
    const its = name === '' || name === 'KeystoreError' ? code : name;
    const ended = cause === undefined ? String(its) : `${its} ${cause}`;
    if (ended !== 'ok' && !also.includes(ended)) throw new Error(`${what} ended with ${ended}: ${message}`);
    const row = `${what}: ${ended}`;
    this.endings[row] = (this.endings[row] ?? 0) + 1;
    return ended === 'ok' ? answer : undefined;
  }
}

const HMAC_SHA256 = { name: 'HMAC', hash: 'SHA-256' };

function sameBytes(what: string, found: Uint8Array, expected: ArrayBuffer | Uint8Array): void {
  same(what, kit.hex(found), kit.hex(new Uint8Array(expected)));
}

function same<T>(what: string, found: T, expected: T): void {
  if (found !== expected) throw new Error(`${what}: found ${found}, expected ${expected}`);
}
