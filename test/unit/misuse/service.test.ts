// Where there is no host to speak to: nobody answers, or who answers speaks another protocol. On real ports, of which
// Node has the same as a browser.
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Access, welcomeFrom } from '../../../src/client/link.ts';
import { KeystoreError } from '../../../src/errors.ts';
import { acceptPort } from '../../../src/host/accept.ts';
import { hello, isReplyToHello } from '../../../src/rpc/handshake.ts';
import { ROWS, title } from '../../misuse/rows.ts';
import { Judge } from '../interleave/judge.ts';
import { World } from '../interleave/world.ts';
import { picture } from './picture.ts';

const HELLO = hello('store', 'keyslot:client:nobody', {});
const NEVER = new Promise<never>(() => undefined);

function ports(): MessageChannel {
  const channel = new MessageChannel();
  onTestFinished(() => {
    channel.port1.close();
    channel.port2.close();
  });
  return channel;
}

async function refusalOf(access: Access, timeout: number): Promise<KeystoreError> {
  const ended: unknown = await welcomeFrom(access, HELLO, timeout).catch((error: unknown) => error);
  if (ended instanceof KeystoreError) return ended;
  throw new Error('the client took it for its host');
}

describe('nobody', () => {
  it(title('no owner reachable', 'nobody answers in time'), async () => {
    const { port1 } = ports();
    const error = await refusalOf({ port: port1, failed: NEVER }, 0);
    expect(error.code).toBe(ROWS['no owner reachable']);
    expect(error.message).toContain('did not answer within 0 ms');
  });

  it(title('no owner reachable', 'the host says why it cannot serve'), async () => {
    const { port1, port2 } = ports();
    const owned = new KeystoreError('SERVICE_FAILURE', 'Another host owns the store.');
    acceptPort(port2, () => Promise.reject(owned));
    const error = await refusalOf({ port: port1, failed: NEVER }, 10_000);
    expect(error).toMatchObject({ code: ROWS['no owner reachable'], message: owned.message });
  });
});

describe('another protocol', () => {
  it(title('protocol mismatch', 'a client of another protocol changes nothing in the host'), async () => {
    const world = new World();
    new Judge(world).step();
    world.client();
    const before = picture(world);
    const sessions = world.host.sessions.size;
    const { port1, port2 } = ports();
    acceptPort(port2, () => Promise.reject(new Error('nobody should ask for the host')));
    const answer = new Promise<unknown>((resolve) => {
      port1.onmessage = ({ data }) => resolve(data);
    });
    port1.postMessage({ ...HELLO, protocol: 999, build: '9.9.9' });
    const refused = await answer;
    if (!isReplyToHello(refused) || refused.keyslot !== 'refused') throw new Error('the host welcomed it');
    expect(refused.error).toMatchObject({ code: ROWS['protocol mismatch'], cause: 'PROTOCOL' });
    expect(refused.error.message).toContain('protocol 999 (build 9.9.9)');
    world.onStep();
    expect(picture(world)).toStrictEqual(before);
    expect(world.host.sessions.size).toBe(sessions);
  });

  it(title('protocol mismatch', 'a host of another protocol is no host'), async () => {
    const { port1, port2 } = ports();
    port2.onmessage = () =>
      port2.postMessage({
        keyslot: 'welcome',
        protocol: 999,
        build: '9.9.9',
        boot: 'boot',
        capabilities: {},
      });
    const error = await refusalOf({ port: port1, failed: NEVER }, 10_000);
    expect(error).toMatchObject({ code: ROWS['protocol mismatch'], cause: 'PROTOCOL' });
    expect(error.message).toContain('protocol 999 (build 9.9.9)');
  });
});
