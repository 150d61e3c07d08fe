// What a script finds at `window.demo`: the same actions that the buttons have, and words for the page.
import type { Keystore, Stats } from 'keyslot';
import type { Actions } from './actions.ts';
import type { Banner } from './banner.ts';
import type { Journal } from './journal.ts';
import type { Signed } from './jws.ts';
import type { SignatureList } from './signature-list.ts';

export interface Demo {
  /** This client's name: A, B, C … */
  readonly tab: string;
  readonly actions: Actions;
  stats(): Promise<Stats>;
  /** The ids that this tab sees, ascending. */
  ids(): Promise<string[]>;
  signatures(): readonly Signed[];
  caption(step: string, text: string): void;
  note(text: string): void;
  /** Looks at the host now and resolves when the page shows what it saw. */
  shown(): Promise<void>;
}

declare global {
  interface Window {
    demo: Promise<Demo>;
  }
}

interface Parts {
  readonly tab: string;
  readonly keys: Keystore;
  readonly actions: Actions;
  readonly journal: Journal;
  readonly signatures: SignatureList;
  readonly banner: Banner;
  readonly look: () => Promise<void>;
}

export function demoOf({ tab, keys, actions, journal, signatures, banner, look }: Parts): Demo {
  return {
    tab,
    actions,
    stats: () => keys.stats(),
    async ids() {
      const ids: string[] = [];
      for await (const { id } of keys.listKeys()) ids.push(id);
      return ids;
    },
    signatures: () => signatures.all(),
    caption: (step, text) => banner.caption(step, text),
    note: (text) => journal.note(text),
    shown: look,
  };
}
