// What a session can ask: one handler a method. An argument is checked before its handler sees it, and
// whatever happens becomes a reply.
import { parseDigest } from '../algorithms/digests.ts';
import { isBytes, parseParams } from '../algorithms/index.ts';
import type { Member } from '../algorithms/params.ts';
import type { Operation, OperationParams, Usage } from '../algorithms/types.ts';
import type { Bytes, MaybePromise, WorkingKey } from '../drivers/driver.ts';
import { KeystoreError } from '../errors.ts';
import { type Service, withTransfer } from '../rpc/endpoint.ts';
import { encodeError } from '../rpc/errors.ts';
import type { Answer, Into, KeyInfo, Method, Reply, Whereabouts } from '../rpc/protocol.ts';
import { parseCopyTemplate, parseTemplate } from './attributes.ts';
import { Call } from './call.ts';
import { detail, prefetch } from './detail.ts';
import { digest } from './digest.ts';
import type { Host } from './host.ts';
import type { Contents } from './keys.ts';
import { generation, importation } from './material.ts';
import { compute } from './operands.ts';
import { checkSize, notExtractable, notPermitted, required } from './policy.ts';
import { copy } from './protocols/copy.ts';
import { create, ensure } from './protocols/create.ts';
import { decapsulate, derive, encapsulate, encapsulated, unwrap, wrap } from './protocols/derive.ts';
import { destroy, purge } from './protocols/destroy.ts';
import { list, open } from './protocols/find.ts';
import { abort, finish, start, update } from './protocols/multipart.ts';
import { use } from './protocols/use.ts';
import { type Requests, requests } from './requests.ts';
import type { Session } from './session.ts';
import { statsFor } from './stats.ts';

/** What a handler works with. */
interface Context {
  readonly host: Host;
  readonly call: Call;
  readonly session: Session;
  readonly accept: (port: MessagePort) => void;
  readonly close: () => void;
  /** Where the store is; here, if nobody else has it. */
  readonly locate: () => Promise<Whereabouts | null>;
}

type Ends = Pick<Context, 'accept' | 'close' | 'locate'>;

type Handlers = {
  readonly [M in Method]: (context: Context, request: Requests[M]) => MaybePromise<Answer<M>>;
};

const handlers: Handlers = {
  generate({ host, call }, { attributes, ensure: orOpen, age }) {
    const recipe = generation(host, parseTemplate(attributes, 'generate'));
    return host.once.run(host, call, age, () =>
      orOpen ? ensure(host, call, recipe) : create(host, call, recipe),
    );
  },
  async import({ host, call }, { format, data, attributes, age }) {
    try {
      const recipe = importation(host, parseTemplate(attributes, 'import'), format, data);
      return await host.once.run(host, call, age, () => create(host, call, recipe));
    } finally {
      // The host's own copy of what the caller sent, whatever became of it.
      if (isBytes(data)) data.fill(0);
    }
  },
  open: ({ host, call }, { id }) => open(host, call, id),
  destroy: ({ host, call }, { id, generation: only, age }) =>
    host.once.run(host, call, age, () => nothing(destroy(host, call, id, only))),
  purge: ({ host, call }, { id, generation: only }) => nothing(purge(host, call, id, only)),
  copy({ host, call }, { id, generation: only, attributes, age }) {
    const source = { id, ...(only === undefined ? {} : { generation: only }) };
    const template = parseCopyTemplate(attributes);
    return host.once.run(host, call, age, () => copy(host, call, source, template));
  },
  async outcome({ host }, { request, age }) {
    const before = await host.once.find(host, request, age);
    return before === undefined ? null : { effect: before.effect ?? null };
  },
  locate: ({ locate }) => locate(),
  start: ({ host, call }, { handle, purpose }) => start(host, call, handle, purpose),
  update: ({ host, call }, { operation, data }) => update(host, call, operation, data),
  finish: ({ host, call }, { operation, signature }) => finish(host, call, operation, signature),
  abort: ({ host, call }, { operation }) => abort(host, call, operation),
  events: ({ host, call }, { after }) => host.events.next(call, after),
  list: ({ host, call }, { filter, after, limit, kept = false }) =>
    list(host, call, { filter: defined(filter), limit, kept, ...(after === undefined ? {} : { after }) }),
  sign: (context, request) =>
    operate(context, 'sign', request, (key, params) => required(key.sign)(request.data, params)),
  verify: (context, request) =>
    operate(context, 'verify', request, (key, params) =>
      required(key.verify)(request.signature, request.data, params),
    ),
  encrypt: (context, request) =>
    operate(context, 'encrypt', request, (key, params) => required(key.encrypt)(request.data, params)),
  decrypt: (context, request) =>
    operate(context, 'decrypt', request, (key, params) => required(key.decrypt)(request.data, params)),
  deriveBits: ({ host, call }, { handle, params, length }) =>
    compute(
      host,
      call,
      { handle },
      { usage: 'deriveBits', operation: 'deriveBits', params },
      (key, checked) => required(key.deriveBits)(checked, length),
    ),
  deriveKey: ({ host, call }, request) => once(host, call, request, () => derive(host, call, request)),
  wrapKey: ({ host, call }, request) => wrap(host, call, request),
  async unwrapKey({ host, call }, request) {
    return once(host, call, request, () => unwrap(host, call, request));
  },
  encapsulateBits: ({ host, call }, { handle, params }) =>
    compute(
      host,
      call,
      { handle },
      { usage: 'encapsulateBits', operation: 'encapsulate', params },
      encapsulated,
    ),
  encapsulateKey: ({ host, call }, request) => encapsulate(host, call, request),
  decapsulateBits: ({ host, call }, { handle, params, ciphertext }) =>
    compute(
      host,
      call,
      { handle },
      { usage: 'decapsulateBits', operation: 'decapsulate', params, size: ciphertext.length },
      (key, checked) => required(key.decapsulate)(ciphertext, checked),
    ),
  decapsulateKey: ({ host, call }, request) =>
    once(host, call, request, () => decapsulate(host, call, request)),
  digest: ({ host, call }, { algorithm, data }) => digest(host, call, parseDigest(algorithm), data),
  exportKey: ({ host, call }, { handle, format }) =>
    use(host, call, handle, ({ attributes, material, key }) => {
      if (!attributes.extractable && material.type !== 'public') {
        throw notExtractable();
      }
      return key.exportKey(format);
    }),
  exportPublicKey: ({ host, call }, { handle, format }) =>
    use(host, call, handle, ({ material, key }) => {
      if (material.publicKey !== null) return key.exportPublicKey(format);
      throw new KeystoreError(
        'INVALID_ARGUMENT',
        'This key has no public half: it is a secret key, or came without one.',
      );
    }),
  attach({ accept }, { port }) {
    accept(port);
    return undefined;
  },
  detail: ({ host }) => detail(host),
  prefetch: (_, { names }) => nothing(prefetch(names)),
  stats: ({ host, session }) => statsFor(host, session),
  cancel({ session }, { target }) {
    session.cancel(target);
    return undefined;
  },
  close({ close }) {
    close();
    return undefined;
  },
};

