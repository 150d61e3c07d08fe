// IndexedDB as far as keyslot relies on it, event by event: transactions on one object store, a write alone and in the
// order of creation, reads together between writes, nothing visible before `complete`. The real KeyStore runs on it.
import type { KeyRecord } from '../../../src/store/record.ts';
import type { Choice } from './agenda.ts';
import { clone } from './material.ts';

/** What can go wrong with a write. All but `quota`, `request` and `mangled` leave the outcome unknown. */
export type Fault =
  /** The `abort` event with QuotaExceededError. */
  | 'quota'
  /** The connection died before the commit. */
  | 'crash'
  /** The connection died after the commit. */
  | 'lost'
  /** As `crash` and `lost`, and the database cannot be read afterwards. */
  | 'dark'
  | 'dark-lost'
  /** A read fails, and so does its repetition. */
  | 'read'
  /** A request of a write fails. Needs `fine`. */
  | 'request'
  /** A record that was added is read back without its secret. Needs `fine`. */
  | 'mangled';

export const FAULTS: readonly Fault[] = [
  'quota',
  'crash',
  'lost',
  'dark',
  'dark-lost',
  'read',
  'request',
  'mangled',
];

const AT_COMMIT: readonly Fault[] = ['quota', 'crash', 'lost', 'dark', 'dark-lost'];

interface Transaction {
  readonly writes: boolean;
  choices(): Choice[];
  /** Told when all that stood in its way has gone. */
  ready(): void;
}

export interface DatabaseOptions {
  /** Faults that can be chosen, and how many in all. */
  readonly faults: readonly Fault[];
  readonly most: number;
  /** Each request of a write is a choice. They touch nothing but their transaction, so that no order is lost without. */
  readonly fine: boolean;
}

export class ControlledDatabase {
  /** Committed. */
  readonly records = new Map<string, unknown>();
  /** Who owns the store, by the database's word. */
  epoch: unknown = { boot: 'boot', number: 1 };
  /** What became of requests. Committed. */
  readonly outcomes = new Map<string, unknown>();
  /** All that was read. */
  readonly readings: unknown[] = [];
  readonly options: DatabaseOptions;
  readonly #live: Transaction[] = [];
  #faultsLeft: number;
  /** Reads that will fail. */
  #dark = 0;

  constructor(options: DatabaseOptions) {
    this.options = options;
    this.#faultsLeft = options.most;
  }

  get(store: string, id: string): Promise<unknown> {
    if (store === 'owner') return this.#read('get owner', () => this.epoch);
    if (store === 'outcomes') return this.#read(`get outcome ${id}`, () => this.outcomes.get(id));
    return this.#read(`get ${id}`, () => this.snapshot(id));
  }

  getKey(_store: string, id: string): Promise<string | undefined> {
    return this.#read(`has ${id}`, () => (this.records.has(id) ? id : undefined));
  }

  transaction(_stores: unknown, mode: 'readonly' | 'readwrite'): unknown {
    if (mode === 'readonly') return this.#together();
    const write = new Write(this);
    this.#enter(write);
    return write;
  }

