// What tabs tell each other beside the keystore: signatures to verify, and races to take part in. No key
// material: that never leaves the host.
import type { Signed } from './jws.ts';

export interface RaceCall {
  readonly race: string;
  readonly by: string;
  readonly id: string;
  readonly method: 'generateKey' | 'ensureKey';
}

/** How a race went for one tab. */
export interface RaceResult {
  readonly tab: string;
  /** `created`, or the code of the error that it got. */
  readonly got: string;
  readonly thumbprint: string;
  readonly publicKey: JsonWebKey | null;
  /** Milliseconds since 1970: all tabs read the same clock. */
  readonly began: number;
  readonly ended: number;
}

export interface Messages {
  signed: Signed;
  /** A new tab asks for the signatures that there are. */
  signatures: null;
  race: RaceCall;
  ready: { readonly race: string; readonly tab: string };
  raced: { readonly race: string; readonly result: RaceResult };
}

type Message = { [K in keyof Messages]: { readonly type: K; readonly body: Messages[K] } }[keyof Messages];

export class Channel {
  // Same origin, same page: what arrives was sent by this very code.
  readonly #channel = new BroadcastChannel('keyslot-demo');

  send<K extends keyof Messages>(type: K, body: Messages[K]): void {
    this.#channel.postMessage({ type, body });
  }

  on<K extends keyof Messages>(type: K, listener: (body: Messages[K]) => void, signal?: AbortSignal): void {
    const onMessage = ({ data }: MessageEvent<Message>): void => {
      if (data.type === type) listener(data.body as Messages[K]);
    };
    this.#channel.addEventListener('message', onMessage, signal === undefined ? {} : { signal });
  }
}
