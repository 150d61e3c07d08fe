// @ts-check
// The account of a crash test: what was asked of the store, what it acknowledged, and what is found in it after a kill.
// It is kept outside of the browser, so that no kill can touch it.
//
// A step is entered as begun before the page hears of it, and as acknowledged when the page says so. An acknowledgement
// that is lost on its way makes the account less strict, never wrong.

/**
 * `creating`, `destroying`: begun, and whether it took effect is not known.
 *
 * @typedef {'creating' | 'there' | 'destroying' | 'gone'} State
 *
 * @typedef {'create' | 'destroy'} Act
 *
 * @typedef {object} Entry
 * @property {State} state
 * @property {string} [publicKey] SPKI in hexadecimal, as it was told at creation
 * @property {true} [faulty] it has been counted as half
 *
 * @typedef {object} Finding what a look at the store says of one key
 * @property {string} id
 * @property {string} [publicKey] SPKI in hexadecimal
 * @property {string} [fault] why it cannot be used, if it cannot
 *
 * @typedef {keyof typeof VIOLATIONS} Violation
 */

/** What must not be, and how the table names it. */
export const VIOLATIONS = Object.freeze({
  missing: 'acknowledged and missing',
  back: 'destroyed and back',
  half: 'half records',
  foreign: 'there, though never created',
  answer: 'answers that cannot be right',
  hung: 'tabs and calls that did not go on',
  page: 'errors that nobody caught',
});

/** Answers of a single creation of a new id, or a single destruction, that show a repetition or a loss. */
const IMPOSSIBLE = Object.freeze({
  create: ['ALREADY_EXISTS'],
  destroy: ['DOES_NOT_EXIST', 'INVALID_HANDLE'],
});

export class Account {
  /** @type {Map<string, Entry>} */
  #keys = new Map();
  /** Ids that exist for certain. @type {Set<string>} */
  there = new Set();
  /** Calls that were refused, by code. @type {Map<string, number>} */
  refusals = new Map();
  /** @type {{ kind: Violation, text: string }[]} */
  violations = [];
  /** What the browser lost of its own accord, in words. */
  losses = /** @type {string[]} */ ([]);
  /** Acknowledged; then what was not, by what was found of it. */
  counts = { created: 0, destroyed: 0, kept: 0, dropped: 0, done: 0, undone: 0 };

  /**
   * @param {Act} act
   * @param {string} id
   */
  begin(act, id) {
    if (act === 'create') this.#keys.set(id, { state: 'creating' });
    else this.#enter(id, 'destroying');
  }

  /**
   * @param {Act} act
   * @param {string} id
   */
  acknowledge(act, id) {
    this.#enter(id, act === 'create' ? 'there' : 'gone');
    this.counts[act === 'create' ? 'created' : 'destroyed'] += 1;
  }

  /**
   * Only `COMMUNICATION_FAILURE` leaves open whether something changed. Every other refusal says that nothing did.
   *
   * @param {Act} act
   * @param {string} id
   * @param {string} code
   */
  refuse(act, id, code) {
    this.refusals.set(code, (this.refusals.get(code) ?? 0) + 1);
    if (code === 'COMMUNICATION_FAILURE') return;
    if (IMPOSSIBLE[act].includes(code)) this.violate('answer', `to ${act} ${id}: ${code}`);
    else this.#enter(id, act === 'create' ? 'gone' : 'there');
  }

  /**
   * @param {string} id
   * @param {string} publicKey
   */
  name(id, publicKey) {
    this.#entry(id).publicKey = publicKey;
  }

  /**
   * @param {Violation} kind
   * @param {string} text
   */
  violate(kind, text) {
    this.violations.push({ kind, text });
  }

  /**
   * Compares the store with the account. No call is under way: what was unknown is known from here on, and must stay
   * so. The account goes on with what was found, so that one fault is counted once.
   *
   * @param {readonly Finding[]} findings
   */
  audit(findings) {
    const found = new Set(findings.map(({ id }) => id));
    for (const finding of findings) this.#inspect(finding);
    for (const [id, { state }] of this.#keys) {
      const isThere = found.has(id);
      if (state === 'there' && !isThere) this.violate('missing', id);
      if (state === 'gone' && isThere) this.violate('back', id);
      if (state === 'creating') this.counts[isThere ? 'kept' : 'dropped'] += 1;
      if (state === 'destroying') this.counts[isThere ? 'undone' : 'done'] += 1;
      this.#enter(id, isThere ? 'there' : 'gone');
    }
  }

  /**
   * The browser has found its own database damaged, has said so, and has begun another: every key went with it, by
   * nothing that a page does or could prevent (LevelDB goes on with a log whose end is torn, and later finds its checksum
   * wrong: https://github.com/google/leveldb/issues/1287). It is told for what it is, and is no violation of keyslot's.
   */
  drop() {
    this.losses.push(`a database with ${this.there.size} keys, which it could not read itself`);
    // Destroyed, as far as it got: what was destroyed before stays so.
    for (const id of [...this.there]) this.#enter(id, 'destroying');
  }

  /** @param {Finding} finding */
  #inspect({ id, fault, publicKey }) {
    let entry = this.#keys.get(id);
    if (entry === undefined) {
      this.violate('foreign', id);
      entry = { state: 'there' };
      this.#keys.set(id, entry);
    }
    if (fault !== undefined && entry.faulty !== true) {
      entry.faulty = true;
      this.violate('half', `${id}: ${fault}`);
    }
    if (publicKey === undefined) return;
    entry.publicKey ??= publicKey;
    if (entry.publicKey !== publicKey) this.violate('half', `${id}: it is another key than the one created`);
  }

  /**
   * @param {string} id
   * @param {State} state
   */
  #enter(id, state) {
    this.#entry(id).state = state;
    if (state === 'there') this.there.add(id);
    else this.there.delete(id);
  }

  /** @param {string} id */
  #entry(id) {
    const entry = this.#keys.get(id);
    if (entry === undefined) throw new Error(`${id} was never begun`);
    return entry;
  }
}
