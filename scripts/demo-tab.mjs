// @ts-check
// A tab as the story speaks of it: what it does goes through the page's own actions, and the answer is taken
// as a success or as a refusal with a code.

/** @typedef {import('../demo/actions.ts').Actions} Actions */
/** @typedef {import('../demo/documents.ts').Source} Source */
/** @typedef {import('../demo/actions.ts').Wanted} Wanted */
/** @typedef {import('../demo/jws.ts').Signed} Signed */

/**
 * @template T
 * @typedef {import('../demo/journal.ts').Outcome<T>} Outcome
 */

/** The longest that a page may take to show something, in ms. */
const LIMIT = 30_000;

export class Tab {
  /**
   * @param {string} name
   * @param {import('playwright').Page} page
   */
  constructor(name, page) {
    this.name = name;
    this.page = page;
  }

  /** @param {Wanted} wanted */
  create(wanted) {
    return this.page.evaluate(async (w) => (await window.demo).actions.create(w), wanted);
  }

  /** @param {string} id */
  open(id) {
    return this.page.evaluate(async (i) => (await window.demo).actions.open(i), id);
  }

  /** @param {string} id */
  sign(id) {
    return this.page.evaluate(async (i) => (await window.demo).actions.sign(i, { kind: 'readme' }), id);
  }

  /** @param {Signed} signed */
  verify(signed) {
    return this.page.evaluate(async (s) => (await window.demo).actions.verify(s), signed);
  }

  /** @param {string} id */
  destroy(id) {
    return this.page.evaluate(async (i) => (await window.demo).actions.destroy(i), id);
  }

  /** @param {string} id */
  startLoop(id) {
    return this.page.evaluate(async (i) => (await window.demo).actions.startLoop(i), id);
  }

  loopReport() {
    return this.page.evaluate(async () => (await window.demo).actions.loopReport());
  }

  /**
   * @param {string} id
   * @param {'generateKey' | 'ensureKey'} method
   */
  race(id, method) {
    return this.page.evaluate(
      async ([i, m]) => (await window.demo).actions.race(i, m),
      /** @type {const} */ ([id, method]),
    );
  }

  stats() {
    return this.page.evaluate(async () => (await window.demo).stats());
  }

  ids() {
    return this.page.evaluate(async () => (await window.demo).ids());
  }

  /** @param {string} text */
  note(text) {
    return this.page.evaluate(async (t) => (await window.demo).note(t), text);
  }

  loops() {
    return this.page.evaluate(async () => (await window.demo).actions.looping !== undefined);
  }

  /** How many signatures of the loop have completed. */
  async looped() {
    return this.page.evaluate(async () => (await window.demo).actions.looping?.completed ?? 0);
  }

  /**
   * The first signature that `by` made with the key of an id, once this tab has heard of it.
   *
   * @param {string} by
   * @param {string} id
   */
  async signature(by, id) {
    const all = await this.until(
      `a signature by ${by} with ${id}`,
      () => this.page.evaluate(async () => [...(await window.demo).signatures()]),
      (signed) => signed.some((one) => one.by === by && one.id === id),
    );
    const found = all.find((one) => one.by === by && one.id === id);
    if (found === undefined) throw new Error(`no signature by ${by} with ${id}`);
    return found;
  }

  /**
   * Looks again and again until what it sees is as told, and answers with it.
   *
   * @template T
   * @param {string} what it waits for
   * @param {() => Promise<T>} look
   * @param {(seen: T) => boolean} condition
   * @returns {Promise<T>}
   */
  async until(what, look, condition) {
    const limit = performance.now() + LIMIT;
    for (;;) {
      const seen = await look();
      if (condition(seen)) return seen;
      if (performance.now() > limit) {
        throw new Error(`tab ${this.name} waited ${LIMIT / 1000} s in vain for this: ${what}`);
      }
    }
  }

  /**
   * Captions the page and takes its picture.
   *
   * @param {string} step
   * @param {string} text
   * @param {string} path
   */
  async picture(step, text, path) {
    await this.page.evaluate(
      async ([s, t]) => {
        const demo = await window.demo;
        demo.caption(s, t);
        await demo.shown();
      },
      /** @type {const} */ ([step, text]),
    );
    await this.page.screenshot({ path, animations: 'disabled' });
  }
}

/**
 * How an action ended, in a word that a check can compare: `done`, or the code of the refusal.
 *
 * @param {Outcome<unknown> | null} outcome
 */
export function ending(outcome) {
  if (outcome === null) return 'never begun';
  return outcome.ok ? 'done' : outcome.code;
}

/**
 * @template T
 * @param {Outcome<T>} outcome
 * @returns {T}
 */
export function granted(outcome) {
  if (outcome.ok) return outcome.value;
  throw new Error(`${outcome.code}: ${outcome.message}`);
}
