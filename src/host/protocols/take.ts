// The host becomes the owner of its store, whose lock it holds (G9). The counterpart of leave.ts.
import { StoreMoved } from '../../errors.ts';
import type { Owner } from '../../store/owner.ts';
import type { KeyStore } from '../../store/store.ts';
import type { Host } from '../host.ts';
import { TERM } from '../tenure.ts';

export interface Taking {
  readonly owner: Owner;
  /** Whether the last owner, of this boot, may still believe that the store is its: it was silent, or never left. */
  believes(boot: string): Promise<boolean>;
  /** Whether the store's lock is still this host's. */
  holdsLock(): Promise<boolean>;
}

/**
 * Claims the store, which is open.
 *
 * @returns what begins to serve it, in one step.
 * @throws StoreMoved if somebody else has it by now.
 */
export async function takeStore(
  host: Host,
  store: KeyStore,
  { owner, believes, holdsLock }: Taking,
): Promise<() => void> {
  const last = await store.epoch();
  // Asked after the epoch was read, or a host that thaws here would claim over its successor.
  if (!(await holdsLock())) throw new StoreMoved();
  const doubtful = await believes(last.boot);
  const asked = host.clock.now();
  await store.claim(owner, last);
  // By then its last owner, should it thaw, asks before it dispatches anything.
  if (doubtful) await new Promise<void>((resolve) => host.clock.at(host.clock.now() + TERM, resolve));
  return () => {
    host.born = last.born;
    host.tenure.begin(asked);
    host.tellOwned(last.born);
  };
}
