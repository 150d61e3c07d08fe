// The keys that this tab can see, in slots or only on disk, each with what can be done with it.
import type { Keystore, ListedKey } from 'keyslot';
import type { Actions } from './actions.ts';
import { spoken } from './algorithms.ts';
import type { Source } from './documents.ts';
import { button, byId, el, setText } from './dom.ts';

export class KeyList {
  readonly #list = byId('keys', HTMLUListElement);
  readonly #none = byId('no-keys', HTMLElement);
  readonly #actions: Actions;
  readonly #source: () => Source;
  readonly #rows = new Map<string, { row: HTMLLIElement; form: string; loop: HTMLButtonElement }>();

  constructor(actions: Actions, source: () => Source) {
    this.#actions = actions;
    this.#source = source;
  }

  get size(): number {
    return this.#rows.size;
  }

  async refresh(keys: Keystore): Promise<void> {
    const listed: ListedKey[] = [];
    for await (const key of keys.listKeys()) listed.push(key);
    const seen = new Set(listed.map(({ id }) => id));
    for (const [id, { row }] of this.#rows) {
      if (seen.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    let after: Element | null = null;
    for (const key of listed) {
      const row = this.#row(key);
      // Moves only what is out of place, so that a button keeps its focus.
      const expected: Element | null =
        after === null ? this.#list.firstElementChild : after.nextElementSibling;
      if (expected !== row) this.#list.insertBefore(row, expected);
      after = row;
    }
    this.#none.hidden = listed.length > 0;
    this.showLoop();
  }

  showLoop(): void {
    const looping = this.#actions.looping;
    for (const [id, { loop }] of this.#rows) {
      const runs = looping?.id === id;
      setText(loop, runs ? `Stop (${looping.completed.toLocaleString('en')} signed)` : 'Loop');
      loop.setAttribute('aria-pressed', String(runs));
    }
  }

  /** The row of a key. It is made anew only where it has to look different. */
  #row(key: ListedKey): HTMLLIElement {
    const form = JSON.stringify([key.attributes, this.#actions.workerName]);
    const there = this.#rows.get(key.id);
    if (there?.form === form) return there.row;
    const { row, loop } = this.#build(key);
    there?.row.replaceWith(row);
    this.#rows.set(key.id, { row, form, loop });
    return row;
  }

  #build({ id, attributes }: ListedKey): { row: HTMLLIElement; loop: HTMLButtonElement } {
    const actions = this.#actions;
    const toggle = () => (actions.looping?.id === id ? actions.stopLoop() : actions.startLoop(id));
    // No label: what it says changes while it runs.
    const title = `Sign with ${id} until it is stopped or the key is destroyed`;
    const loop = button('Loop', { class: 'small', title }, toggle);
    const buttons = el('div', { class: 'buttons' });
    if (attributes?.usages.includes('sign') === true) {
      buttons.append(
        act('Sign', `Sign with ${id}`, () => actions.sign(id, this.#source())),
        ...(actions.workerName === undefined
          ? []
          : [
              act('Sign in worker', `Sign with ${id} in the worker`, () =>
                actions.signInWorker(id, this.#source()),
              ),
            ]),
        loop,
      );
    }
    buttons.append(act('Destroy', `Destroy ${id}`, () => actions.destroy(id), 'small danger'));
    const what =
      attributes === null
        ? 'its record cannot be read: it can only be destroyed'
        : `${spoken(attributes.algorithm)} · ${attributes.lifetime}`;
    const name = el('div', { class: 'key-name' }, el('strong', { title: id }, id), el('span', {}, what));
    return { row: el('li', { class: 'key', 'data-key': id }, name, buttons), loop };
  }
}

function act(text: string, label: string, onClick: () => unknown, kind = 'small') {
  return button(text, { class: kind, 'aria-label': label }, onClick);
}
