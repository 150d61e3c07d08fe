// @ts-check
// What the checks need of a browser, whichever engine and protocol is behind it.
import { WORK_LIMIT, within } from './limits.mjs';

/**
 * @typedef {object} Browser
 * @property {string} version
 * @property {(url: string) => Promise<Tab>} open a new tab that has loaded the page
 * @property {() => Promise<void>} close ends the browser, as a person does
 * @property {() => Promise<void>} [kill] ends all its processes in one step, by SIGKILL
 */

/**
 * How an engine runs JavaScript in a tab: `evaluate` takes an expression whose promise always fulfils, with plain
 * data.
 *
 * @typedef {object} Reach
 * @property {(expression: string) => Promise<any>} evaluate
 * @property {() => Promise<void>} close
 */

/** What work in a page has thrown. */
export class PageError extends Error {
  /** @param {{ name: string, message: string, code?: unknown }} thrown */
  constructor({ name, message, code }) {
    super(`${name}: ${message}`);
    this.code = code;
  }
}

export class Tab {
  #reach;

  /** @param {Reach} reach */
  constructor(reach) {
    this.#reach = reach;
  }

  /**
   * Runs a function in the page. It is sent as text, so it sees its arguments and the page, nothing of the file it
   * stands in; arguments and result travel as JSON.
   *
   * @template {unknown[]} A
   * @template R
   * @param {(...args: A) => R | Promise<R>} work
   * @param {A} args
   * @returns {Promise<R>}
   */
  async run(work, ...args) {
    const expression = `(async () => {
      try {
        return { value: await (${work})(...${JSON.stringify(args)}) };
      } catch (error) {
        const { name, message, code } = error ?? {};
        return { error: { name: String(name), message: String(message ?? error), code } };
      }
    })()`;
    const { value, error } = await within(this.#reach.evaluate(expression), WORK_LIMIT, 'work in a tab');
    if (error) throw new PageError(error);
    return value;
  }

  close() {
    return within(this.#reach.close(), WORK_LIMIT, 'closing a tab');
  }
}
