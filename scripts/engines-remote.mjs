// @ts-check
// Work for a page that asks for it over HTTP: e2e/engines/agent. It is how a browser is told what to do where no driver
// reaches it.
import { once } from 'node:events';
import { createServer } from 'node:http';

// The page is of another origin, and cross-origin isolated.
const HEADERS = { 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' };

/**
 * @typedef {object} Work
 * @property {string} expression
 * @property {(value: any) => void} done
 * @property {(error: Error) => void} fail
 */

export class Remote {
  /** Begun or not, by number. @type {Map<number, Work>} */
  #works = new Map();
  /** Not told to the page yet. @type {{ work: number, expression: string }[]} */
  #untold = [];
  /** The page's question for more. @type {import('node:http').ServerResponse | undefined} */
  #asked;
  #count = 0;
  #server = createServer((request, response) => {
    if (request.url === '/next') this.#ask(response);
    else void this.#take(request, response);
  });

  /** @returns {Promise<number>} the port on which it is asked */
  async listen() {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the server has no port');
    return address.port;
  }

  /**
   * @param {string} expression
   * @returns {Promise<any>} the value of its promise
   */
  evaluate(expression) {
    const work = ++this.#count;
    return new Promise((done, fail) => {
      this.#works.set(work, { expression, done, fail });
      this.#untold.push({ work, expression });
      this.#tell();
    });
  }

  /** Whoever waits for work is told that nobody does it any more. */
  close() {
    for (const { fail } of this.#works.values()) fail(new Error('the browser has gone'));
    this.#works.clear();
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** @param {import('node:http').ServerResponse} response */
  #ask(response) {
    this.#asked = response;
    this.#tell();
  }

  #tell() {
    if (this.#asked === undefined || this.#untold.length === 0) return;
    this.#asked.writeHead(200, HEADERS).end(JSON.stringify(this.#untold));
    this.#asked = undefined;
    this.#untold = [];
  }

  /**
   * @param {import('node:http').IncomingMessage} request
   * @param {import('node:http').ServerResponse} response
   */
  async #take(request, response) {
    try {
      let text = '';
      for await (const chunk of request.setEncoding('utf8')) text += chunk;
      const { work, value } = JSON.parse(text);
      this.#works.get(work)?.done(value);
      this.#works.delete(work);
      response.writeHead(204, HEADERS).end();
    } catch {
      // Cut off with the browser: `close()` fails the work.
    }
  }
}
