// Drivers that compute nothing and remember everything. Each key made has a number, its material and its signatures
// are that number, so that a test sees which key signed; and each opened key knows whether it was wiped in time.
import { isComplete } from '../../../src/algorithms/index.ts';
import type {
  Bytes,
  Driver,
  DriverName,
  FamilyDriver,
  MacSteps,
  Material,
  WorkingKey,
} from '../../../src/drivers/driver.ts';
import type { Agenda } from './agenda.ts';
import { bytesOf, cryptoKeyOf, numberOf } from './material.ts';

type Step = 'generate' | 'open' | 'sign';

export const STEPS: readonly Step[] = ['generate', 'open', 'sign'];

/** All that was made of secrets in one world. */
export class Workshop {
  readonly keys: FakeKey[] = [];
  /** Numbers of keys that are being opened. */
  readonly opening: number[] = [];
  /** Secrets handed to the host, which has to clear them. */
  readonly secrets: Bytes[] = [];
  /** What no driver may ever see. */
  readonly faults: string[] = [];
  readonly agenda: Agenda;
  /** Steps of native keys that settle when they are chosen; the others settle at once. */
  readonly controlled: ReadonlySet<Step>;
  /** What has blocked the host's thread since this was last looked at: pieces of work of the driver that does. */
  blocking = 0;
  #made = 0;

  constructor(agenda: Agenda, controlled: ReadonlySet<Step>) {
    this.agenda = agenda;
    this.controlled = controlled;
  }

  get drivers(): Readonly<Record<DriverName, Driver>> {
    return { webcrypto: this.#driver('webcrypto'), noble: this.#driver('noble') };
  }

  /** A secret for the host. Bytes are its to clear. */
  lend(number: number, native: boolean): Bytes | CryptoKey {
    if (native) return cryptoKeyOf(number);
    const secret = bytesOf(number);
    this.secrets.push(secret);
    return secret;
  }

  #driver(name: DriverName): Driver {
    const family = name === 'webcrypto' ? this.#native() : this.#blocking();
    return { name, family: () => Promise.resolve(family) };
  }

  #native(): FamilyDriver {
    return {
      ...this.#blocking(),
      generate: () => this.settle('generate', () => this.#generate('webcrypto')),
      import: (_format, _data, algorithm) => {
        if (!isComplete(algorithm)) throw new TypeError('an algorithm that the material does not complete');
        return { material: this.#generate('webcrypto'), algorithm };
      },
      open: ({ secret }) => {
        // Engines copy the bytes at the call.
        const number = this.#numberOf(secret);
        this.opening.push(number);
        const produce = (): FakeKey => {
          this.opening.splice(this.opening.indexOf(number), 1);
          return this.#open(number, true);
        };
        return this.settle('open', produce, number);
      },
    };
  }

  #blocking(): FamilyDriver {
    return {
      generate: () => this.#generate('noble'),
      open: ({ secret }) => this.#open(this.#numberOf(secret), false),
      import: (_format, _data, algorithm) => {
        if (!isComplete(algorithm)) throw new TypeError('an algorithm that the material does not complete');
        return { material: this.#generate('noble'), algorithm };
      },
    };
  }

  /** Whether there is a copy of this material in memory, ready for work or about to be. */
  holds(number: number): boolean {
    return this.opening.includes(number) || this.keys.some((key) => key.number === number && key.wipes === 0);
  }

  settle<T>(step: Step, produce: () => T, number?: number): Promise<T> {
    if (!this.controlled.has(step)) return Promise.resolve(produce());
    return this.agenda.later(number === undefined ? step : `${step} ${number}`, produce);
  }

  #generate(driver: DriverName): Material {
    if (driver === 'noble') this.blocking += 1;
    this.#made += 1;
    return { driver, type: 'secret', secret: this.lend(this.#made, driver === 'webcrypto'), publicKey: null };
  }

  #numberOf(secret: Material['secret']): number {
    const number = numberOf(secret);
    if (number === 0) this.faults.push('cleared material was opened');
    return number;
  }

  #open(number: number, native: boolean): FakeKey {
    const key = new FakeKey(this, number, native);
    this.keys.push(key);
    return key;
  }
}

export class FakeKey implements WorkingKey {
  readonly number: number;
  readonly #shop: Workshop;
  readonly #native: boolean;
  /** Signatures that are being computed, and operations in steps. */
  running = 0;
  wipes = 0;

  constructor(shop: Workshop, number: number, native: boolean) {
    this.number = number;
    this.#shop = shop;
    this.#native = native;
    // No engine divides a MAC into steps.
    if (!native) this.startMac = () => this.#startMac();
  }

  readonly startMac?: () => MacSteps;

  readonly sign = (): Bytes | Promise<Bytes> => {
    this.#used('sign');
    if (!this.#native) {
      this.#shop.blocking += 1;
      return bytesOf(this.number);
    }
    this.running += 1;
    const produce = (): Bytes => {
      this.running -= 1;
      return bytesOf(this.number);
    };
    return this.#shop.settle('sign', produce, this.number);
  };

  readonly exportKey = (): Bytes => bytesOf(this.number);

  readonly exportPublicKey = (): Bytes => bytesOf(this.number);

  readonly copySecret = (): Bytes | CryptoKey => {
    this.#used('copySecret');
    return this.#shop.lend(this.number, this.#native);
  };

  readonly wipe = (): void => {
    this.wipes += 1;
    if (this.wipes > 1) this.#shop.faults.push(`key ${this.number} was wiped twice`);
    if (this.running > 0) this.#shop.faults.push(`key ${this.number} was wiped while it was in use`);
  };

  #startMac(): MacSteps {
    this.#used('startMac');
    this.running += 1;
    let live = true;
    this.#shop.blocking += 1;
    const fault = (what: string): void => {
      this.#shop.blocking += 1;
      if (!live) this.#shop.faults.push(`${what} of an operation that was wiped`);
    };
    return {
      update: () => fault('update'),
      finish: () => {
        fault('finish');
        return bytesOf(this.number);
      },
      wipe: () => {
        if (live) this.running -= 1;
        live = false;
      },
    };
  }

  #used(what: string): void {
    if (this.wipes > 0) this.#shop.faults.push(`${what} with key ${this.number}, which was wiped`);
  }
}
