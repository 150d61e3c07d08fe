// What is said to the broker and by it (broker.ts): it hands ports to the hosts that live in tabs' own workers.
import { isRecord } from './gate.ts';

export type ToBroker =
  /** With a port: one more to talk by. */
  | { readonly keyslot: 'line' }
  /** By a host: ports for this boot go here. */
  | { readonly keyslot: 'register'; readonly boot: string }
  /** With a port, for the host of this boot. */
  | { readonly keyslot: 'reach'; readonly boot: string };

export type FromBroker =
  /** The first message on each of its own ports. Again when it had to start anew: it has forgotten everybody. */
  | { readonly keyslot: 'broker' }
  /** Where it can be found: the script and the name of its SharedWorker. */
  | { readonly keyslot: 'registered'; readonly url: string; readonly worker: string }
  /** To a host, with the port of a client. */
  | { readonly keyslot: 'reached' }
  | { readonly keyslot: 'handed' }
  | { readonly keyslot: 'unknown' };

/** By a service worker that brokers, to those who ask it for a host. */
export interface ToReacher {
  readonly keyslot: 'here' | 'handed' | 'unknown';
}

/** By a service worker that brokers, to all pages, and with a port to the one that has answered. */
export type ToPage =
  | { readonly keyslot: 'who'; readonly boot: string; readonly question: string }
  /** A page may have hosts in several workers: the port is for the one of this boot. */
  | { readonly keyslot: 'reached'; readonly boot: string };

/** By the page in whose worker the host is. */
export interface Mine {
  readonly keyslot: 'mine';
  readonly question: string;
}

const BOOT = /^[0-9a-f-]{36}$/;

export function isToBroker(message: unknown): message is ToBroker {
  if (!isRecord(message)) return false;
  const { keyslot, boot } = message;
  if (keyslot === 'line') return true;
  return (keyslot === 'register' || keyslot === 'reach') && typeof boot === 'string' && BOOT.test(boot);
}

const SAID: ReadonlySet<unknown> = new Set(['broker', 'registered', 'reached', 'handed', 'unknown']);

/** The broker is trusted for the rest of what it says: it is part of the package. */
export function isFromBroker(message: unknown): message is FromBroker {
  return isRecord(message) && SAID.has(message['keyslot']);
}

export function isToReacher(message: unknown): message is ToReacher {
  return isRecord(message) && ['here', 'handed', 'unknown'].includes(String(message['keyslot']));
}

export function isToPage(message: unknown): message is ToPage {
  if (!isRecord(message)) return false;
  const { keyslot, boot, question } = message;
  return isText(boot) && (keyslot === 'reached' || (keyslot === 'who' && isText(question)));
}

export function isMine(message: unknown): message is Mine {
  return isRecord(message) && message['keyslot'] === 'mine' && isText(message['question']);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}
