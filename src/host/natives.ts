// What this engine computes and keeps, in this kind of worker, found out at the start of a host and frozen for its life (G6).
// An earlier host's findings save most of the trials (decision 19): what they say is absent is tried again at every start, what
// they say is there before the first key of it. Touches throw-away keys only.
import { chunk } from '../chunk.ts';
import { ProbeDatabase } from '../store/probe.ts';
import { browserNow, readFound, writeFound } from './found.ts';

/** Every engine has these natively: one that reads other than it wrote cannot be trusted with any key. */
const KEPT_BY_ALL = ['AES-GCM/256', 'ECDSA/P-256'] as const;

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
    // Beside the opening of the database, which takes longer.
    const loading = trials();
    const [database, browser] = await Promise.all([ProbeDatabase.open(), browserNow()]);
    // Nobody waits for what is kept for others.
    let kept: Promise<void> | undefined;
    try {
      const { probeNative, keep } = await loading;
      const keeping = keep.bind(undefined, database);
      const known = readFound(await database.found(place), browser, Date.now());
      if (known !== undefined && keepsKeys(known)) {
        const others = await probeNative(keeping, (variant) => !known.has(variant));
        if (others.size === 0) return new Natives(place, known, known);
      }
      // Nothing is known; or something is there that was absent, so that it is not this engine that was written about.
      const variants = await probeNative(keeping);
      if (!keepsKeys(variants)) return undefined;
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
    const { probeNative, keep } = await trials();
    const database = await ProbeDatabase.open();
    try {
      const isIt = (candidate: string): boolean => candidate === variant;
      const native = await probeNative(keep.bind(undefined, database), isIt);
      if (native.has(variant)) this.#remembered.delete(variant);
      else await database.keepFound(this.#place, undefined);
      return native.has(variant);
    } finally {
      database.close();
    }
  }
}

function trials(): Promise<typeof import('./trials.ts')> {
  const loading = chunk(import('./trials.ts'));
  // Looked at where it is awaited.
  loading.catch(() => undefined);
  return loading;
}

function keepsKeys(variants: ReadonlySet<string>): boolean {
  return KEPT_BY_ALL.every((variant) => variants.has(variant));
}
