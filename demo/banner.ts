// The band under the title: a hint at what to try next or, when a script tells the story, the step's caption.
import { byId, el, setText } from './dom.ts';

export interface Situation {
  readonly tabs: readonly string[];
  readonly keys: number;
  readonly signatures: number;
}

export class Banner {
  readonly #band = byId('banner', HTMLElement);
  readonly #step = el('strong');
  readonly #text = el('span');
  #captioned = false;

  constructor() {
    this.#band.prepend(this.#step, this.#text);
  }

  caption(step: string, text: string): void {
    this.#captioned = true;
    this.#band.dataset['caption'] = '';
    this.#say(step, text);
  }

  hint(situation: Situation): void {
    if (!this.#captioned) this.#say('Try this', hintFor(situation));
  }

  #say(step: string, text: string): void {
    setText(this.#step, step);
    setText(this.#text, text);
  }
}

function hintFor({ tabs, keys, signatures }: Situation): string {
  if (keys === 0) return 'Create a key. Its secret is made in the host and stays there.';
  if (tabs.length < 2)
    return 'Open a second tab: it uses the same keys, and there is still one copy of each.';
  if (signatures === 0) return 'Sign with a key here, then verify the signature in the other tab.';
  return 'Start a loop in one tab and destroy its key in another, or let all tabs create one id at once.';
}
