// @ts-check
// The few WebDriver calls that the checks need (W3C WebDriver 2, "Endpoints"), and JavaScript in several windows at
// once, which the protocol itself has not: its commands come one after another, each to the current window.
import { Overdue, START_LIMIT, WORK_LIMIT } from '../e2e/engines/limits.mjs';

/** How long one question whether some work has ended stays open in the page, in milliseconds. */
const GLANCE = 50;

export class WebDriverSession {
  #address;
  /** The end of the last command that was begun. */
  #queue = Promise.resolve();
  #works = 0;

  /** @param {string} address of the session */
  constructor(address) {
    this.#address = address;
  }

  /**
   * @param {string} driver the driver's address
   * @param {object} capabilities
   */
  static async start(driver, capabilities) {
    const body = { capabilities: { alwaysMatch: { ...capabilities, timeouts: { script: WORK_LIMIT } } } };
    const started = await send('POST', `${driver}/session`, body, START_LIMIT);
    return {
      session: new WebDriverSession(`${driver}/session/${started.sessionId}`),
      version: `${started.capabilities.browserName} ${started.capabilities.browserVersion}`,
    };
  }

  /** @returns {Promise<string>} the handle of the window that is there at the start */
  firstWindow() {
    return this.#call('GET', '/window');
  }

  /**
   * @param {string} opener the handle of a window that is there: the command fails where the current one was closed
   * @returns {Promise<string>}
   */
  async newWindow(opener) {
    // A window, not a tab: an engine slows down the timers of tabs that cannot be seen.
    const created = await this.#inWindow(opener, () => this.#call('POST', '/window/new', { type: 'window' }));
    return created.handle;
  }

  /**
   * @param {string} handle
   * @param {string} url
   */
  go(handle, url) {
    return this.#inWindow(handle, () => this.#call('POST', '/url', { url }));
  }

  /** @param {string} handle */
  closeWindow(handle) {
    return this.#inWindow(handle, () => this.#call('DELETE', '/window'));
  }

  /**
   * The value of an expression's promise. The expression is begun in one command and asked for in others, so that
   * work in another window goes on meanwhile.
   *
   * @param {string} handle
   * @param {string} expression
   */
  async evaluate(handle, expression) {
    this.#works += 1;
    const work = this.#works;
    const begin = `(window.works ??= new Map()).set(${work}, ${expression});`;
    const ask = `
      const done = arguments[0];
      const later = new Promise((resolve) => setTimeout(resolve, ${GLANCE}, null));
      Promise.race([window.works.get(${work}), later]).then(done);`;
    await this.#inWindow(handle, () => this.#execute('sync', begin));
    for (const start = performance.now(); performance.now() - start < WORK_LIMIT; ) {
      const result = await this.#inWindow(handle, () => this.#execute('async', ask));
      if (result !== null) return result;
    }
    throw new Overdue(`work in a window took longer than ${WORK_LIMIT / 1000} s`);
  }

  end() {
    return this.#call('DELETE', '');
  }

  /**
   * @param {string} handle
   * @param {() => Promise<any>} command
   * @returns {Promise<any>}
   */
  #inWindow(handle, command) {
    const result = this.#queue.then(async () => {
      await this.#call('POST', '/window', { handle });
      return command();
    });
    // The next command is not this one's business.
    this.#queue = result.then(
      () => {},
      () => {},
    );
    return result;
  }

  /**
   * @param {'sync' | 'async'} kind
   * @param {string} script
   */
  #execute(kind, script) {
    return this.#call('POST', `/execute/${kind}`, { script, args: [] });
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  #call(method, path, body) {
    return send(method, this.#address + path, body, WORK_LIMIT);
  }
}

/**
 * Waits until the driver at this address takes sessions. Nothing tells but its answer.
 *
 * @param {string} driver
 * @param {AbortSignal} signal
 */
export async function driverReady(driver, signal) {
  while (!signal.aborted) {
    const status = await send('GET', `${driver}/status`, undefined, WORK_LIMIT).catch(() => undefined);
    if (status?.ready) return;
    // Not listening yet; an event loop's turn between two refusals leaves it the processor.
    await new Promise((turn) => setTimeout(turn, 20));
  }
}

/**
 * @param {string} method
 * @param {string} url
 * @param {object | undefined} body
 * @param {number} limit
 * @returns {Promise<any>}
 */
async function send(method, url, body, limit) {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(limit),
    ...(body ? { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } } : {}),
  });
  const { value } = /** @type {{ value: any }} */ (await response.json());
  if (!response.ok) throw new Error(`WebDriver: ${value?.error}: ${value?.message}`);
  return value;
}
