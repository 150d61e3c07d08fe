// One owner (G9): the host takes the store's Web Lock before it opens the database, and keeps it for life.
import { KeystoreError } from '../errors.ts';
import { BUILD } from '../version.ts';

/** How long a host that is about to end, such as the one before a reload, may keep its successor waiting. */
const PATIENCE = 5_000;

const INFO = 'keyslot:owner:';

/** Lets go of a Web Lock. */
export type Release = () => void;

/**
 * Takes the store's lock, kept until the worker's end unless a failed start gives it back.
 *
 * @throws KeystoreError `SERVICE_FAILURE` if another host has it.
 */
export async function own(store: string, boot: string): Promise<Release> {
  let release: Release;
  try {
    release = await hold(`keyslot:store:${store}`, AbortSignal.timeout(PATIENCE));
  } catch (error) {
    throw await owned(store, error);
  }
  // Lock names are all that one host can see of another: this one says who owns the store.
  const releaseInfo = await hold(
    `${INFO}${JSON.stringify({ store, build: BUILD, url: self.location.href, boot })}`,
  );
  return () => {
    releaseInfo();
    release();
  };
}

/** Resolves when the lock is held. */
export function hold(name: string, signal?: AbortSignal): Promise<Release> {
  return new Promise((resolve, reject) => {
    const whileHeld = (): Promise<void> => new Promise<void>((release) => resolve(release));
    navigator.locks.request(name, signal === undefined ? {} : { signal }, whileHeld).catch(reject);
  });
}

async function owned(store: string, cause: unknown): Promise<KeystoreError> {
  const { held: locks = [] } = await navigator.locks.query();
  const owner = locks.map(({ name }) => describe(name, store)).find((found) => found !== undefined);
  const who = owner === undefined ? 'Another host' : `Another host, build ${owner.build} at ${owner.url},`;
  return new KeystoreError(
    'SERVICE_FAILURE',
    `${who} owns the store "${store}"; this is build ${BUILD} at ${self.location.href}. Close the tabs that still ` +
      'run the other version, then open the keystore again. No key is lost.',
    { cause },
  );
}

function describe(lock: string | undefined, store: string): { build: string; url: string } | undefined {
  if (lock?.startsWith(INFO) !== true) return undefined;
  try {
    const info: unknown = JSON.parse(lock.slice(INFO.length));
    if (typeof info !== 'object' || info === null) return undefined;
    const { store: its, build, url } = info as Record<string, unknown>;
    return its === store && typeof build === 'string' && typeof url === 'string' ? { build, url } : undefined;
  } catch {
    return undefined;
  }
}
