// What most apps would write: an object with methods, exposed by comlink.
import { expose } from 'comlink';
import { type Bytes, type OperationName, type Sign, type SigningKey, signer } from './operations.ts';

declare const self: SharedWorkerGlobalScope;

export class Signer {
  #sign: Sign | undefined;

  use(name: OperationName, key: SigningKey): void {
    this.#sign = signer(name, key);
  }

  sign(data: Bytes): Promise<Uint8Array> | Uint8Array {
    if (this.#sign === undefined) throw new Error('call use() first');
    return this.#sign(data);
  }
}

self.onconnect = ({ ports: [port] }) => {
  if (port !== undefined) expose(new Signer(), port);
};
