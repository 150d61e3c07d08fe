// What can be done on this page. Buttons and scripts call the same functions; each is an entry of the log.
import type { Key, Keystore, Stats } from 'keyslot';
import { type AlgorithmChoice, algorithmOf, spoken } from './algorithms.ts';
import type { Channel, RaceCall, RaceResult } from './channel.ts';
import { type Source, titleOf } from './documents.ts';
import { plural } from './dom.ts';
import type { Journal, Outcome } from './journal.ts';
import { draft, publicKeyOf, type Signed, sign, thumbprint, verify } from './jws.ts';
import { LANES, Loop, type LoopReport } from './loop.ts';
import { Races } from './race.ts';
import type { SignatureList } from './signature-list.ts';
import { type Destruction, destroyWatched, spokenTrail } from './watch.ts';
import { DemoWorker } from './worker-client.ts';

/** The form's words for a key to be made. */
export interface Wanted {
  readonly id: string;
  readonly algorithm: AlgorithmChoice;
  readonly lifetime: 'persistent' | 'volatile' | 'session';
  readonly method: 'generateKey' | 'ensureKey';
}

/** What is public about a key. */
export interface PublicInfo {
  readonly id: string;
  readonly algorithm: string;
  readonly lifetime: string;
  readonly thumbprint: string;
  readonly publicKey: JsonWebKey | null;
}

interface Parts {
  readonly keys: Keystore;
  readonly tab: string;
  readonly journal: Journal;
  readonly channel: Channel;
  readonly signatures: SignatureList;
  readonly onStats: (stats: Stats) => void;
}

