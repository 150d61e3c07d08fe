// Misuses by form: each part of an argument that can be malformed, and each way in which it can.
import { describe, expect, it } from 'vitest';
import { KeystoreError } from '../../../src/errors.ts';
import { parseSizes } from '../../../src/host/sizes.ts';
import type { Handle, Lifetime } from '../../../src/rpc/protocol.ts';
import { ROWS, type Row, title } from '../../misuse/rows.ts';
import { settled } from '../interleave/agenda.ts';
import type { Client } from '../interleave/client.ts';
import { type Ask, misuse, type Stage } from './stage.ts';

const ROW: Row = 'malformed algorithm, key material, attributes, sizes';
const DATA = new Uint8Array([1]);
const LIFETIMES: readonly Lifetime[] = ['session', 'volatile', 'persistent'];

const cycle: { self?: unknown } = {};
cycle.self = cycle;

/** Members that every call which makes a key refuses. */
const ATTRIBUTES: Readonly<Record<string, object>> = {
  'a member that there is not': { secret: true },
  'a lifetime that there is not': { lifetime: 'eternal' },
  'no lifetime': { lifetime: undefined },
  'a flag that is no boolean': { extractable: 'yes' },
  'a label that is no text': { label: 7 },
  'a label over 256 bytes': { label: 'é'.repeat(129) },
  'metadata over 4,096 bytes': { metadata: ['x'.repeat(4096)] },
  'metadata that is a cycle': { metadata: cycle },
  'metadata that JSON does not have': { metadata: 1n },
};

/** Members that a call refuses which says what kind of key it makes. */
const KINDS: Readonly<Record<string, object>> = {
  'no algorithm': { algorithm: undefined },
  'an algorithm that is a number': { algorithm: 7 },
  'an algorithm without a name': { algorithm: {} },
  'an algorithm with an empty name': { algorithm: { name: '' } },
  'an algorithm with a member that it does not have': {
    algorithm: { name: 'HMAC', hash: 'SHA-256', salt: 1 },
  },
  'a length of no bits': { algorithm: { name: 'HMAC', hash: 'SHA-256', length: 0 } },
  'a length that is no number': { algorithm: { name: 'AES-GCM', length: '128' } },
  'no usages': { usages: undefined },
  'an empty list of usages': { usages: [] },
  'usages that are no list': { usages: 'sign' },
  'a usage that there is not': { usages: ['sign', 'whisper'] },
  'a usage that the algorithm does not have': { usages: ['encrypt'] },
};

function creations(stage: Stage, special: object): Ask[] {
  return LIFETIMES.flatMap((lifetime): Ask[] => {
    const attributes = { ...stage.world.attributes('new', lifetime), ...special };
    return [
      (client) => client.ask('generate', { attributes, ensure: false }),
      (client) => client.ask('generate', { attributes, ensure: true }),
      (client) => client.ask('import', { format: 'raw', data: new Uint8Array(32), attributes }),
    ];
  });
}

async function allRefused(stage: Stage, asks: readonly Ask[]): Promise<void> {
  for (const ask of asks) await stage.refused(ask);
}

describe('attributes and algorithm', () => {
  for (const [what, special] of Object.entries(ATTRIBUTES)) {
    misuse(ROW, what, async (stage) => {
      const copied = { id: 'new', lifetime: 'volatile', ...special };
      await allRefused(stage, [
        ...creations(stage, special),
        (client) => client.ask('copy', { id: 'stored', attributes: copied }),
      ]);
    });
  }

  for (const [what, special] of Object.entries(KINDS)) {
    misuse(ROW, what, (stage) => allRefused(stage, creations(stage, special)));
  }

  for (const [what, attributes] of Object.entries({ text: 'new', nothing: null, 'a list': [] })) {
    misuse(ROW, `attributes that are ${what}`, (stage) =>
      allRefused(stage, [
        (client) => client.ask('generate', { attributes, ensure: false }),
        (client) => client.ask('import', { format: 'raw', data: new Uint8Array(32), attributes }),
        (client) => client.ask('copy', { id: 'stored', attributes }),
      ]),
    );
  }

  misuse(ROW, 'a copy with usages that its source does not have', (stage) =>
    stage
      .refused((client) =>
        client.ask('copy', {
          id: 'stored',
          attributes: { id: 'new', lifetime: 'volatile', usages: ['verify'] },
        }),
      )
      .then(() => undefined),
  );
});

