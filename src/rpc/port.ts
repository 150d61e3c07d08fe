// What keyslot needs of a MessagePort: where none can be handed over, something else takes its place (channel.ts).

export interface Port {
  addEventListener(
    type: 'message',
    listener: (event: MessageEvent<unknown>) => void,
    options?: AddEventListenerOptions,
  ): void;
  removeEventListener(type: 'message', listener: (event: MessageEvent<unknown>) => void): void;
  postMessage(message: unknown, transfer?: Transferable[]): void;
  start(): void;
  close(): void;
}
