// The little of Node and of their helpers that the packages' suites use, in a browser.

type Bytes = Uint8Array<ArrayBuffer>;
type Source = string | BufferSource | readonly number[];

const latin1 = (text: string): Bytes => Uint8Array.from(text, (char) => char.charCodeAt(0));
const fromHex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const fromBase64 = (text: string): Bytes => latin1(atob(text));

const DECODERS: Readonly<Record<string, (text: string) => Bytes>> = {
  hex: fromHex,
  base64: fromBase64,
  utf8: (text) => new TextEncoder().encode(text),
};

function toBytes(source: Exclude<Source, string>): Bytes {
  if (ArrayBuffer.isView(source)) {
    return new Uint8Array(new Uint8Array(source.buffer, source.byteOffset, source.byteLength));
  }
  return source instanceof ArrayBuffer ? new Uint8Array(source.slice(0)) : Uint8Array.from(source);
}

export const toHex = (source: BufferSource): string =>
  Array.from(toBytes(source), (byte) => byte.toString(16).padStart(2, '0')).join('');

export const Buffer = {
  from(source: Source, encoding = 'utf8'): Bytes {
    const bytes = typeof source === 'string' ? DECODERS[encoding]?.(source) : toBytes(source);
    if (bytes === undefined) throw new TypeError(`no encoding ${encoding}`);
    return Object.assign(bytes, { toString: () => toHex(bytes) });
  },
};

/** As Node's, loosely: members by name, and numbers of typed arrays and buffers. */
function isDeepEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b;
  if (a instanceof ArrayBuffer && b instanceof ArrayBuffer) return toHex(a) === toHex(b);
  const [left, right] = [Object.keys(a), Object.keys(b)];
  return (
    left.length === right.length &&
    left.every((name) => name in b && isDeepEqual(Reflect.get(a, name), Reflect.get(b, name)))
  );
}

function check(holds: boolean, message: string): void {
  if (!holds) throw new Error(message);
}
const show = (value: unknown): string => JSON.stringify(value) ?? String(value);

export const assert = Object.assign((value: unknown) => check(Boolean(value), 'not true'), {
  equal: (a: unknown, b: unknown, message = `${show(a)} is not ${show(b)}`) => check(a === b, message),
  deepEqual: (a: unknown, b: unknown) => check(isDeepEqual(a, b), `${show(a)} is not ${show(b)}`),
  async rejects(promise: Promise<unknown>, type: ErrorConstructor): Promise<void> {
    const error: unknown = await promise.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    check(error instanceof type, 'it was expected to reject with an Error');
  },
});

type Steps = Generator<unknown, unknown, unknown>;

/** What TypeScript made of async functions. */
async function awaiter(self: unknown, args: unknown, _: unknown, body: (...args: unknown[]) => Steps) {
  const steps = body.apply(self, Array.isArray(args) ? args : []);
  let step = steps.next();
  while (step.done !== true) {
    try {
      const value = await step.value;
      step = steps.next(value);
    } catch (error) {
      step = steps.throw(error);
    }
  }
  return step.value;
}

export const modules: Readonly<Record<string, unknown>> = {
  tslib: { __awaiter: awaiter },
  assert,
  pvtsutils: {
    Convert: {
      ToHex: toHex,
      FromHex: (text: string) => fromHex(text).buffer,
      FromBase64: (text: string) => fromBase64(text).buffer,
      FromUtf8String: (text: string) => new TextEncoder().encode(text).buffer,
    },
  },
};
