// A port becomes a session: the handshake, the watch on the client's life, the end.
import { KeystoreError } from '../errors.ts';
import { NO_HELLO, refusal, serve } from '../rpc/endpoint.ts';
import { encodeError } from '../rpc/errors.ts';
import { judge } from '../rpc/gate.ts';
import { type Hello, isHello, type Moved, type Owns, type Refused, type Welcome } from '../rpc/handshake.ts';
import type { Port } from '../rpc/port.ts';
import type { Closed, Whereabouts } from '../rpc/protocol.ts';
import type { Owner } from '../store/owner.ts';
import { BUILD, PROTOCOL } from '../version.ts';
import type { Call } from './call.ts';
import type { Host } from './host.ts';
import type { Ownership } from './ownership.ts';
import { close } from './protocols/close.ts';
import { serviceFor } from './service.ts';

/** A host, and what it knows of who owns its store. */
export interface Seat {
  readonly host: Host;
  readonly ownership: Ownership;
}

/** Finds the host of a store: it may have to be started first, and that may fail. */
export type HostOf = (hello: Hello) => Promise<Seat>;

/** Waits for a hello on a port. Any other message before the welcome is refused, and changes nothing. */
export function acceptPort(port: Port, hostOf: HostOf): void {
  let greeting = false;
  const listener = ({ data }: MessageEvent<unknown>): void => {
    if (greeting || !isHello(data)) {
      // Of a parcel one refusal is enough: whoever hears it ends its link.
      const verdict = judge(Array.isArray(data) ? data[0] : data);
      const id = verdict.pass ? verdict.message.id : verdict.id;
      if (id !== undefined)
        port.postMessage(refusal(id, 'say hello first, and wait for the welcome', NO_HELLO));
      return;
    }
    greeting = true;
    greet(port, data, hostOf).then(
      () => port.removeEventListener('message', listener),
      (error: unknown) => {
        // The same port may try again: a store that is busy now is free later.
        greeting = false;
        const refused: Refused = {
          keyslot: 'refused',
          protocol: PROTOCOL,
          build: BUILD,
          error: encodeError(error),
        };
        port.postMessage(refused);
      },
    );
  };
  port.addEventListener('message', listener);
  port.start();
}

async function greet(port: Port, hello: Hello, hostOf: HostOf): Promise<void> {
  if (hello.protocol !== PROTOCOL) throw protocolMismatch(hello);
  const seat = await hostOf(hello);
  openSession(port, hello, seat, await seat.ownership.locate(), hostOf);
}

function openSession(port: Port, hello: Hello, seat: Seat, owner: Owner, hostOf: HostOf): void {
  const { host, ownership } = seat;
  // Once it is served, a notice goes after the answers that were there before it.
  let tell = (notice: Moved | Owns): void => port.postMessage(notice);
  const session = host.newSession(hello.priority === 'system', {
    moved(next, frozen) {
      const store = next && whereaboutsOf(next);
      tell({ keyslot: 'moved', store, ...(frozen && { frozen }) });
    },
    owns: (born) => tell({ keyslot: 'owns', born }),
  });
  const end = (): void => {
    host.endSession(session);
    port.close();
  };
  const leave = async (call: Call): Promise<Closed> => {
    const closed = await close(host, call);
    // Not before the answer is on its way.
    setTimeout(end);
    return closed;
  };
  // The client has held this lock since before its hello, so that a grant means that it has gone: closed,
  // navigated away, crashed or killed (G8).
  const died = navigator.locks.request(hello.lock, end);
  // Without a watch there is no session: it would outlive its client.
  died.catch(end);
  tell = serve(
    port,
    serviceFor(host, session, {
      accept: (attached) => acceptPort(attached, hostOf),
      close: leave,
      locate: async () => elsewhere(host, await ownership.locate()),
    }),
  );
  const welcome: Welcome = {
    keyslot: 'welcome',
    protocol: PROTOCOL,
    build: BUILD,
    boot: host.boot,
    capabilities: host.capabilities,
    store: elsewhere(host, owner),
    born: host.born,
  };
  port.postMessage(welcome);
}

/** Where the owner is, unless it is here. */
function elsewhere({ boot }: Host, owner: Owner): Whereabouts | null {
  return owner.boot === boot ? null : whereaboutsOf(owner);
}

function whereaboutsOf({ boot, topology, url, worker }: Owner): Whereabouts {
  return { boot, topology, url, worker };
}

function protocolMismatch(hello: Hello): KeystoreError {
  return new KeystoreError(
    'SERVICE_FAILURE',
    `The running host speaks protocol ${PROTOCOL} (build ${BUILD}), this page protocol ${hello.protocol} (build ` +
      `${hello.build}). Close all tabs of this app and open it again, so that both are of one version.`,
    { cause: 'PROTOCOL' },
  );
}
