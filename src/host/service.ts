// What a session can ask: one handler a method. An argument is checked before its handler sees it, and
// whatever happens becomes a reply.
import { isBytes } from '../algorithms/input.ts';
import type { Member } from '../algorithms/params.ts';
import type { Bytes } from '../drivers/driver.ts';
import { KeystoreError } from '../errors.ts';
import { type Service, withTransfer } from '../rpc/endpoint.ts';
import { encodeError } from '../rpc/errors.ts';
import type { Method, Reply } from '../rpc/protocol.ts';
import { member } from '../store/record.ts';
import { Call } from './call.ts';
import type { Context, Ends } from './handlers/context.ts';
import { first } from './handlers/first.ts';
import { withAnnex } from './handlers/load.ts';
import type { Host } from './host.ts';
import { requests } from './requests.ts';
import type { Session } from './session.ts';

/** Answers from here on are moved, not copied. Below it a copy is cheaper. */
const TRANSFER_FROM = 65_536;

function reply(value: unknown): Reply {
  if (!(value instanceof Uint8Array) || value.byteLength < TRANSFER_FROM) return { value };
  return withTransfer({ value }, [(value as Bytes).buffer]);
}

/** The functions that comlink may call for one session. */
export function serviceFor(host: Host, session: Session, ends: Ends): Service {
  const methods = Object.keys(requests) as Method[];
  return Object.fromEntries(
    methods.map((method) => [method, answer(host, session, ends, method)]),
  ) as Service;
}

function handlerOf(method: Method): Handler {
  if (isFirst(method)) return first[method] as Handler;
  return (context, request) =>
    withAnnex(context.call, ({ annex }) => (annex[method] as Handler)(context, request));
}

function isFirst(method: Method): method is keyof typeof first {
  return Object.hasOwn(first, method);
}

/** What all arguments have. */
interface Checked {
  readonly call: number;
  readonly timeout?: number | undefined;
  readonly request?: string | undefined;
  readonly kept?: boolean | undefined;
  /** Of an operation, checked by its algorithm. */
  readonly params?: unknown;
}

type Handler = (context: Context, request: unknown) => unknown;

function answer(
  host: Host,
  session: Session,
  ends: Ends,
  method: Method,
): (input: unknown) => Promise<Reply> {
  const { accept, close, locate } = ends;
  const read: Member<Checked> = requests[method];
  const handler = handlerOf(method);
  return async (input) => {
    let number: number | undefined;
    let asked = '';
    let params: unknown;
    try {
      const request = read(input, method);
      params = request.params;
      const call = new Call(session, host.clock, request.timeout, request.request, request.kept);
      if (!session.alive)
        throw new KeystoreError('BAD_STATE', 'This client has closed its keystore. Open it again.', {
          cause: 'SESSION_ENDED',
        });
      session.begin(request.call, call);
      number = request.call;
      asked = request.request ?? `${number}`;
      return reply(await handler({ host, call, session, accept, close, locate }, request));
    } catch (error) {
      return {
        error: encodeError(number === undefined ? error : named(error, `${method} (request ${asked})`)),
      };
    } finally {
      if (number !== undefined) session.finish(number);
      // Argon2's other secret: this copy came with the call and is the host's own.
      const secret = member(params, 'secretValue');
      if (isBytes(secret)) secret.fill(0);
    }
  };
}

/** What a caller can look for in its own log: where an outcome is unknown, the error says of which request. */
function named(error: unknown, asked: string): unknown {
  if (!(error instanceof KeystoreError) || error.code !== 'COMMUNICATION_FAILURE') return error;
  return new KeystoreError(error.code, `${error.message} This was ${asked}.`, { cause: error.cause });
}