describe('key material', () => {
  const material: Readonly<Record<string, unknown>> = {
    'no bytes at all': new Uint8Array(),
    'more bits than the algorithm says': new Uint8Array(33),
    'text for bytes': 'secret',
    'nothing for bytes': null,
  };
  for (const [what, data] of Object.entries(material)) {
    misuse(ROW, what, (stage) => importRefused(stage, 'raw', () => data));
  }
  const jwks: Readonly<Record<string, unknown>> = {
    'a JWK that is text': '{}',
    'a JWK without its key': { kty: 'oct' },
    'a JWK of another type': { kty: 'EC', k: 'A'.repeat(43) },
    'a JWK whose key is no base64url': { kty: 'oct', k: '+'.repeat(43) },
    'a JWK that may be used for something else only': { kty: 'oct', k: 'A'.repeat(43), key_ops: ['verify'] },
  };
  for (const [what, data] of Object.entries(jwks)) {
    misuse(ROW, what, (stage) => importRefused(stage, 'jwk', () => data));
  }

  async function importRefused(stage: Stage, format: 'raw' | 'jwk', data: () => unknown): Promise<void> {
    for (const lifetime of LIFETIMES) {
      const attributes = stage.world.attributes('new', lifetime);
      await stage.refused((client) => client.ask('import', { format, data: data(), attributes }));
    }
  }

  misuse(ROW, 'a format that there is not', async (stage) => {
    const attributes = stage.world.attributes('new', 'volatile');
    const format = 'pem' as 'raw';
    const handle = stage.handle('volatile');
    await allRefused(stage, [
      (client) => client.ask('import', { format, data: new Uint8Array(32), attributes }),
      (client) => client.ask('exportKey', { handle, format }),
      (client) => client.ask('exportPublicKey', { handle, format }),
    ]);
  });

  misuse(ROW, 'the public half of a key that has none', async (stage) => {
    for (const handle of stage.handles.values()) {
      await stage.refused((client) => client.ask('exportPublicKey', { handle, format: 'spki' }));
    }
  });
});

describe('what an operation is given', () => {
  misuse(ROW, 'data that is no bytes', async (stage) => {
    const handle = stage.handle('stored');
    for (const junk of ['data', null, 7, [1], {}, new ArrayBuffer(1)]) {
      const data = junk as Uint8Array<ArrayBuffer>;
      await allRefused(stage, [
        (client) => client.ask('sign', { handle, data }),
        (client) => client.ask('verify', { handle, data: DATA, signature: data }),
        (client) => client.ask('update', { operation: 'any', data }),
      ]);
    }
  });

  misuse(ROW, 'parameters that the algorithm does not have', async (stage) => {
    const handle = stage.handle('stored');
    for (const params of [{ saltLength: 1 }, 7, 'none', null]) {
      await stage.refused((client) => client.ask('sign', { handle, data: DATA, params }));
    }
  });

  misuse(ROW, 'parameters of AES-GCM', async (stage) => {
    const handle = await aesKey(stage);
    const iv = new Uint8Array(12);
    const bad = [undefined, {}, { iv: 7 }, { iv: new Uint8Array(7) }, { iv: new Uint8Array(129) }];
    for (const params of [...bad, { iv, additionalData: 'more' }, { iv, tagLength: 32 }]) {
      for (const method of ['encrypt', 'decrypt'] as const) {
        await stage.refused((client) => client.ask(method, { handle, data: DATA, params }));
      }
    }
  });

  misuse(ROW, 'more data at once than may block the host', async (stage) => {
    const handle = await aesKey(stage);
    const data = new Uint8Array(4 * 1024 * 1024 + 1);
    const params = { iv: new Uint8Array(12) };
    await stage.refused((client) => client.ask('encrypt', { handle, data, params }));
    await stage.refused((client) =>
      client.ask('encrypt', { handle, data: DATA, params: { ...params, additionalData: data } }),
    );
    await stage.refused((client) => client.ask('update', { operation: 'any', data }));
  });

  /** Computed with by noble, in this world. */
  async function aesKey(stage: Stage): Promise<Handle> {
    const kind = { algorithm: { name: 'AES-GCM', length: 192 }, usages: ['encrypt', 'decrypt'] };
    const attributes = { ...stage.world.attributes('aes', 'volatile'), ...kind };
    const { generation } = await stage.value(stage.client.ask('generate', { attributes, ensure: false }));
    return { id: 'aes', generation };
  }

  misuse(
    ROW,
    'a signature for an operation that signs',
    async (stage) => {
      const operation = await stage.value(
        stage.client.ask('start', { handle: stage.handle('stored'), purpose: 'sign' }),
      );
      await stage.refused((client) => client.ask('finish', { operation, signature: DATA }));
      // It goes on.
      await stage.value(stage.client.ask('finish', { operation }));
    },
    { multipart: true },
  );
});

