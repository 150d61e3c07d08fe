// One controlled world: a real host on a real KeyStore, whose database, drivers and clock do nothing until they are told.
// Scheduling is the only freedom left, so a list of choices is a run.
import './chance.ts';
import { StoreMoved } from '../../../src/errors.ts';
import { loadAnnex } from '../../../src/host/handlers/load.ts';
import { Host } from '../../../src/host/host.ts';
import type { Sizes } from '../../../src/host/sizes.ts';
import type { Lifetime, Reply } from '../../../src/rpc/protocol.ts';
import { loadChecksums, withChecksum } from '../../../src/store/checksum.ts';
import { isEpochOf } from '../../../src/store/owner.ts';
import type { KeyRecord } from '../../../src/store/record.ts';
import type { Database } from '../../../src/store/schema.ts';
import { KeyStore } from '../../../src/store/store.ts';
import { Transactions } from '../../../src/store/transactions.ts';
import { Agenda, type Choice, settled } from './agenda.ts';
import { Client, labelOf } from './client.ts';
import { ControlledClock } from './clock.ts';
import { ControlledDatabase, type DatabaseOptions } from './database.ts';
import { STEPS, Workshop } from './drivers.ts';
import { type Call, History } from './history.ts';
import { bytesOf, cryptoKeyOf } from './material.ts';
import type { ModelKey, Output } from './model.ts';
import { sharedName } from './model.ts';
import { type SeatNumber, Succession } from './succession.ts';

// The loading of a script is no step of the host: it is there before the first.
await Promise.all([loadAnnex(), loadChecksums()]);

export interface WorldOptions extends Partial<DatabaseOptions> {
  readonly cacheSize?: number;
  readonly lanes?: number;
  readonly operations?: number;
  /** Whether persistent keys stay in memory between uses. */
  readonly cache?: boolean;
  /** Persistent keys have slots of their own. */
  readonly pinned?: boolean;
  /** Keys that are used in steps, by the driver that blocks. */
  readonly multipart?: boolean;
  /** Steps of the drivers that settle when they are chosen. */
  readonly steps?: readonly (typeof STEPS)[number][];
  /** Whether deadlines may pass. */
  readonly deadlines?: boolean;
  /** Those beside the first may come to own the store (succession.ts). */
  readonly hosts?: 1 | 2 | 3;
}

/** A host, and what it has the store by. */
export interface Seat {
  readonly host: Host;
  readonly store: KeyStore;
  readonly transactions: Transactions;
}

const ALGORITHM = { name: 'HMAC', hash: 'SHA-256', length: 256 } as const;

class ControlledTransactions extends Transactions {
  readonly #controlled: ControlledDatabase;

  constructor(database: ControlledDatabase, boot: string) {
    super('controlled', boot);
    this.#controlled = database;
  }

  override async open(): Promise<Database> {
    if (!this.admitted) throw new StoreMoved();
    // The part of idb's interface that the store uses.
    return this.#controlled as unknown as Database;
  }
}

export class World {
  readonly agenda = new Agenda();
  readonly clock = new ControlledClock();
  readonly database: ControlledDatabase;
  readonly workshop: Workshop;
  /** The owner of the store first, then its successors, where there are to be any. */
  readonly seats: readonly Seat[];
  /** The one that owns the store at first. */
  readonly host: Host;
  readonly succession: Succession;
  readonly history = new History();
  readonly clients: Client[] = [];
  first: Client | undefined;
  /** What went wrong, in words. */
  readonly faults: string[] = [];
  /** Which material each key has, by generation: learnt when it is first seen, checked ever after. */
  readonly numbers = new Map<string, number>();
  /** Keys that were there before the first call. */
  readonly initial = new Map<string, ModelKey>();
  /** Which host has what is stored nowhere: by the generations of keys, and the names of operations. */
  readonly inMemory = new Map<string, SeatNumber>();
  /** Labels of what happened. */
  readonly trace: string[] = [];
  /** Deadline of calls, in ms. */
  timeout: number | undefined;
  /** Told of each answer, in the step that gives it. */
  onReturn: (call: Call) => void = () => undefined;
  /** Told after each step, when all that follows by itself has followed. */
  onStep: () => void = () => undefined;
  /** Whether deadlines pass. */
  deadlines: boolean;
  readonly #options: WorldOptions;

