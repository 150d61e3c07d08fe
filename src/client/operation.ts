// A multi-part operation as an app holds it: a name for the host's, never its state.
import { KeystoreError } from '../errors.ts';
import type { Connection } from './connection.ts';
import { type CallOptions, takeBytes } from './options.ts';
import type { Place } from './sending.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A MAC over data that comes in parts, from `key.startSign()` or `key.startVerify()`.
 *
 * The host keeps it until it ends: by `finish`, by `abort`, with its client, its key or its host, where the store of a stored
 * key passes to another host, or, where too many run at once, pruned. Afterwards every step rejects with `BAD_STATE`, whose
 * `cause` is `FINISHED`, `ABORTED`, `DESTROYED`, `PRUNED`, `SESSION_ENDED`, `HOST_REPLACED` or `CLOSED`. One step at a time: a second one while one runs gets `BAD_STATE` with cause `BUSY`, and harms nothing.
 */
export class MacOperation<R> implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #operation: string;
  /** It lives in the memory of one host. */
  readonly #place: Place;
  readonly #conclude: (result: Bytes | boolean) => R;
  readonly #check: (options: CallOptions | undefined) => CallOptions;

  /** @internal */
  constructor(
    connection: Connection,
    { operation, boot }: { readonly operation: string; readonly boot: string },
    conclude: (result: Bytes | boolean) => R,
    check: (options: CallOptions | undefined) => CallOptions,
  ) {
    this.#connection = connection;
    this.#operation = operation;
    this.#place = { boot };
    this.#conclude = conclude;
    this.#check = check;
  }

  /** Adds data. In order: await it before the next. */
  async update(data: BufferSource, options?: CallOptions): Promise<void> {
    const bytes = takeBytes(data, 'data');
    const argument = { operation: this.#operation, data: bytes };
    return this.#connection.call('update', argument, this.#check(options), { place: this.#place });
  }

  /** Ends the operation: the tag, or for a verification whether `signature` is it. */
  async finish(signature?: BufferSource, options?: CallOptions): Promise<R> {
    const expected = signature === undefined ? {} : { signature: takeBytes(signature, 'signature') };
    const argument = { operation: this.#operation, ...expected };
    return this.#conclude(
      await this.#connection.call('finish', argument, this.#check(options), { place: this.#place }),
    );
  }

  /** Ends the operation without a result. Always safe, also when it has ended. */
  async abort(options?: CallOptions): Promise<void> {
    const argument = { operation: this.#operation };
    try {
      await this.#connection.call('abort', argument, this.#check(options), { place: this.#place });
    } catch (error) {
      // It has ended with its host.
      if (!(error instanceof KeystoreError) || error.cause !== 'HOST_REPLACED') throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }
}
