// G11 closed, with comlink behind the gate: what is refused is answered and reaches no method.
import { afterEach, describe, expect, it } from 'vitest';
import { connect, type Service, serve } from '../../../src/rpc/endpoint.ts';
import { METHOD_NAMES } from './methods.ts';

interface Answer {
  readonly id: string;
  readonly value: { readonly error?: { readonly code: string; readonly message: string } };
}

function served() {
  const { port1, port2 } = new MessageChannel();
  const called: unknown[] = [];
  const answers: Answer[] = [];
  const record = async (request: unknown) => {
    called.push(request);
    return { value: request };
  };
  const service: Partial<Service> = Object.fromEntries(METHOD_NAMES.map((name) => [name, record]));
  serve(port1, service as Service);
  return { port1, port2, called, answers };
}

const ports: MessagePort[] = [];
afterEach(() => {
  for (const port of ports.splice(0)) port.close();
});

describe('a served port', () => {
  it('answers calls', async () => {
    const { port1, port2, called } = served();
    ports.push(port1, port2);
    const remote = connect(port2, () => undefined);
    expect(await remote.call('stats', { call: 1 }, [])).toStrictEqual({ value: { call: 1 } });
    expect(called).toStrictEqual([{ call: 1 }]);
  });

  it('refuses all else, answers it by its id, and calls nothing', async () => {
    const { port1, port2, called, answers } = served();
    ports.push(port1, port2);
    const raw = { type: 'RAW', value: { call: 1 } };
    const refused = [
      { type: 'GET', path: ['stats'] },
      { type: 'GET', path: [] },
      { type: 'SET', path: ['stats'], value: raw },
      { type: 'CONSTRUCT', path: ['sign', 'constructor'], argumentList: [raw] },
      { type: 'ENDPOINT' },
      { type: 'RELEASE' },
      { type: 'APPLY', path: ['sign', 'constructor'], argumentList: [raw] },
      { type: 'APPLY', path: ['constructor'], argumentList: [raw] },
      { type: 'APPLY', path: ['__proto__'], argumentList: [raw] },
      { type: 'APPLY', path: ['stats'], argumentList: [{ type: 'HANDLER', name: 'throw', value: raw }] },
      { type: 'APPLY', path: ['stats'], argumentList: [raw, raw] },
    ];
    const all = new Promise<void>((resolve) => {
      port2.onmessage = ({ data }: MessageEvent<Answer>) => {
        answers.push(data);
        if (data.id === 'last') resolve();
      };
    });
    port2.postMessage({ type: 'APPLY', path: ['stats'], argumentList: [raw] });
    port2.postMessage('junk');
    // A reply is not answered, or two hosts on one channel would answer each other for ever.
    port2.postMessage({ id: 'reply', ...raw });
    port2.postMessage(null);
    refused.forEach((message, number) => {
      port2.postMessage({ id: `refused ${number}`, ...message });
    });
    port2.postMessage({ id: 'last', type: 'APPLY', path: ['stats'], argumentList: [raw] });
    await all;
    expect(called).toStrictEqual([{ call: 1 }]);
    expect(answers.map(({ id }) => id)).toStrictEqual([
      ...refused.map((_, number) => `refused ${number}`),
      'last',
    ]);
    for (const { value } of answers.slice(0, -1)) {
      expect(value.error).toMatchObject({ code: 'INVALID_ARGUMENT' });
      expect(value.error?.message).toMatch(/^The host refused a message: .{10,}\.$/);
    }
  });
});
