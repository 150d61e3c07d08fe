// What the handlers of calls are given, and which there are.
import type { MaybePromise } from '../../drivers/driver.ts';
import type { Answer, Closed, Method, Whereabouts } from '../../rpc/protocol.ts';
import type { Call } from '../call.ts';
import type { Host } from '../host.ts';
import type { Requests } from '../requests.ts';
import type { Session } from '../session.ts';

/** What a handler works with. */
export interface Context {
  readonly host: Host;
  readonly call: Call;
  readonly session: Session;
  readonly accept: (port: MessagePort) => void;
  /** Ends the session, and tells what it has left unfinished. */
  readonly close: (call: Call) => Promise<Closed>;
  /** Where the store is; here, if nobody else has it. */
  readonly locate: () => Promise<Whereabouts | null>;
}

export type Ends = Pick<Context, 'accept' | 'close' | 'locate'>;

export type Handlers = {
  readonly [M in Method]: (context: Context, request: Requests[M]) => MaybePromise<Answer<M>>;
};

export async function nothing(promise: Promise<void>): Promise<undefined> {
  await promise;
  return undefined;
}
