// The protocol's methods, spelled out: a new one must be meant.
import type { Method } from '../../../src/rpc/protocol.ts';

export const METHOD_NAMES: readonly string[] = Object.keys({
  generate: true,
  import: true,
  open: true,
  destroy: true,
  purge: true,
  copy: true,
  outcome: true,
  locate: true,
  start: true,
  update: true,
  finish: true,
  abort: true,
  events: true,
  list: true,
  sign: true,
  verify: true,
  encrypt: true,
  decrypt: true,
  exportKey: true,
  exportPublicKey: true,
  attach: true,
  stats: true,
  cancel: true,
  close: true,
} satisfies Record<Method, true>);
