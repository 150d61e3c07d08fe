// The host of a store with a witness: a worker script that records transactions and answers, then runs the real
// worker (?worker=URL). Nothing is replaced, everything is passed on, except for the one fault that a test may ask for.
// Driven through the BroadcastChannel named by ?channel=.
// @ts-check

const scope = /** @type {SharedWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const parameters = new URL(scope.location.href).searchParams;

/** @type {object[]} */
const log = [];
/** @type {string | undefined} */
let fault;
/** @type {(() => void) | undefined} */
let passOn;

/** @type {WeakMap<IDBTransaction, number>} */
const numbers = new WeakMap();
let transactions = 0;

const channel = new BroadcastChannel(parameters.get('channel') ?? '');
channel.onmessage = ({ data }) => {
  if (data.fault !== undefined) fault = data.fault;
  if (data.passOn) passOn?.();
  if (data.read) channel.postMessage({ log });
  else channel.postMessage({ done: true });
};

const { transaction } = IDBDatabase.prototype;
/** @this {IDBDatabase} @param {Parameters<typeof transaction>} parameters */
IDBDatabase.prototype.transaction = function (...parameters) {
  const made = transaction.apply(this, parameters);
  const number = ++transactions;
  numbers.set(made, number);
  const { mode, durability } = made;
  log.push({ what: 'transaction', number, mode, durability, stores: [...made.objectStoreNames] });
  for (const what of ['complete', 'abort']) {
    made.addEventListener(what, () => log.push({ what, number }));
  }
  return made;
};

for (const what of /** @type {const} */ (['add', 'put', 'get', 'delete'])) {
  const original = /** @type {(...args: unknown[]) => IDBRequest} */ (IDBObjectStore.prototype[what]);
  Object.defineProperty(IDBObjectStore.prototype, what, {
    /** @this {IDBObjectStore} @param {unknown[]} parameters */
    value(...parameters) {
      log.push({ what, number: numbers.get(this.transaction), id: idIn(parameters[0]) });
      const isKeys = this.name === 'keys' && this.transaction.mode === 'readwrite';
      if (what === 'get' && isKeys && fault === 'reads nothing back') {
        fault = undefined;
        return original.call(this, 'no such id');
      }
      const request = original.apply(this, parameters);
      if (what === 'delete' && isKeys && fault === 'deletion aborts') {
        fault = undefined;
        // Kept open by requests until the test says that it may end.
        const { transaction: open } = this;
        const wait = () => {
          original.call(this, 'no such id').onsuccess = wait;
        };
        wait();
        passOn = () => open.abort();
        log.push({ what: 'held' });
      }
      return request;
    },
  });
}

const { sign } = SubtleCrypto.prototype;
/** @this {SubtleCrypto} @param {Parameters<typeof sign>} parameters */
SubtleCrypto.prototype.sign = async function (...parameters) {
  if (fault === 'signing waits') {
    fault = undefined;
    await new Promise((pass) => {
      passOn = () => pass(undefined);
      log.push({ what: 'held' });
    });
  }
  return sign.apply(this, parameters);
};

const { postMessage } = MessagePort.prototype;
/** @this {MessagePort} @param {unknown} message @param {never} options */
MessagePort.prototype.postMessage = function (message, options) {
  const reply = /** @type {{ id?: unknown, type?: unknown, value?: object } | undefined} */ (message);
  if (reply?.type === 'RAW') {
    const failed = typeof reply.value === 'object' && 'error' in reply.value;
    log.push({ what: failed ? 'refusal' : 'answer', ...requests.get(this)?.get(reply.id) });
  }
  return postMessage.call(this, message, options);
};

/** What each message of a port asked for, and of which key. @type {WeakMap<MessagePort, Map<unknown, { asked: string, id: string | undefined }>>} */
const requests = new WeakMap();
scope.addEventListener('connect', ({ ports: [port] }) => {
  if (port === undefined) return;
  const asked = new Map();
  requests.set(port, asked);
  port.addEventListener('message', ({ data }) => {
    const argument = data?.argumentList?.[0]?.value;
    if (argument) asked.set(data.id, { asked: data.path[0], id: idIn(argument.attributes ?? argument) });
  });
});

/**
 * The id that a record, a call or a query names.
 *
 * @param {unknown} value
 * @returns {string | undefined}
 */
function idIn(value) {
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : value;
  return typeof id === 'string' ? id : undefined;
}

/** @type {MessageEvent[]} */
const early = [];
scope.onconnect = (event) => early.push(event);
await import(parameters.get('worker') ?? '');
for (const event of early) scope.onconnect?.(event);

export {};
