// A host in a few lines: it says welcome, and hands what is asked of it to a test. No secrets.
import { encodeError } from '../../src/rpc/errors.ts';
import { hostLockName, isHello } from '../../src/rpc/handshake.ts';
import type { Whereabouts } from '../../src/rpc/protocol.ts';
import { BUILD, PROTOCOL } from '../../src/version.ts';

export interface FakeHost {
  readonly port: MessagePort;
  /** Another way to it. */
  readonly more: () => MessagePort;
  /** As other hosts name it. */
  readonly where: Whereabouts;
  readonly dies: () => void;
  /** Takes the lock by which it knows that its client lives. */
  readonly stealsLock: () => Promise<void>;
  /** Says something without being asked. */
  readonly says: (message: object) => void;
}

/**
 * @param store - where it says that the store is; `null`: with it.
 * @param onAsked - what it answers; an error is thrown to the caller, `undefined` is no answer.
 */
export function fakeHost(
  store: Whereabouts | null,
  onAsked: (method: string, request: object) => unknown,
): FakeHost {
  const boot = crypto.randomUUID();
  let dies = (): void => undefined;
  let lock = '';
  let first: MessagePort | undefined;
  void navigator.locks.request(hostLockName(boot), () => new Promise<void>((end) => (dies = end)));
  const more = (): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    first ??= port2;
    port2.onmessage = async ({ data }: MessageEvent) => {
      if (isHello(data)) {
        ({ lock } = data);
        const capabilities = { algorithms: {} };
        const name = { protocol: PROTOCOL, build: BUILD, boot };
        port2.postMessage({ keyslot: 'welcome', ...name, capabilities, store, born: null });
        return;
      }
      const value = await onAsked(data.path[0], data.argumentList[0].value);
      const answer = value instanceof Error ? { error: encodeError(value) } : { value };
      // To `close` hosts of earlier builds answer nothing.
      if (value !== undefined || data.path[0] === 'close') {
        port2.postMessage({ id: data.id, type: 'RAW', value: answer });
      }
    };
    return port1;
  };
  const where = { boot, topology: 'shared', url: '', worker: '' } as const;
  const stealsLock = () => navigator.locks.request(lock, { steal: true }, () => undefined);
  return {
    port: more(),
    more,
    where,
    dies: () => dies(),
    stealsLock,
    says: (message) => first?.postMessage(message),
  };
}
