// The limit of any SubtleCrypto whose keys are in a SharedWorker: the least code that computes over a port. A port's
// first message says what it serves; after that { id, data } is answered with { id, result }.
import { type Bytes, type Inputs, OPERATIONS, type OperationName } from './operations.ts';

declare const self: SharedWorkerGlobalScope;

/** A port's first message. */
export interface Setup {
  readonly name: OperationName;
  readonly inputs: Inputs;
}

export interface BareRequest {
  readonly id: number;
  readonly data: Bytes;
}

export interface BareReply {
  readonly id: number;
  readonly result: ArrayBuffer | boolean;
}

self.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  port.onmessage = ({ data: { name, inputs } }: MessageEvent<Setup>) => {
    port.onmessage = ({ data }: MessageEvent<BareRequest>) => void answer(port, name, inputs, data);
  };
};

async function answer(port: MessagePort, name: OperationName, inputs: Inputs, { id, data }: BareRequest) {
  const result = await OPERATIONS[name].call(crypto.subtle, inputs, data);
  port.postMessage({ id, result } satisfies BareReply);
}
