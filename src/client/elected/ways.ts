// The ways of the elected topology: to the host in this tab's own worker, and to that in another tab's. Loaded where one
// of them is taken (../load.ts).
import { KeystoreError } from '../../errors.ts';
import { knock } from '../../rpc/channel.ts';
import { hostLockName } from '../../rpc/handshake.ts';
import type { Whereabouts } from '../../rpc/protocol.ts';
import type { Access } from '../link.ts';
import { brokered } from './broker.ts';
import { served } from './service-worker.ts';

export { ownHost } from './own-worker.ts';

/** Longest that anybody waits for a host that may have gone, in ms. */
const WATCHED = 10_000;

/** The host of another tab's worker: by a port that is handed over or else by a channel. */
export function reachTab(where: Whereabouts): Promise<Access> {
  const handed = brokered(where).then((port) => port ?? served(where.boot));
  return reachBy(where, handed);
}

/** From where nobody hands ports over. */
export function reachByChannel(where: Whereabouts): Promise<Access> {
  return reachBy(where, Promise.resolve(undefined));
}

async function reachBy({ boot }: Whereabouts, handed: Promise<MessagePort | undefined>): Promise<Access> {
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
