// The handlers that nearly every host is asked for, from its first call on.
import { isBytes, parseParams } from '../../algorithms/index.ts';
import type { Operation, OperationParams, Usage } from '../../algorithms/types.ts';
import type { MaybePromise, WorkingKey } from '../../drivers/driver.ts';
import { parseTemplate } from '../attributes.ts';
import { Early } from '../early.ts';
import type { Contents } from '../keys.ts';
import { generation } from '../material.ts';
import { checkSize, notPermitted, required } from '../policy.ts';
import { create, ensure } from '../protocols/create.ts';
import { destroy } from '../protocols/destroy.ts';
import { open } from '../protocols/find.ts';
import { use } from '../protocols/use.ts';
import type { Requests } from '../requests.ts';
import { type Context, type Handlers, nothing } from './context.ts';
import { withAnnex } from './load.ts';

export const first = {
  generate({ host, call }, { attributes, ensure: orOpen, age }) {
    const recipe = generation(host, parseTemplate(attributes, 'generate'));
    return host.once.run(host, call, age, () =>
      orOpen ? ensure(host, call, recipe) : create(host, call, recipe),
    );
  },
  async import({ host, call }, { format, data, attributes, age }) {
    try {
      const template = parseTemplate(attributes, 'import');
      // It counts as running while the annex loads: whoever asks for its outcome meanwhile waits for it.
      return await host.once.run(host, call, age, async () =>
        withAnnex(call, ({ adoption, importation }) => {
          const recipe =
            format === 'crypto-key'
              ? adoption(host, template, data)
              : importation(host, template, format, data);
          return create(host, call, recipe);
        }),
      );
    } finally {
      // The host's own copy of what the caller sent, whatever became of it.
      if (isBytes(data)) data.fill(0);
    }
  },
  copy: ({ host, call }, request) =>
    // As above: a retry is answered, or refused for good, before it waits for a script.
    host.once.run(host, call, request.age, async () =>
      withAnnex(call, ({ copyAsAsked }) => copyAsAsked(host, call, request)),
    ),
  open: ({ host, call }, { id }) => open(host, call, id),
  destroy: ({ host, call }, { id, generation: only, age }) =>
    host.once.run(host, call, age, () => nothing(destroy(host, call, id, only))),
  async outcome({ host }, { request, age }) {
    const before = await host.once.find(host, request, age);
    return before === undefined ? null : { effect: before.effect ?? null };
  },
  locate: ({ locate }) => locate(),
  events({ host, call }, { after }) {
    // From this step on they are kept, though what answers may have to be loaded.
    host.events ??= new Early();
    const { last } = host.events;
    return withAnnex(call, ({ eventsOf }) => eventsOf(host).next(call, after, last));
  },
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
  attach({ accept }, { port }) {
    accept(port);
    return undefined;
  },
  cancel({ session }, { target }) {
    session.cancel(target);
    return undefined;
  },
  close: ({ call, close }) => close(call),
} satisfies Partial<Handlers>;

/** Checks the policy, then computes. Runs in the step that registers the reader. */
function operate<T>(
  { host, call }: Context,
  operation: Operation & Usage,
  { handle, data, params }: Pick<Requests['sign'], 'handle' | 'data' | 'params'>,
  work: (key: WorkingKey, params: OperationParams) => MaybePromise<T>,
): Promise<T> {
  const checkedWork = ({ attributes, material, key }: Contents) => {
    if (!attributes.usages.includes(operation)) throw notPermitted(attributes, operation);
    const checked = parseParams(attributes.algorithm, operation, params);
    checkSize(material.driver, data.length, checked);
    return work(key, checked);
  };
  return use(host, call, handle, checkedWork, operation === 'sign');
}
