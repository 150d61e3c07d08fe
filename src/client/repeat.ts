// Which calls may be asked for again, and how, when the host that was asked has gone or has given the store up.
import type { Method } from '../rpc/protocol.ts';

/**
 * - `pure`: changes nothing that outlives its host, so it is simply asked again.
 * - `change`: happens once, by its request id.
 * - `import`: as a change, but its bytes were moved to the host: only its outcome is asked for.
 * - `start`: of an operation, which is nothing without its host.
 * - `step`: of an operation, which ends with its host.
 */
export type Kind = 'pure' | 'change' | 'import' | 'start' | 'step' | 'never';

export const KINDS: Readonly<Record<Method, Kind>> = {
  generate: 'change',
  import: 'import',
  copy: 'change',
  destroy: 'change',
  open: 'pure',
  purge: 'pure',
  list: 'pure',
  outcome: 'pure',
  locate: 'pure',
  start: 'start',
  sign: 'pure',
  verify: 'pure',
  encrypt: 'pure',
  decrypt: 'pure',
  deriveBits: 'pure',
  deriveKey: 'change',
  wrapKey: 'pure',
  unwrapKey: 'change',
  encapsulateBits: 'pure',
  encapsulateKey: 'pure',
  decapsulateBits: 'pure',
  decapsulateKey: 'change',
  digest: 'pure',
  exportKey: 'pure',
  exportPublicKey: 'pure',
  events: 'pure',
  detail: 'pure',
  prefetch: 'pure',
  stats: 'pure',
  update: 'step',
  finish: 'step',
  abort: 'step',
  attach: 'never',
  cancel: 'never',
  close: 'never',
};