  /** One transaction that reads a key together with who owns the store and what became of a request. */
  #together(): unknown {
    let read: () => void = () => undefined;
    const when = new Promise<void>((resolve) => {
      read = resolve;
    });
    const stores: Record<string, (key: string) => Promise<unknown>> = {
      keys: (id) =>
        this.#read(`get ${id}`, () => {
          read();
          return this.snapshot(id);
        }),
      owner: () => when.then(() => this.epoch),
      outcomes: (request) => when.then(() => this.outcomes.get(request)),
    };
    return { objectStore: (name: string) => ({ get: stores[name] }) };
  }

  /** Another connection is as good as this one. */
  close(): void {
    // Nothing to close.
  }

  choices(): Choice[] {
    return this.#live.filter((transaction) => this.isRunnable(transaction)).flatMap((one) => one.choices());
  }

  /** From now on nothing goes wrong any more. */
  heal(): void {
    this.#faultsLeft = 0;
    this.#dark = 0;
  }

  snapshot(id: string): unknown {
    return this.read(this.records.get(id));
  }

  /** What a reader is given. Whoever reads a secret clears it. */
  read(record: unknown): unknown {
    const copy = clone(record);
    this.readings.push(copy);
    return copy;
  }

  isRunnable(transaction: Transaction): boolean {
    const before = this.#live.slice(0, this.#live.indexOf(transaction));
    return before.every(({ writes }) => !writes && !transaction.writes);
  }

  finish(transaction: Transaction): void {
    this.#live.splice(this.#live.indexOf(transaction), 1);
    for (const next of this.#live) if (this.isRunnable(next)) next.ready();
  }

  /** The faults of `kinds` that can still be chosen. */
  faultsOf(kinds: readonly Fault[]): Fault[] {
    if (this.#faultsLeft === 0) return [];
    return kinds.filter((kind) => this.options.faults.includes(kind));
  }

  spend(fault: Fault): void {
    this.#faultsLeft -= 1;
    if (fault === 'dark' || fault === 'dark-lost') this.#dark = 2;
    if (fault === 'read') this.#dark = 1;
  }

  #enter(transaction: Transaction): void {
    this.#live.push(transaction);
  }

  #read<T>(label: string, read: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new DOMException('the read failed', 'UnknownError'));
      const end = (settle: () => void) => (): void => {
        settle();
        this.finish(transaction);
      };
      const transaction: Transaction = {
        writes: false,
        ready: () => undefined,
        choices: () => {
          if (this.#dark > 0) {
            return [{ label: `${label}: fails`, run: end(() => this.#failDark(fail)) }];
          }
          const faults = this.faultsOf(['read']).map((fault) => ({
            rare: true as const,
            label: `${label}: fails twice`,
            run: end(() => {
              this.spend(fault);
              fail();
            }),
          }));
          return [{ label, run: end(() => resolve(read())) }, ...faults];
        },
      };
      this.#enter(transaction);
    });
  }

  #failDark(fail: () => void): void {
    this.#dark -= 1;
    fail();
  }
}

interface Request {
  readonly label: string;
  readonly run: () => void;
  readonly fail: () => void;
  /** The transaction has ended before it ran. */
  readonly abort: () => void;
  readonly mangle?: () => void;
  /** Not a choice: it comes with whatever is next. */
  readonly silent?: true;
}

