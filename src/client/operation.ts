// A multi-part operation as an app holds it: a name for the host's, never its state.
import type { Connection } from './connection.ts';
import { type CallOptions, takeBytes, transfersOf } from './options.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/**
 * A MAC over data that comes in parts, from `key.startSign()` or `key.startVerify()`.
 *
 * The host keeps it until it ends: by `finish`, by `abort`, with its client, with its key, or, where too many run at
 * once, pruned. Afterwards every step rejects with `BAD_STATE`, whose `cause` is `FINISHED`, `ABORTED`, `DESTROYED` or
 * `PRUNED`. One step at a time: a second one while one runs gets `BAD_STATE` with cause `BUSY`, and harms nothing.
 */
export class MacOperation<R> implements AsyncDisposable {
  readonly #connection: Connection;
  readonly #operation: string;
  readonly #conclude: (result: Bytes | boolean) => R;
  readonly #check: (options: CallOptions | undefined) => CallOptions;

  /** @internal */
  constructor(
    connection: Connection,
    operation: string,
    conclude: (result: Bytes | boolean) => R,
    check: (options: CallOptions | undefined) => CallOptions,
  ) {
    this.#connection = connection;
    this.#operation = operation;
    this.#conclude = conclude;
    this.#check = check;
  }

  /** Adds data. In order: await it before the next. */
  async update(data: BufferSource, options?: CallOptions): Promise<void> {
    const bytes = takeBytes(data, 'data');
    const argument = { operation: this.#operation, data: bytes };
    return this.#connection.call('update', argument, this.#check(options), transfersOf(bytes));
  }

  /** Ends the operation: the tag, or for a verification whether `signature` is it. */
  async finish(signature?: BufferSource, options?: CallOptions): Promise<R> {
    const expected = signature === undefined ? {} : { signature: takeBytes(signature, 'signature') };
    const argument = { operation: this.#operation, ...expected };
    return this.#conclude(await this.#connection.call('finish', argument, this.#check(options)));
  }

  /** Ends the operation without a result. Always safe, also when it has ended. */
  async abort(options?: CallOptions): Promise<void> {
    return this.#connection.call('abort', { operation: this.#operation }, this.#check(options));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.abort();
  }
}
