// The limit of any SubtleCrypto whose keys are in a SharedWorker that is sent one message a call: the least code that
// computes over a port. A port's first message says what it serves; after that { id, data } is answered with
// { id, result }.
import { NOBLE, type NobleName } from './noble.ts';
import { type Bytes, type Inputs, OPERATIONS, type OperationName } from './operations.ts';

declare const self: SharedWorkerGlobalScope;

/** A port's first message: what of the engine's it serves, or what of noble's. */
export type Setup = { readonly name: OperationName; readonly inputs: Inputs } | { readonly noble: NobleName };

export interface BareRequest {
  readonly id: number;
  readonly data: Bytes;
}

export interface BareReply {
  readonly id: number;
  readonly result: unknown;
}

self.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  port.onmessage = ({ data: setup }: MessageEvent<Setup>) => {
    const work = workOf(setup);
    port.onmessage = ({ data }: MessageEvent<BareRequest>) => void answer(port, work, data);
  };
};

function workOf(setup: Setup): (data: Bytes) => unknown {
  if ('noble' in setup) return NOBLE[setup.noble]();
  const { name, inputs } = setup;
  return (data) => OPERATIONS[name].call(crypto.subtle, inputs, data);
}

async function answer(port: MessagePort, work: (data: Bytes) => unknown, { id, data }: BareRequest) {
  const result = await work(data);
  port.postMessage({ id, result } satisfies BareReply);
}
