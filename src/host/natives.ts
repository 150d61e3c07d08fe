// What this engine computes and keeps, in this kind of worker, found out at the start of a host and frozen for its life (G6).
// An earlier host's findings save most of the trials (decision 19): what they say is absent is tried again at every start, what
// they say is there before the first key of it. Touches throw-away keys only.
import { type Keep, probeNative } from '../drivers/probe.ts';
import { ProbeDatabase } from '../store/probe.ts';
import { browserNow, readFound, writeFound } from './found.ts';

/** Every engine has these natively: one that reads other than it wrote cannot be trusted with any key. */
const KEPT_BY_ALL: ReadonlySet<string> = new Set(['AES-GCM/256', 'ECDSA/P-256']);

export class Natives {
  readonly variants: ReadonlySet<string>;
  readonly #place: string;
  /** Those that this host has not tried itself, yet. */
  readonly #remembered: Set<string>;
  readonly #proofs = new Map<string, Promise<boolean>>();

  private constructor(place: string, variants: ReadonlySet<string>, remembered: Iterable<string>) {
    this.#place = place;
    this.variants = variants;
    this.#remembered = new Set(remembered);
  }

  /**
   * @param place - the kind of worker: they do not keep the same.
   * @returns `undefined` if no key is safe here.
   * @throws KeystoreError `STORAGE_FAILURE`
   */
  static async find(place: string): Promise<Natives | undefined> {
    const opening = ProbeDatabase.open();
    // Asked first: a reader would wait for the end of the trials' transaction.
    const finding = opening.then((database) => database.found(place));
    const keep: Keep = async (keys) => (await opening).keep(keys);
    // Begun before the database is open: keys are generated meanwhile. Looked at below, where it may reject.
    const core = probeNative(keep, isKeptByAll);
    core.catch(() => undefined);
    const [database, stored, browser] = await Promise.all([opening, finding, browserNow()]);
    // Nobody waits for what is kept for others.
    let kept: Promise<void> | undefined;
    try {
      const known = readFound(stored, browser, Date.now()) ?? new Set();
      const isKnown = (variant: string): boolean => !isKeptByAll(variant) && known.has(variant);
      const others = await probeNative(keep, (variant) => !isKeptByAll(variant) && !isKnown(variant));
      const safe = await core;
      if (safe.size !== KEPT_BY_ALL.size) return undefined;
      const remembered = [...known].filter(isKnown);
      if (remembered.length > 0 && others.size === 0) {
        return new Natives(place, new Set([...safe, ...remembered]), remembered);
      }
      // Nothing is known; or something is there that was absent, so that it is not this engine that was written about.
      const variants = new Set([...safe, ...others, ...(await probeNative(keep, isKnown))]);
      kept = database.keepFound(place, writeFound(variants, browser, Date.now()));
      return new Natives(place, variants, []);
    } finally {
      // What is under way in it ends first: a connection closes behind its transactions.
      if (kept === undefined) database.close();
      else void kept.then(() => database.close());
    }
  }

  /** How many were believed without a trial of this host, so far. */
  get believed(): number {
    return this.#remembered.size;
  }

  /**
   * Whether a native variant is what it was found to be: tried, if this host has not done so yet. To be asked before the
   * first key of it is made. `undefined`: yes, and there is nothing to wait for.
   */
  prove(variant: string): Promise<boolean> | undefined {
    if (!this.#remembered.has(variant)) return undefined;
    let proof = this.#proofs.get(variant);
    if (proof === undefined) {
      proof = this.#proof(variant).finally(() => this.#proofs.delete(variant));
      this.#proofs.set(variant, proof);
    }
    return proof;
  }

  async #proof(variant: string): Promise<boolean> {
    const database = await ProbeDatabase.open();
    try {
      const native = await probeNative(database.keep.bind(database), (candidate) => candidate === variant);
      if (native.has(variant)) this.#remembered.delete(variant);
      else await database.keepFound(this.#place, undefined);
      return native.has(variant);
    } finally {
      database.close();
    }
  }
}

function isKeptByAll(variant: string): boolean {
  return KEPT_BY_ALL.has(variant);
}
