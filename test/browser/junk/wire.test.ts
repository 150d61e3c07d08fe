// Bad input past the client: requests made by hand, as script of the same origin could send them. The host answers each
// with an error of the table, and nothing has changed (G11).
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { isErrorCode } from '../../../src/errors.ts';
import type { Method } from '../../../src/rpc/protocol.ts';
import { PROTOCOL } from '../../../src/version.ts';
import { newStore, portTo, stateOf } from './store.ts';
import { almostCloneable, cloneable } from './values.ts';

interface Reply {
  readonly value?: unknown;
  readonly error?: { readonly code?: unknown; readonly message?: unknown };
}

const keys = await newStore();
const port = portTo(keys);
const waiting = new Map<string, (reply: Reply) => void>();
await greet();

async function greet(): Promise<void> {
  const lock = `keyslot:client:${crypto.randomUUID()}`;
  await new Promise<void>((held) => {
    void navigator.locks.request(lock, () => {
      held();
      return new Promise(() => undefined);
    });
  });
  await new Promise((resolve) => {
    port.onmessage = resolve;
    port.postMessage({ keyslot: 'hello', protocol: PROTOCOL, build: 'test', store: keys.name, lock });
  });
  port.onmessage = ({ data }) => {
    waiting.get(data.id)?.(data.value);
    waiting.delete(data.id);
  };
}

function send(method: string, request: unknown): Promise<Reply> {
  const id = crypto.randomUUID();
  const message = { id, type: 'APPLY', path: [method], argumentList: [{ type: 'RAW', value: request }] };
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    port.postMessage(message);
  });
}

const P256 = {
  algorithm: { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' },
  usages: ['sign', 'verify'],
} as const;
await keys.generateKey({ id: 'key', lifetime: 'persistent', extractable: true, ...P256 });
const opened = await send('open', { call: 1, id: 'key' });
const { generation } = opened.value as { generation: string };
const before = await stateOf(keys);

const attributes = { id: 'new', lifetime: 'volatile', ...P256, extractable: true, cache: false, label: 'l' };
const handle = { id: 'key', generation };
const bytes = new Uint8Array(64);

/** A good request of each method; the two others would give the port away, or end it. */
const REQUESTS: Record<Exclude<Method, 'attach' | 'close'>, Record<string, unknown>> = {
  generate: { call: 2, timeout: 1000, attributes, ensure: true },
  import: { call: 2, timeout: 1000, format: 'pkcs8', data: bytes, attributes },
  outcome: { call: 2, request: 'r'.repeat(36), age: 1 },
  locate: { call: 2 },
  open: { call: 2, id: 'other' },
  destroy: { call: 2, id: 'other', generation },
  purge: { call: 2, id: 'other', generation },
  copy: { call: 2, id: 'key', generation, attributes: { id: 'new', lifetime: 'volatile', usages: ['sign'] } },
  start: { call: 2, handle, purpose: 'sign' },
  update: { call: 2, operation: 'none', data: bytes },
  finish: { call: 2, operation: 'none', signature: bytes },
  abort: { call: 2, operation: 'none' },
  events: { call: 2, timeout: 5, after: -1 },
  list: { call: 2, filter: { lifetime: 'session', usage: 'sign' }, after: { id: 'a', own: true }, limit: 3 },
  sign: { call: 2, handle, data: bytes, params: {} },
  verify: { call: 2, handle, signature: bytes, data: bytes, params: {} },
  encrypt: { call: 2, handle, data: bytes, params: { iv: bytes } },
  decrypt: { call: 2, handle, data: bytes, params: { iv: bytes } },
  deriveBits: { call: 2, handle, params: { publicKey: bytes }, length: 256 },
  deriveKey: { call: 2, base: { handle }, params: {}, length: 256, into: { format: 'raw', attributes } },
  wrapKey: { call: 2, format: 'jwk', key: { handle }, wrapping: { handle }, params: { iv: bytes } },
  unwrapKey: {
    call: 2,
    wrapped: bytes,
    unwrapping: { handle },
    params: { iv: bytes },
    into: { format: 'raw', native: { algorithm: 'HKDF', extractable: false, usages: ['deriveBits'] } },
  },
  encapsulateBits: { call: 2, handle, params: {} },
  encapsulateKey: { call: 2, key: { handle }, params: {}, into: { format: 'raw', attributes } },
  decapsulateBits: { call: 2, handle, params: {}, ciphertext: bytes },
  decapsulateKey: {
    call: 2,
    key: { handle },
    params: {},
    ciphertext: bytes,
    into: { format: 'raw', attributes },
  },
  digest: { call: 2, algorithm: { name: 'SHA3-256' }, data: bytes },
  exportKey: { call: 2, handle, format: 'jwk' },
  exportPublicKey: { call: 2, handle, format: 'spki' },
  detail: { call: 2 },
  prefetch: { call: 2, names: ['Ed448'] },
  stats: { call: 2 },
  cancel: { call: 2, target: 1 },
};

/** Members that are objects, with junk inside. */
function nested(good: Record<string, unknown>): fc.Arbitrary<unknown>[] {
  return Object.entries(good).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)
      ? [almostCloneable({ ...value }).map((junk) => ({ ...good, [name]: junk }))]
      : [],
  );
}

/** Not what would rightly destroy the key that must stay. */
const sparing = (method: string) => (request: unknown) =>
  method !== 'destroy' || (request as { id?: unknown } | null)?.id !== 'key';

for (const [method, good] of Object.entries(REQUESTS)) {
  test(`G11 closed: ${method} with junk by hand gets an answer of the table and changes nothing`, async () => {
    const request = fc.oneof(cloneable, almostCloneable(good), ...nested(good)).filter(sparing(method));
    await fc.assert(
      fc.asyncProperty(request, async (junk) => {
        const { error, ...rest } = await send(method, junk);
        if (error !== undefined) {
          expect(isErrorCode(error.code)).toBe(true);
          expect(error.code).not.toBe('CORRUPTION_DETECTED');
          expect(typeof error.message).toBe('string');
          return;
        }
        // Good after all. What was made goes again.
        expect(rest).toHaveProperty('value');
        const made = rest.value as { generation?: string; attributes?: { id: string } } | undefined;
        if (made?.attributes !== undefined && method !== 'open') {
          await send('destroy', { call: 3, id: made.attributes.id, generation: made.generation });
        }
      }),
      { numRuns: 400 },
    );
    expect(await stateOf(keys)).toEqual(before);
  });
}

test('G11 closed: attach and close with junk change nothing', async () => {
  for (const method of ['attach', 'close']) {
    const junk = cloneable.map((value) => ({ call: 2, port: value, more: value }));
    await fc.assert(
      fc.asyncProperty(fc.oneof(cloneable, junk), async (request) => {
        const { error } = await send(method, request);
        expect(error?.code).toBe('INVALID_ARGUMENT');
      }),
      { numRuns: 100 },
    );
  }
  expect(await stateOf(keys)).toEqual(before);
});
