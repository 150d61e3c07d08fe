// A starting gate for tabs and workers of one origin: a Web Lock that one realm holds while the others queue
// for it in shared mode, so that all of them start in the step in which it is released.

const GATE = 'test:gate';

let open: (() => void) | undefined;

/** Closes the gate; resolves when it is closed. */
export function closeGate(): Promise<void> {
  return new Promise((closed, failed) => {
    const whileClosed = () =>
      new Promise<void>((release) => {
        open = release;
        closed();
      });
    navigator.locks.request(GATE, whileClosed).catch(failed);
  });
}

export function openGate(): void {
  open?.();
}

/** Waits until the gate is opened. */
export function gate(): Promise<unknown> {
  return navigator.locks.request(GATE, { mode: 'shared' }, () => undefined);
}

/** How many realms stand at the gate. */
export async function atGate(): Promise<number> {
  const { pending = [] } = await navigator.locks.query();
  return pending.filter(({ name }) => name === GATE).length;
}