export class Actions {
  readonly #parts: Parts;
  readonly #races: Races;
  /** Keys that this tab has opened: as an app would, it keeps them. */
  readonly #open = new Map<string, Key>();
  #worker: DemoWorker | undefined;
  #loop: { readonly id: string; readonly loop: Loop } | undefined;
  #report: Promise<Outcome<LoopReport>> | undefined;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.#races = new Races(parts.channel, parts.tab, (call) => this.#run(call));
  }

  get workerName(): string | undefined {
    return this.#worker?.name;
  }

  get looping(): { readonly id: string; readonly completed: number } | undefined {
    if (this.#loop === undefined) return undefined;
    const { id, loop } = this.#loop;
    return { id, completed: loop.completed };
  }

  create({ id, algorithm, lifetime, method }: Wanted): Promise<Outcome<PublicInfo>> {
    const { keys, journal } = this.#parts;
    const verb = method === 'ensureKey' ? 'Ensure' : 'Create';
    return journal.run(
      `${verb} ${id || 'a key without an id'}`,
      async () => {
        const key = await keys[method]({
          ...(id === '' ? {} : { id }),
          lifetime,
          algorithm: algorithmOf(algorithm),
          usages: ['sign', 'verify'],
          // Otherwise the slot of a persistent key would be empty again before anybody could look.
          cache: lifetime === 'persistent',
        });
        this.#open.set(key.id, key);
        return infoOf(key);
      },
      (key) => `${key.algorithm}, ${key.lifetime}${key.thumbprint ? `, public key ${key.thumbprint}…` : ''}`,
    );
  }

  /** Opens the key anew, whatever this tab holds. */
  open(id: string): Promise<Outcome<PublicInfo>> {
    const { keys, journal } = this.#parts;
    return journal.run(
      `Open ${id}`,
      async () => {
        const key = await keys.openKey(id);
        this.#open.set(id, key);
        return infoOf(key);
      },
      (key) => `${key.algorithm}, ${key.lifetime}${key.thumbprint ? `, public key ${key.thumbprint}…` : ''}`,
    );
  }

  sign(id: string, source: Source): Promise<Outcome<Signed>> {
    const { journal, tab } = this.#parts;
    return journal.run(
      `Sign ${titleOf(source)} with ${id}`,
      async () =>
        this.#published(await this.#use(id, async (key) => sign(key, await draft(key, source), tab))),
      ({ algorithm, jws }) => `${algorithm} · ${jws.slice(-20)}`,
    );
  }

  verify(signed: Signed): Promise<Outcome<boolean>> {
    return this.#parts.journal.run(
      `Verify ${signed.title}, signed by ${signed.by} with ${signed.id}`,
      async () => {
        const right = await this.#use(signed.id, (key) => verify(key, signed));
        this.#parts.signatures.mark(signed, right);
        return right;
      },
      (right) => `${signed.algorithm}: ${right ? 'the signature is right' : 'the signature is WRONG'}`,
    );
  }

  destroy(id: string): Promise<Outcome<Destruction>> {
    const { keys, journal, onStats } = this.#parts;
    return journal.run(`Destroy ${id}`, () => destroyWatched(keys, id, onStats), spokenTrail);
  }

  attachWorker(): Promise<Outcome<string>> {
    const { keys, journal, tab } = this.#parts;
    return journal.run(
      'Start a dedicated worker and attach the keystore',
      async () => {
        this.#worker ??= await DemoWorker.start(keys, tab);
        return this.#worker.name;
      },
      (name) => `${name} has a session of its own`,
    );
  }

  signInWorker(id: string, source: Source): Promise<Outcome<Signed>> {
    const worker = this.#worker;
    return this.#parts.journal.run(
      `Sign ${titleOf(source)} with ${id} in the worker`,
      async () => {
        if (worker === undefined) throw new Error('Start the worker first.');
        return this.#published(await worker.sign(id, source));
      },
      ({ algorithm, jws }) => `${algorithm} · ${jws.slice(-20)}`,
    );
  }

  /** Begins to sign in a loop. How it went is told by `loopReport`, once it was stopped or refused. */
  async startLoop(id: string): Promise<Outcome<string>> {
    const { journal, tab } = this.#parts;
    const started = await journal.run(
      `Sign in a loop with ${id}`,
      async () => {
        if (this.#loop !== undefined) throw new Error('A loop runs already: stop it first.');
        const loop = await this.#use(id, async (key) => new Loop(key, tab));
        this.#loop = { id, loop };
        return loop;
      },
      () => `${LANES} numbered copies of README.md at any time`,
    );
    if (!started.ok) return started;
    const loop = started.value;
    this.#report = journal
      .run(`The loop with ${id}`, () => loop.done, spokenLoop)
      .finally(() => {
        this.#loop = undefined;
      });
    return { ...started, value: id };
  }

  stopLoop(): void {
    this.#loop?.loop.stop();
  }

  async loopReport(): Promise<Outcome<LoopReport> | null> {
    return (await this.#report) ?? null;
  }

  race(id: string, method: RaceCall['method']): Promise<Outcome<RaceResult[]>> {
    return this.#parts.journal.run(
      `All tabs: ${method} ${id} at once`,
      () => this.#races.start(id, method),
      (results) =>
        results.map(({ tab, got, thumbprint }) => `${tab}: ${got} ${thumbprint}`.trim()).join(' · '),
    );
  }

  /** This tab's part in a race. */
  async #run({ by, id, method }: RaceCall): Promise<RaceResult> {
    const { tab, journal } = this.#parts;
    const began = Date.now();
    if (by !== tab) journal.note(`${by} calls a race: ${method} ${id}`);
    const outcome = await this.create({ id, algorithm: 'P-256', lifetime: 'persistent', method });
    const ended = Date.now();
    if (!outcome.ok) return { tab, got: outcome.code, thumbprint: '', publicKey: null, began, ended };
    const { thumbprint: print, publicKey } = outcome.value;
    return {
      tab,
      got: method === 'ensureKey' ? 'has' : 'created',
      thumbprint: print,
      publicKey,
      began,
      ended,
    };
  }

  /** Works with the key that this tab holds. One that turns out to be gone is let go, so that the next try opens anew. */
  async #use<T>(id: string, work: (key: Key) => Promise<T>): Promise<T> {
    let key = this.#open.get(id);
    if (key === undefined) {
      key = await this.#parts.keys.openKey(id);
      this.#open.set(id, key);
    }
    try {
      return await work(key);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'INVALID_HANDLE') this.#open.delete(id);
      throw error;
    }
  }

  #published(signed: Signed): Signed {
    this.#parts.signatures.add(signed);
    this.#parts.channel.send('signed', signed);
    return signed;
  }
}

async function infoOf(key: Key): Promise<PublicInfo> {
  const publicKey = await publicKeyOf(key);
  return {
    id: key.id,
    algorithm: spoken(key.attributes.algorithm),
    lifetime: key.attributes.lifetime,
    thumbprint: await thumbprint(publicKey),
    publicKey,
  };
}

function spokenLoop({ begun, completed, refused, codes }: LoopReport): string {
  const end = refused > 0 ? `, ${refused} refused with ${codes.join(', ')}` : '';
  return `${plural(begun, 'signature')} begun, ${completed.toLocaleString('en')} completed${end}`;
}
