// Signs without a pause, several documents at a time, until it is stopped or refused. It keeps account of
// what was begun, completed and refused, and in which order.
import type { Key } from 'keyslot';
import { failureOf } from './advice.ts';
import { bytesOf } from './documents.ts';
import { type Draft, draft, type Signed, sign } from './jws.ts';

/** Documents under way at any time: the host always has some of them before it. */
export const LANES = 8;

/** How many of the last signatures are kept, to be verified elsewhere. */
const KEPT = 32;

/** Signatures are numbered in the order in which they were begun. */
export interface LoopReport {
  readonly begun: number;
  readonly completed: number;
  readonly refused: number;
  /** The highest number that completed, and the lowest that was refused. */
  readonly lastCompleted: number;
  readonly firstRefused: number | null;
  /** The different codes of refusals. */
  readonly codes: string[];
  /** When the first refusal came, in milliseconds since 1970. */
  readonly refusedAt: number | null;
  readonly last: readonly Made[];
}

interface Made {
  readonly number: number;
  /** The document's own number. They are written at the same time, so their order may be another. */
  readonly document: number;
  readonly signed: Signed;
}

export class Loop {
  readonly done: Promise<LoopReport>;
  readonly #key: Key;
  readonly #by: string;
  readonly #codes = new Set<string>();
  readonly #last: Made[] = [];
  #stopped = false;
  #documents = 0;
  #begun = 0;
  #completed = 0;
  #refused = 0;
  #lastCompleted = 0;
  #firstRefused: number | null = null;
  #refusedAt: number | null = null;

  constructor(key: Key, by: string) {
    this.#key = key;
    this.#by = by;
    this.done = this.#run();
  }

  get completed(): number {
    return this.#completed;
  }

  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<LoopReport> {
    const readme = new TextDecoder().decode(await bytesOf({ kind: 'readme' }));
    await Promise.all(Array.from({ length: LANES }, () => this.#lane(readme)));
    return {
      begun: this.#begun,
      completed: this.#completed,
      refused: this.#refused,
      lastCompleted: this.#lastCompleted,
      firstRefused: this.#firstRefused,
      codes: [...this.#codes],
      refusedAt: this.#refusedAt,
      last: this.#last,
    };
  }

  async #lane(readme: string): Promise<void> {
    while (!this.#stopped) {
      this.#documents += 1;
      const document = this.#documents;
      const text = `Document ${document}\n${readme}`;
      await this.#one(document, await draft(this.#key, { kind: 'text', text }));
    }
  }

  async #one(document: number, written: Draft): Promise<void> {
    this.#begun += 1;
    const number = this.#begun;
    try {
      // Nothing is awaited between the number and the call: they have one order.
      const signed = await sign(this.#key, written, this.#by);
      this.#completed += 1;
      this.#lastCompleted = Math.max(this.#lastCompleted, number);
      this.#last.push({ number, document, signed });
      if (this.#last.length > KEPT) this.#last.shift();
    } catch (error) {
      this.#stopped = true;
      this.#refused += 1;
      this.#firstRefused = Math.min(this.#firstRefused ?? number, number);
      this.#refusedAt ??= Date.now();
      this.#codes.add(failureOf(error).code);
    }
  }
}
