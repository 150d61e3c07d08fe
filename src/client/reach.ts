// The way from a realm to a host that is not its own: another build's SharedWorker, or the worker of another tab.
import { KeystoreError } from '../errors.ts';
import { knock } from '../rpc/channel.ts';
import { hostLockName } from '../rpc/handshake.ts';
import type { Whereabouts } from '../rpc/protocol.ts';
import { brokered } from './elected/broker.ts';
import { served } from './elected/service-worker.ts';
import type { Access } from './link.ts';
import { otherWorker } from './shared-worker.ts';

/** Longest that anybody waits for a host that may have gone, in ms. */
const WATCHED = 10_000;

export function reach(where: Whereabouts, attempt: number): Access | Promise<Access> {
  if (where.topology === 'shared') return otherWorker(where, attempt);
  const handed = brokered(where).then((port) => port ?? served(where.boot));
  return reachTab(where, handed);
}

/** The host of another tab's worker: by a port that was handed over or else by a channel. */
export async function reachTab(
  { boot }: Whereabouts,
  handed: Promise<MessagePort | undefined>,
): Promise<Access> {
  const failed = gone(boot);
  // Whoever has stopped waiting for it must not be bothered by it.
  failed.catch(() => undefined);
  const port = await Promise.race([handed, failed]);
  return { port: port ?? knock(boot), failed };
}

/** Rejects when the host has gone: nobody else would say so. */
function gone(boot: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    const options = { mode: 'shared', signal: AbortSignal.timeout(WATCHED) } as const;
    navigator.locks.request(hostLockName(boot), options, () => reject(hostGone())).catch(() => undefined);
  });
}

function hostGone(): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    'The tab whose host owned the store has gone. Nothing changed. Try again.',
    { cause: 'HOST_DIED' },
  );
}