/** A readwrite transaction with `strict` durability, in the form that idb gives it. */
class Write implements Transaction {
  readonly writes = true;
  readonly done: Promise<void>;
  readonly #keys = {
    get: (id: string) => this.#request(`read back ${id}`, () => this.#get(id), withoutSecret),
    getKey: (id: string) => this.#request(`look for ${id}`, () => (this.#has(id) ? id : undefined)),
    add: (record: { readonly id: string }) => {
      this.#what = `add ${record.id}`;
      // A structured clone is taken at the call.
      const kept: unknown = clone(record);
      return this.#enqueue(`put ${record.id}`, () => void this.#staged.set(record.id, kept), {
        refused: () => this.#has(record.id),
      });
    },
    delete: (id: string) => {
      this.#what = `delete ${id}`;
      return this.#request(`remove ${id}`, () => void this.#staged.set(id, undefined));
    },
  };
  readonly #owner = {
    get: () => this.#silent(() => this.#database.epoch),
    put: (epoch: unknown) => {
      this.#what = 'claim';
      return this.#silent(() => {
        this.#epoch = { value: epoch };
      });
    },
  };
  readonly #outcomes = {
    put: (outcome: { readonly request: string }) =>
      this.#silent(() => void this.#noted.set(outcome.request, outcome)),
  };
  readonly #database: ControlledDatabase;
  readonly #staged = new Map<string, unknown>();
  readonly #noted = new Map<string, unknown>();
  #epoch: { readonly value: unknown } | undefined;
  #what = 'nothing';
  readonly #pending: Request[] = [];
  #aborting = false;
  #succeed: () => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(database: ControlledDatabase) {
    this.#database = database;
    this.done = new Promise((resolve, reject) => {
      this.#succeed = resolve;
      this.#fail = reject;
    });
  }

  abort(): void {
    this.#aborting = true;
  }

  objectStore(name: string): unknown {
    if (name === 'owner') return this.#owner;
    return name === 'outcomes' ? this.#outcomes : this.#keys;
  }

  ready(): void {
    this.#advance();
  }

  choices(): Choice[] {
    if (this.#aborting) return [{ label: `aborted: ${this.#what}`, run: () => this.#end(abortError()) }];
    const [first] = this.#pending;
    if (first !== undefined) return this.#requestChoices(first);
    return [{ label: `complete: ${this.#what}`, run: () => this.#commit() }, ...this.#faultChoices()];
  }

  #requestChoices({ label, fail, mangle }: Request): Choice[] {
    const faults = this.#database.faultsOf(mangle === undefined ? ['request'] : ['request', 'mangled']);
    return [
      {
        label,
        run: () => {
          this.#pending.shift()?.run();
          this.#advance();
        },
      },
      ...faults.map((fault) => ({
        rare: true as const,
        label: `${label}: ${fault}`,
        run: () => {
          this.#database.spend(fault);
          this.#pending.shift();
          if (fault === 'mangled') mangle?.();
          else fail();
          this.#advance();
        },
      })),
    ];
  }

  #faultChoices(): Choice[] {
    // A transaction that wrote nothing has nothing to lose but its answer, which the reader repeats anyway.
    if (this.#staged.size === 0 && this.#epoch === undefined) return [];
    return this.#database.faultsOf(AT_COMMIT).map((fault) => ({
      rare: true as const,
      label: `${fault}: ${this.#what}`,
      run: () => {
        this.#database.spend(fault);
        if (fault === 'lost' || fault === 'dark-lost') this.#apply();
        this.#end(new DOMException('', fault === 'quota' ? 'QuotaExceededError' : 'UnknownError'));
      },
    }));
  }

  #commit(): void {
    this.#apply();
    this.#succeed();
    this.#database.finish(this);
  }

  #apply(): void {
    for (const [id, record] of this.#staged) {
      if (record === undefined) this.#database.records.delete(id);
      else this.#database.records.set(id, record);
    }
    for (const [request, outcome] of this.#noted) this.#database.outcomes.set(request, outcome);
    if (this.#epoch !== undefined) this.#database.epoch = this.#epoch.value;
  }

  #end(error: DOMException): void {
    this.#fail(error);
    this.#database.finish(this);
  }

  #has(id: string): boolean {
    return this.#staged.has(id) ? this.#staged.get(id) !== undefined : this.#database.records.has(id);
  }

  #get(id: string): unknown {
    return this.#staged.has(id) ? this.#database.read(this.#staged.get(id)) : this.#database.snapshot(id);
  }

  #request<T>(label: string, run: () => T, mangled?: (value: T) => T): Promise<T> {
    return this.#enqueue(label, run, mangled === undefined ? {} : { mangled });
  }

  #silent<T>(run: () => T): Promise<T> {
    return this.#enqueue('', run, { silent: true });
  }

  #enqueue<T>(
    label: string,
    run: () => T,
    { mangled, silent, refused }: { mangled?: (value: T) => T; silent?: true; refused?: () => boolean },
  ): Promise<T> {
    const promise = new Promise<T>((resolve, reject) => {
      // Asked for while the first still ran, where requests are no choices and run at once.
      if (this.#aborting) return reject(abortError());
      this.#pending.push({
        label,
        run: () => {
          if (refused?.() !== true) return resolve(run());
          // Nobody prevents the default action of its error event: the transaction ends, and what stands behind it fails.
          reject(new DOMException('a record of this key is there', 'ConstraintError'));
          this.#aborting = true;
          for (const { abort } of this.#pending.splice(0)) abort();
        },
        abort: () => reject(abortError()),
        fail: () => reject(new DOMException('the request failed', 'UnknownError')),
        ...(mangled === undefined ? {} : { mangle: () => resolve(mangled(run())) }),
        ...(silent === undefined ? {} : { silent }),
      });
    });
    this.#advance();
    return promise;
  }

  /** Runs what is not a choice. */
  #advance(): void {
    if (!this.#database.isRunnable(this)) return;
    for (;;) {
      const [first] = this.#pending;
      if (first === undefined || (this.#database.options.fine && first.silent !== true)) return;
      this.#pending.shift();
      first.run();
    }
  }
}

function abortError(): DOMException {
  return new DOMException('the transaction was aborted', 'AbortError');
}

function withoutSecret(record: unknown): unknown {
  const { material, ...rest } = record as KeyRecord;
  // This one nobody is given.
  if (material.secret instanceof Uint8Array) material.secret.fill(0);
  return { ...rest, material: { ...material, secret: null } };
}
