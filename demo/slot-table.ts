// The slot table as a picture: a card for each slot that holds a key, a small square for each that is free.
// Colour is never the only sign: every card says its state, and each state has a border or hatching of its own.
import type { SlotRow, Stats } from 'keyslot';
import { byId, el, plural, setAttribute, setText } from './dom.ts';

/** More free slots than this are told as a number. */
const SQUARES = 48;

interface Card {
  readonly root: HTMLLIElement;
  readonly id: HTMLElement;
  readonly what: HTMLElement;
  readonly state: HTMLElement;
  readonly readers: HTMLElement;
}

export class SlotTable {
  readonly #cards = byId('slots', HTMLUListElement);
  readonly #free = byId('free', HTMLElement);
  readonly #counts = byId('counts', HTMLElement);
  readonly #states = byId('states', HTMLElement);
  readonly #summary = byId('slots-summary', HTMLElement);
  readonly #shown: Card[] = [];

  show(stats: Stats): void {
    const { table, slots } = stats;
    const filling = Array.from({ length: slots.FILLING }, () => undefined);
    const cells = [...table, ...filling];
    for (const [at, row] of cells.entries()) fill(this.#card(at), row);
    for (const { root } of this.#shown.splice(cells.length)) root.remove();
    this.#showFree(slots.EMPTY);
    this.#showStates(slots);
    this.#showCounts(stats);
    const keys = plural(table.length, 'key');
    setText(this.#summary, table.length === 0 ? 'No slot holds a key.' : `${keys} in slots.`);
  }

  #card(at: number): Card {
    const there = this.#shown[at];
    if (there !== undefined) return there;
    const card = {
      root: el('li', { class: 'slot' }),
      id: el('strong', { class: 'slot-id' }),
      what: el('span', { class: 'slot-what' }),
      state: el('span', { class: 'slot-state' }),
      readers: el('span', { class: 'slot-readers' }),
    };
    card.root.append(card.id, card.what, card.readers, card.state);
    this.#shown.push(card);
    this.#cards.append(card.root);
    return card;
  }

  #showFree(count: number): void {
    const squares = Math.min(count, SQUARES);
    while (this.#free.children.length > squares) this.#free.lastElementChild?.remove();
    while (this.#free.children.length < squares) this.#free.append(el('i', { class: 'square' }));
    setAttribute(this.#free, 'data-more', count > squares ? `+ ${count - squares}` : '');
    setAttribute(this.#free, 'aria-label', plural(count, 'empty slot'));
  }

  #showStates(slots: Stats['slots']): void {
    fillPairs(this.#states, Object.entries(slots), (pair, state) => setAttribute(pair, 'data-state', state));
  }

  #showCounts({ sessions, sessionKeys, readers, waiters, hits, misses, evictions }: Stats): void {
    fillPairs(this.#counts, [
      ['clients', sessions],
      ['session keys', sessionKeys],
      ['readers', readers],
      ['waiting', waiters],
      ['cache hits', hits],
      ['misses', misses],
      ['evictions', evictions],
    ]);
  }
}

function fill(card: Card, row: SlotRow | undefined): void {
  const { id = null, lifetime = '', algorithm = '', state = 'FILLING', readers = 0 } = row ?? {};
  setAttribute(card.root, 'data-state', state);
  setText(card.id, row === undefined ? 'being made' : (id ?? 'another client’s key'));
  setAttribute(card.id, 'title', id ?? '');
  setText(card.what, [algorithm, lifetime].filter(Boolean).join(' · '));
  setText(card.state, state);
  setText(
    card.readers,
    readers === 0 ? '' : `${'●'.repeat(Math.min(readers, 8))} ${plural(readers, 'reader')}`,
  );
}

/** Term and number, made once and then only rewritten. */
function fillPairs(
  list: HTMLElement,
  pairs: readonly (readonly [string, number])[],
  each: (pair: HTMLElement, term: string) => void = () => undefined,
): void {
  for (const [at, [term, count]] of pairs.entries()) {
    let pair = list.children[at];
    if (!(pair instanceof HTMLElement)) {
      pair = el('div', {}, el('dt', {}, term), el('dd'));
      list.append(pair);
    }
    const number = pair.lastElementChild;
    if (number !== null) setText(number, count.toLocaleString('en'));
    if (pair instanceof HTMLElement) {
      setAttribute(pair, 'data-none', String(count === 0));
      each(pair, term);
    }
  }
}
