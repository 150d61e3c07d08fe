// The limit of any design that keeps a key in a SharedWorker: the least code that answers over a port. A
// port's first message says what it serves; after that { id, data } is answered with { id, signature }, or,
// on a port that serves nothing, a number with itself.
import { type Bytes, type OperationName, type Sign, type SigningKey, signer } from './operations.ts';

declare const self: SharedWorkerGlobalScope;

/** A port's first message. */
export interface Setup {
  readonly name: OperationName;
  readonly key: SigningKey;
}

export interface BareRequest {
  readonly id: number;
  readonly data: Bytes;
}

export interface BareReply {
  readonly id: number;
  readonly signature: Uint8Array;
}

self.onconnect = ({ ports: [port] }) => {
  if (port === undefined) return;
  port.onmessage = ({ data }: MessageEvent<Setup | null>) => {
    if (data === null) {
      port.onmessage = (event: MessageEvent<number>) => port.postMessage(event.data);
      return;
    }
    const sign = signer(data.name, data.key);
    port.onmessage = (event: MessageEvent<BareRequest>) => void answer(port, sign, event.data);
  };
};

async function answer(port: MessagePort, sign: Sign, { id, data }: BareRequest): Promise<void> {
  const made = sign(data);
  // A value is answered in this step, as the least code would.
  const signature = made instanceof Promise ? await made : made;
  port.postMessage({ id, signature } satisfies BareReply);
}
