// What a page and its own worker tell each other in the elected topology, beside the ports that they hand over. The
// worker is of the same build: the page started it.
import { isRecord } from './gate.ts';

/** What becomes of a page, as far as its host has to know: only a visible one stands for the store. */
export type PageState = 'visible' | 'hidden' | 'frozen';

export type ToWorker =
  /** With a port: somebody who will say hello. */
  | { readonly keyslot: 'connect' }
  /** With a port: a line to the broker. */
  | { readonly keyslot: 'broker' }
  /** There is none. */
  | { readonly keyslot: 'no-broker' }
  | { readonly keyslot: 'page'; readonly state: PageState };

/** A host has started in the worker. */
export interface Started {
  readonly keyslot: 'started';
  readonly boot: string;
}

const STATES: ReadonlySet<unknown> = new Set<PageState>(['visible', 'hidden', 'frozen']);

export function isToWorker(message: unknown): message is ToWorker {
  if (!isRecord(message)) return false;
  const { keyslot, state } = message;
  return (
    keyslot === 'connect' ||
    keyslot === 'broker' ||
    keyslot === 'no-broker' ||
    (keyslot === 'page' && STATES.has(state))
  );
}

export function isStarted(message: unknown): message is Started {
  return isRecord(message) && message['keyslot'] === 'started' && typeof message['boot'] === 'string';
}
