// A case on its way to a script: its arguments, what was changed of it, and the steps so far.
import type { OpenOptions } from 'keyslot';
import type { Call, Step } from '../site/steps.ts';
import type { Argument, PsaCase } from './parse.ts';
import { type Change, Skipped } from './reasons.ts';
import { SYNONYMS } from './vocabulary.ts';

/** The end of the host and the start of a new one: in good order with its last tab, or by a crash under a tab. */
export interface Restart {
  readonly call: 'restart';
  readonly by: 'closing' | 'crash';
}

export class Draft {
  readonly description: string;
  readonly steps: (Step | Restart)[] = [];
  readonly changes = new Set<Change>();
  /** Set by cases about the sizes of the host's tables. */
  sizes: OpenOptions['host'];
  readonly #args: Argument[];
  readonly #values: ReadonlyMap<string, number>;

  constructor({ description, args }: PsaCase, values: ReadonlyMap<string, number>) {
    this.description = description;
    this.#args = [...args];
    this.#values = values;
  }

  /** The next argument, as it stands. */
  word(): string {
    const next = this.#args.shift();
    if (next === undefined || !('word' in next)) throw new Error('the next argument is no word');
    return next.word;
  }

  /** The next argument: bytes in hexadecimal. */
  data(): string {
    const next = this.#args.shift();
    if (next === undefined || !('data' in next)) throw new Error('the next argument is no data');
    return next.data;
  }

  number(): number {
    return this.valueOf(this.word());
  }

  valueOf(word: string): number {
    const name = SYNONYMS[word] ?? word;
    const value = /^-?(0x[0-9a-f]+|\d+)$/i.test(name) ? Number(name) : this.#values.get(name);
    if (value === undefined) throw new Error(`the value of ${word} is not known`);
    return value;
  }

  /** PSA's status: its code in keyslot has the same name. */
  status(): string {
    const word = this.word();
    if (word === 'PSA_SUCCESS') return 'ok';
    if (word === 'PSA_ERROR_BUFFER_TOO_SMALL') throw new Skipped('buffer');
    return word.replace(/^PSA_ERROR_/, '');
  }

  /** Every argument has been read: a case is not understood as long as some are left. */
  end(): void {
    if (this.#args.length > 0) throw new Error(`${this.#args.length} arguments were not read`);
  }

  skipArguments(count: number): void {
    this.#args.splice(0, count);
  }

  change(change: Change): void {
    this.changes.add(change);
  }

  step(call: Readonly<Call>, ...ends: readonly string[]): void {
    this.steps.push(ends.length === 0 ? call : { ...call, ends });
  }

  restart(by: Restart['by']): void {
    this.steps.push({ call: 'restart', by });
  }
}