  constructor(options: WorldOptions = {}) {
    this.#options = options;
    this.deadlines = options.deadlines ?? false;
    const { faults = [], most = 1, fine = false, cacheSize = 1, lanes = 2, operations = 2 } = options;
    this.database = new ControlledDatabase({ faults, most, fine });
    this.workshop = new Workshop(this.agenda, new Set(options.steps ?? STEPS));
    const sizes = { cacheSize, pinnedSize: 1, ceiling: 16, operations, lanes };
    const first = this.#seat('boot', sizes);
    first.transactions.admit();
    const successors = ['next', 'third'].slice(0, (options.hosts ?? 1) - 1);
    this.seats = [first, ...successors.map((boot) => this.#seat(boot, sizes))];
    this.host = first.host;
    this.succession = new Succession(this);
    this.host.tenure.begin(this.clock.now());
  }

  #seat(boot: string, sizes: Sizes): Seat {
    const transactions = new ControlledTransactions(this.database, boot);
    const store = new KeyStore(transactions);
    const host = new Host({
      boot,
      store,
      drivers: this.workshop.drivers,
      clock: this.clock,
      natives: { variants: new Set([ALGORITHM.name]), believed: 0, prove: () => undefined },
      capabilities: { algorithms: {} },
      sizes,
    });
    return { host, store, transactions };
  }

  /** Whether a host owns the store, by the database's word. */
  owns({ host }: Seat): boolean {
    return isEpochOf(this.database.epoch, host.boot);
  }

  /** Steps taken so far. */
  get step(): number {
    return this.trace.length;
  }

  client(): Client {
    const client = new Client(this, this.clients.length);
    this.clients.push(client);
    return client;
  }

  /** The client of the first call of a scene, where that has a past. */
  firstClient(): Client {
    this.first ??= this.client();
    return this.first;
  }

  attributes(id: string, lifetime: Lifetime) {
    const { cache = true, pinned = false, multipart = false } = this.#options;
    return {
      id,
      lifetime,
      algorithm: ALGORITHM,
      usages: ['sign'],
      extractable: false,
      copyable: true,
      cache,
      pinned: pinned && lifetime === 'persistent',
      multipart,
    };
  }

  /** Puts a record into the database, as if it had always been there. */
  seed(id: string, number: number): { id: string; generation: string } {
    const generation = number.toString(16).padStart(32, '0');
    const material =
      this.#options.multipart === true
        ? { driver: 'noble', secret: bytesOf(number) }
        : { driver: 'webcrypto', secret: cryptoKeyOf(number) };
    const said = {
      version: 1,
      id,
      generation,
      attributes: this.attributes(id, 'persistent'),
      material: { ...material, type: 'secret', publicKey: null },
      created: 0,
    };
    this.database.records.set(id, withChecksum(said));
    this.initial.set(sharedName(id), { generation, lifetime: 'persistent' });
    this.numbers.set(generation, number);
    return { id, generation };
  }

  choices(): Choice[] {
    const choices = [
      ...this.agenda.choices(),
      ...this.database.choices(),
      ...this.clock.choices(),
      ...this.succession.choices(),
    ];
    return this.deadlines ? [...choices, ...this.clock.deadlines()] : choices;
  }

  /** Takes one choice, and lets all follow that follows by itself. */
  async take(choice: Choice): Promise<void> {
    this.trace.push(choice.label);
    choice.run();
    await settled();
    this.onStep();
  }

  /** Something that is no choice of the scheduler, in a step of its own. */
  async tell(what: () => void): Promise<void> {
    this.trace.push('tell');
    what();
    await settled();
    this.onStep();
  }

  /** Takes the choices of these labels, or of what stands before their colon. */
  async run(...labels: readonly string[]): Promise<void> {
    for (const label of labels) {
      const choices = this.choices();
      const choice = choices.find((one) => one.label === label || one.label.startsWith(`${label}:`));
      if (choice === undefined) {
        const there = choices.map((candidate) => candidate.label).join(', ');
        throw new Error(`"${label}" cannot happen now; there is: ${there || 'nothing'}`);
      }
      await this.take(choice);
    }
  }

  /** Begins a call in a step of its own. @returns what it has answered by now, if anything. */
  async begin(call: Promise<Output>): Promise<() => Output | undefined> {
    this.trace.push('begin');
    let answer: Output | undefined;
    call.then(
      (output) => {
        answer = output;
      },
      (error: unknown) => void this.faults.push(String(error)),
    );
    await settled();
    this.onStep();
    return () => answer;
  }

  /** Lets everything happen, first things first, until nothing is left. */
  async rest(): Promise<void> {
    await settled();
    for (let [next] = this.choices(); next !== undefined; [next] = this.choices()) {
      if (this.step > 100_000) throw new Error('this never ends');
      await this.take(next);
    }
  }

  /** What was done to get here is no part of the run. */
  forget(): void {
    this.history.calls.length = 0;
    this.trace.length = 0;
  }

  signed(generation: string, number: number): void {
    const known = this.numbers.get(generation);
    if (known !== number) this.faults.push(`key ${generation} is ${known}, but ${number} signed for it`);
  }

  returned(call: Call, output: Output): void {
    call.output = output;
    call.returned = this.step;
    this.onReturn(call);
  }

  /** What a reply means. Where even the host cannot tell, the database of this world can. */
  outcome(call: Call, reply: Reply): Output {
    if ('value' in reply) {
      const { value } = reply;
      const info = typeof value === 'object' && value !== null && 'generation' in value;
      return { code: 'OK', ...(info ? { generation: String(value.generation) } : {}) };
    }
    const { code } = reply.error;
    return code === 'COMMUNICATION_FAILURE' ? { ...this.#unknown(call), unknown: true } : { code };
  }

  /** The id's turn was held until now: what the record says is what this call did. */
  #unknown(call: Call): Pick<Output, 'code' | 'generation'> {
    const { input } = call;
    const nothing = { code: 'STORAGE_FAILURE' };
    if (input.kind === 'destroy') return this.database.records.has(input.id) ? nothing : { code: 'OK' };
    if (!('id' in input)) return nothing;
    const id = input.kind === 'copy' ? input.target : input.id;
    const record = this.database.records.get(id) as KeyRecord | undefined;
    if (record === undefined || record.attributes.label !== labelOf(call)) return nothing;
    return { code: 'OK', generation: record.generation };
  }

  /** Compares the material of a key with what was seen of it before. */
  learn(generation: string, number: number, where: string): void {
    const known = this.numbers.get(generation);
    if (known === undefined) this.numbers.set(generation, number);
    else if (known !== number) this.faults.push(`key ${generation} is ${known}, but ${number} in ${where}`);
  }
}
