// The signatures that tabs have made: newest first, each to be verified here by whoever is not its maker.
import type { Channel } from './channel.ts';
import { button, el, setAttribute, setText } from './dom.ts';
import type { Signed } from './jws.ts';

const SHOWN = 8;

export class SignatureList {
  readonly #list: HTMLUListElement;
  readonly #all: Signed[] = [];
  readonly #items = new Map<string, { item: HTMLLIElement; verdict: HTMLElement }>();
  onVerify: (signed: Signed) => unknown = () => undefined;

  constructor(list: HTMLUListElement, channel: Channel) {
    this.#list = list;
    channel.on('signed', (signed) => this.add(signed));
    // A tab that opens later learns what was signed before.
    channel.on('signatures', () => {
      for (const signed of this.#all.slice(-SHOWN)) channel.send('signed', signed);
    });
    channel.send('signatures', null);
  }

  all(): readonly Signed[] {
    return this.#all;
  }

  add(signed: Signed): void {
    const name = nameOf(signed);
    if (this.#items.has(name)) return;
    this.#all.push(signed);
    const verdict = el('span', { class: 'verdict' });
    const what = `${signed.title} with ${signed.id}`;
    const item = el(
      'li',
      { class: 'signature' },
      el('span', { class: 'badge', title: `signed by ${signed.by}` }, signed.by),
      el(
        'span',
        { class: 'signature-what' },
        el('span', { title: what }, what),
        el('code', {}, tokenOf(signed)),
      ),
      verdict,
      button('Verify', { class: 'small', 'aria-label': `Verify ${what}` }, () => this.onVerify(signed)),
    );
    this.#items.set(name, { item, verdict });
    this.#list.prepend(item);
    while (this.#list.children.length > SHOWN) this.#list.lastElementChild?.remove();
  }

  mark(signed: Signed, right: boolean): void {
    const shown = this.#items.get(nameOf(signed));
    if (shown === undefined) return;
    setText(shown.verdict, right ? '✓ right' : '✕ wrong');
    setAttribute(shown.verdict, 'data-right', String(right));
  }
}

/** EdDSA is deterministic: two clients that sign one document make one token. */
function nameOf({ by, jws }: Signed): string {
  return `${by} ${jws}`;
}

function tokenOf({ algorithm, jws }: Signed): string {
  return `${algorithm} ${jws.slice(0, 12)}…${jws.slice(-12)}`;
}
