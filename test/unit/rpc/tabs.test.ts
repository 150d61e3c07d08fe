// G11 closed, for what tabs, their workers and brokers tell each other: any message may come, and few are one of theirs.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isFromBroker, isMine, isToBroker, isToPage, isToReacher } from '../../../src/rpc/broker.ts';
import { isStarted, isToWorker } from '../../../src/rpc/tab.ts';

const boot = '0f8fad5b-d9cb-469f-a165-70867728950e';

/** Each with the messages that it takes. */
const GUARDS: readonly [string, (message: unknown) => boolean, readonly object[]][] = [
  [
    'isToBroker',
    isToBroker,
    [{ keyslot: 'line' }, { keyslot: 'register', boot }, { keyslot: 'reach', boot }],
  ],
  ['isFromBroker', isFromBroker, ['broker', 'registered', 'reached', 'handed', 'unknown'].map(named)],
  ['isToReacher', isToReacher, ['here', 'handed', 'unknown'].map(named)],
  [
    'isToPage',
    isToPage,
    [
      { keyslot: 'who', boot, question: 'q' },
      { keyslot: 'reached', boot },
    ],
  ],
  ['isMine', isMine, [{ keyslot: 'mine', question: 'q' }]],
  [
    'isToWorker',
    isToWorker,
    [
      ...['connect', 'broker', 'no-broker'].map(named),
      ...['visible', 'hidden', 'frozen'].map((state) => ({ keyslot: 'page', state })),
    ],
  ],
  ['isStarted', isStarted, [{ keyslot: 'started', boot }]],
];

function named(keyslot: string): object {
  return { keyslot };
}

const words = GUARDS.flatMap(([, , messages]) => messages.map((message) => Reflect.get(message, 'keyslot')));

describe.each(GUARDS)('%s', (_name, guard, messages) => {
  it('takes its own messages', () => {
    for (const message of messages) expect(guard(message)).toBe(true);
  });

  it('takes nothing else, whatever it is', () => {
    const own = new Set(messages.map((message) => Reflect.get(message, 'keyslot')));
    fc.assert(
      fc.property(fc.anything(), (message) => {
        expect(guard(message)).toBe(false);
      }),
    );
    for (const word of words) if (!own.has(word)) expect(guard({ keyslot: word, boot })).toBe(false);
  });

  it('takes no message whose other members are of another type', () => {
    for (const message of messages) {
      for (const member of Object.keys(message)) {
        for (const junk of [undefined, null, 7, '', {}, [], 'x'.repeat(1000)]) {
          if (member === 'keyslot') expect(guard({ ...message, [member]: junk })).toBe(false);
          else if (typeof junk !== 'string') expect(guard({ ...message, [member]: junk })).toBe(false);
        }
      }
    }
  });
});

it('a broker takes no boot that is none', () => {
  for (const junk of ['', 'a', `${boot}0`, 'x'.repeat(36), '../'.repeat(12)]) {
    for (const keyslot of ['register', 'reach']) expect(isToBroker({ keyslot, boot: junk })).toBe(false);
  }
});
