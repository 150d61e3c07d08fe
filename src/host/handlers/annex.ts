// The handlers that many hosts are never asked for, and what they need: a chunk of its own, so that a host comes to life without
// it (load.ts).
import { parseDigest } from '../../algorithms/digests.ts';
import { KeystoreError } from '../../errors.ts';
import type { Into, KeyInfo } from '../../rpc/protocol.ts';
import { parseCopyTemplate } from '../attributes.ts';
import type { Call } from '../call.ts';
import { detail, prefetch } from '../detail.ts';
import { digest } from '../digest.ts';
import { Events } from '../events.ts';
import type { Host } from '../host.ts';
import { compute } from '../operands.ts';
import { notExtractable, required } from '../policy.ts';
import { copy } from '../protocols/copy.ts';
import { decapsulate, derive, encapsulate, encapsulated, unwrap, wrap } from '../protocols/derive.ts';
import { list } from '../protocols/list.ts';
import { abort, finish, start, update } from '../protocols/multipart.ts';
import { purge } from '../protocols/purge.ts';
import { use } from '../protocols/use.ts';
import type { Requests } from '../requests.ts';
import { statsFor } from '../stats.ts';
import { type Handlers, nothing } from './context.ts';
import type { first } from './first.ts';

export { adoption } from '../adoption.ts';
export { importation } from '../importation.ts';

export function eventsOf(host: Host): Events {
  if (host.events instanceof Events) return host.events;
  const events = new Events(host.events);
  host.events = events;
  return events;
}

export function copyAsAsked(
  host: Host,
  call: Call,
  { id, generation: only, attributes }: Requests['copy'],
): Promise<KeyInfo> {
  const source = { id, ...(only === undefined ? {} : { generation: only }) };
  return copy(host, call, source, parseCopyTemplate(attributes));
}

export const annex = {
  list: ({ host, call }, { filter, after, limit, kept = false }) =>
    list(host, call, { filter: defined(filter), limit, kept, ...(after === undefined ? {} : { after }) }),
  purge: ({ host, call }, { id, generation: only }) => nothing(purge(host, call, id, only)),
  start: ({ host, call }, { handle, purpose }) => start(host, call, handle, purpose),
  update: ({ host, call }, { operation, data }) => update(host, call, operation, data),
  finish: ({ host, call }, { operation, signature }) => finish(host, call, operation, signature),
  abort: ({ host, call }, { operation }) => abort(host, call, operation),
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
  detail: ({ host }) => detail(host),
  prefetch: (_, { names }) => nothing(prefetch(names)),
  stats: ({ host, session }) => statsFor(host, session),
} satisfies Omit<Handlers, keyof typeof first>;

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

type Defined<T> = { [K in keyof T]: Exclude<T[K], undefined> };

/** Members that are `undefined` are as absent. */
function defined<T extends object>(value: T): Defined<T> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Defined<T>;
}
