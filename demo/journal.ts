// The activity log. Every action runs through `run`, whether a person or a script asked for it, so that the
// page shows what was done, what it took and how it ended.
import { type Failure, failureOf } from './advice.ts';
import { duration, el, setText } from './dom.ts';

/** How an action ended, in a form that a script can take out of the page. */
export type Outcome<T> =
  | { readonly ok: true; readonly value: T; readonly ms: number }
  | { readonly ok: false; readonly code: string; readonly message: string; readonly ms: number };

const MAX_ENTRIES = 200;

export class Journal {
  readonly #list: HTMLOListElement;
  readonly #state: HTMLElement;
  readonly #onDone: () => void;
  #pending = 0;

  constructor(list: HTMLOListElement, state: HTMLElement, onDone: () => void) {
    this.#list = list;
    this.#state = state;
    this.#onDone = onDone;
  }

  /** Actions under way. */
  get pending(): number {
    return this.#pending;
  }

  /** Never rejects: a failure is an entry with its code, and an outcome. */
  async run<T>(what: string, work: () => Promise<T>, told: (value: T) => string): Promise<Outcome<T>> {
    this.#working(1);
    const begin = performance.now();
    try {
      const value = await work();
      const ms = performance.now() - begin;
      this.#add('done', what, told(value), ms);
      return { ok: true, value, ms };
    } catch (error) {
      const ms = performance.now() - begin;
      const failure = failureOf(error);
      this.#add('failed', what, failure, ms);
      return { ok: false, code: failure.code, message: failure.message, ms };
    } finally {
      this.#working(-1);
      this.#onDone();
    }
  }

  note(text: string): void {
    this.#add('note', text, '');
  }

  #working(step: 1 | -1): void {
    this.#pending += step;
    setText(this.#state, this.#pending > 0 ? 'working …' : '');
  }

  #add(kind: 'done' | 'failed' | 'note', what: string, result: string | Failure, ms?: number): void {
    const mark = { done: '✓', failed: '✕', note: '·' }[kind];
    const entry = el(
      'li',
      { class: `entry ${kind}` },
      el('span', { class: 'mark', 'aria-hidden': 'true' }, mark),
    );
    const body = el('div', { class: 'entry-body' }, el('p', { class: 'what' }, what));
    if (typeof result !== 'string') body.append(...explained(result));
    else if (result !== '') body.append(el('p', { class: 'result' }, result));
    entry.append(body);
    if (ms !== undefined) entry.append(el('span', { class: 'took' }, duration(ms)));
    this.#list.prepend(entry);
    while (this.#list.children.length > MAX_ENTRIES) this.#list.lastElementChild?.remove();
  }
}

function explained({ code, message, advice }: Failure): HTMLElement[] {
  const said = el('p', { class: 'result' }, el('code', { class: 'code' }, code), ` ${message}`);
  return advice === '' ? [said] : [said, el('p', { class: 'advice' }, advice)];
}
