// Web Locks as the host uses them.

/** Lets go of a Web Lock. */
export type Release = () => void;

export interface HoldOptions {
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Takes the lock from whoever has it. */
  readonly steal?: true;
}

/**
 * Resolves when the lock is held.
 *
 * @param onLost - told when somebody steals it afterwards.
 */
export function hold(
  name: string,
  options: HoldOptions = {},
  onLost: () => void = () => undefined,
): Promise<Release> {
  return new Promise((resolve, reject) => {
    let held = false;
    const whileHeld = (): Promise<void> =>
      new Promise<void>((release) => {
        held = true;
        resolve(release);
      });
    navigator.locks.request(name, options, whileHeld).catch((error: unknown) => {
      if (held) onLost();
      else reject(error);
    });
  });
}

export async function isHeld(name: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  return held.some((lock) => lock.name === name);
}

/** Whether anybody waits for a lock. */
export async function isWanted(name: string): Promise<boolean> {
  const { pending = [] } = await navigator.locks.query();
  return pending.some((lock) => lock.name === name);
}

/**
 * Whether two locks have one holder, as the browser says now. A worker that was frozen since a lock was granted asks
 * this about that lock and one that nobody would steal.
 */
export async function haveOneHolder(name: string, other: string): Promise<boolean> {
  const { held = [] } = await navigator.locks.query();
  const [holder, otherHolder] = [name, other].map((one) => held.find((lock) => lock.name === one));
  return holder !== undefined && otherHolder !== undefined && holder.clientId === otherHolder.clientId;
}