/** Checks the policy, then computes. Runs in the step that registers the reader. */
function operate<T>(
  { host, call }: Context,
  operation: Operation & Usage,
  { handle, data, params }: Pick<Requests['sign'], 'handle' | 'data' | 'params'>,
  work: (key: WorkingKey, params: OperationParams) => MaybePromise<T>,
): Promise<T> {
  return use(host, call, handle, ({ attributes, material, key }: Contents) => {
    if (!attributes.usages.includes(operation)) throw notPermitted(attributes, operation);
    const checked = parseParams(attributes.algorithm, operation, params);
    checkSize(material.driver, data.length, checked);
    return work(key, checked);
  });
}

/** A key of a slot is made once, however often it is asked for. A native one is the caller's: nothing here changes. */
function once(
  host: Host,
  call: Call,
  { into, age }: { readonly into: Into; readonly age?: number | undefined },
  make: () => Promise<KeyInfo | CryptoKey>,
): Promise<KeyInfo | CryptoKey> {
  if ('native' in into) return make();
  return host.once.run(host, call, age, async () => {
    const made = await make();
    if (made instanceof CryptoKey) throw new TypeError('a native key was made where a slot was asked for');
    return made;
  });
}

async function nothing(promise: Promise<void>): Promise<undefined> {
  await promise;
  return undefined;
}

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Members that are `undefined` are as absent. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}

/** Answers from here on are moved, not copied. Below it a copy is cheaper. */
const TRANSFER_FROM = 65_536;

function reply(value: unknown): Reply {
  if (!(value instanceof Uint8Array) || value.byteLength < TRANSFER_FROM) return { value };
  return withTransfer({ value }, [(value as Bytes).buffer]);
}

/** The functions that comlink may call for one session. */
export function serviceFor(host: Host, session: Session, ends: Ends): Service {
  const entries = Object.entries(handlers).map(([method, handler]) => [
    method,
    answer(host, session, ends, method as Method, handler as Handler),
  ]);
  return Object.fromEntries(entries);
}

/** What all arguments have. */
interface Checked {
  readonly call: number;
  readonly timeout?: number | undefined;
  readonly request?: string | undefined;
}

type Handler = (context: Context, request: unknown) => unknown;

function answer(
  host: Host,
  session: Session,
  ends: Ends,
  method: Method,
  handler: Handler,
): (input: unknown) => Promise<Reply> {
  const read: Member<Checked> = requests[method];
  return async (input) => {
    let number: number | undefined;
    let asked = '';
    try {
      const request = read(input, method);
      const call = new Call(session, host.clock, request.timeout, request.request);
      if (!session.alive)
        throw new KeystoreError('BAD_STATE', 'This client has closed its keystore. Open it again.');
      session.begin(request.call, call);
      number = request.call;
      asked = request.request ?? `${number}`;
      return reply(await handler({ host, call, session, ...ends }, request));
    } catch (error) {
      return {
        error: encodeError(number === undefined ? error : named(error, `${method} (request ${asked})`)),
      };
    } finally {
      if (number !== undefined) session.finish(number);
    }
  };
}

/** What a caller can look for in its own log: where an outcome is unknown, the error says of which request. */
function named(error: unknown, asked: string): unknown {
  if (!(error instanceof KeystoreError) || error.code !== 'COMMUNICATION_FAILURE') return error;
  return new KeystoreError(error.code, `${error.message} This was ${asked}.`, { cause: error.cause });
}