describe('numbers and sizes', () => {
  const asks: Readonly<Record<string, Ask>> = {
    'a page of nothing': (client) => client.ask('list', { filter: {}, limit: 0 }),
    'a page over 1,000': (client) => client.ask('list', { filter: {}, limit: 1001 }),
    'half a page': (client) => client.ask('list', { filter: {}, limit: 1.5 }),
    'a filter that there is not': (client) =>
      client.ask('list', { filter: { usage: 'whisper' as 'sign' }, limit: 1 }),
    'an event without a number': (client) => client.ask('events', { after: Number.NaN }),
    'a cancellation of no call': (client) => client.ask('cancel', { target: -1 }),
    'a name of an operation that is too long': (client) => client.ask('abort', { operation: 'x'.repeat(65) }),
    'a generation that is too long': (client) =>
      client.ask('destroy', { id: 'stored', generation: 'x'.repeat(65) }),
    'a port that is none': (client) => client.ask('attach', { port: {} as MessagePort }),
    'a member that there is not': (client) =>
      client.ask('open', { id: 'stored', more: true } as { id: string }),
  };
  for (const [what, ask] of Object.entries(asks)) {
    misuse(ROW, what, (stage) => stage.refused(ask).then(() => undefined));
  }

  misuse(ROW, 'a deadline that is none', async (stage) => {
    for (const timeout of [-1, 600_001, Number.NaN, '1' as unknown as number]) {
      stage.world.timeout = timeout;
      await stage.refused((client) => client.ask('open', { id: 'stored' }));
    }
  });

  misuse(ROW, 'the number of a call that runs', async (stage) => {
    const { client, world } = stage;
    const first = client.ask('sign', { handle: stage.handle('stored'), data: DATA });
    await settled();
    await stage.refused((its: Client) => its.again('open', { id: 'stored' }), {
      steps: async () => undefined,
    });
    await world.rest();
    expect(await first).toHaveProperty('value');
  });

  it.each([
    { cacheSize: 0 },
    { cacheSize: 65_537 },
    { pinnedSize: -1 },
    { ceiling: 15 },
    { operations: 0 },
    { lanes: 65 },
    { lanes: 1.5 },
    { lanes: '8' },
    { slots: 8 },
    'large',
  ])(`${title(ROW, 'sizes of a host')} (%j)`, (sizes) => {
    // No host comes of it: they are read before anything is opened.
    let refused: unknown;
    try {
      parseSizes(sizes, 4);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(KeystoreError);
    expect(refused).toMatchObject({ code: ROWS[ROW] });
  });
});
