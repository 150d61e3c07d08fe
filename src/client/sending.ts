// What a call is on its way from a tab to a host: whom it is for, how it is sent, and what is known of it by now.
import type { KeystoreError } from '../errors.ts';
import type { Method, Request } from '../rpc/protocol.ts';
import type { CallOptions } from './options.ts';

/** What a method is asked, without what the connection adds. */
export type Argument<M extends Method> = Omit<Request<M>, 'call' | 'timeout' | 'request' | 'age'>;

/**
 * Whom a call is for: the client's own host; the owner of the store; whoever has the key of an id; or the host of one
 * life, for what lives in its memory.
 */
export type Place = 'home' | 'store' | 'id' | { readonly boot: string };

/** What {@link Keystore.close} tells. */
export interface CloseReport {
  readonly aborted: {
    /** Calls of this client that got no answer: those that still waited for something, and those that took too long. */
    readonly calls: number;
    /** Multi-part operations that were neither finished nor aborted. */
    readonly operations: number;
  };
}

/** How a call is sent. */
export interface Sending {
  /** What is moved with it, not copied. */
  readonly transfers?: Transferable[] | undefined;
  /** Default: the owner of the store. */
  readonly place?: Place;
  /** Told which host answered, by its boot, before the promise resolves. */
  readonly onAnswer?: ((boot: string) => void) | undefined;
  /** Whether the argument's `data` is the caller's own array: posted in this step if at all, and never again. */
  readonly lent?: boolean;
}

/** A call on its way, through as many hosts as it takes. */
export interface Sent<M extends Method> {
  readonly method: M;
  /** Nobody else's: it may be sent again. */
  readonly argument: Argument<M>;
  readonly options: CallOptions;
  readonly transfers: Transferable[];
  readonly place: Place;
  /** Of changes. */
  readonly request: string | undefined;
  /** By `performance.now()`. */
  readonly began: number;
  /** Why it is not known whether an earlier attempt took effect. */
  readonly doubt: KeystoreError | undefined;
  /** How often a host has said that the store is another's. */
  readonly moves: number;
  /** Asked of one host after the other, each of which may say that it has nothing of the id. */
  readonly byId: boolean;
  readonly onAnswer: ((boot: string) => void) | undefined;
}

/** A call, as an error names it. */
export function nameOf({ method, request }: Sent<Method>): string {
  return request === undefined ? method : `${method} (request ${request})`;
}

/** Posting copies what the caller lent; what may be posted once more is a copy from the start. */
export function withOwnBytes<A extends object>(argument: A): A {
  return 'data' in argument && argument.data instanceof Uint8Array
    ? { ...argument, data: new Uint8Array(argument.data) }
    : argument;
}
