// Which tab this is. A name is a Web Lock held for life, so that no two tabs have one name and a closed or
// crashed tab's name is free at once.

const PREFIX = 'keyslot-demo:tab:';
const REMEMBERED = 'keyslot-demo:tab';

/** How long, in ms, a reloaded tab waits for its former self to let go of the name. */
const RELOAD = 1000;

export async function takeTabName(): Promise<string> {
  const former = sessionStorage.getItem(REMEMBERED);
  const names = Array.from('ABCDEFGHIJKLMNOPQRSTUVWXYZ');
  let name = former !== null && (await take(former, { signal: AbortSignal.timeout(RELOAD) })) ? former : '';
  for (const next of names) {
    if (name === '' && (await take(next, { ifAvailable: true }))) name = next;
  }
  if (name === '') throw new Error('26 tabs of this demo are open: close one.');
  sessionStorage.setItem(REMEMBERED, name);
  return name;
}

/** The names of all open tabs, this one included. */
export async function openTabs(): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  return held
    .flatMap(({ name }) => (name?.startsWith(PREFIX) === true ? [name.slice(PREFIX.length)] : []))
    .sort();
}

function take(name: string, options: LockOptions): Promise<boolean> {
  return new Promise((resolve) => {
    const whileHeld = (lock: Lock | null): Promise<void> | undefined => {
      resolve(lock !== null);
      return lock === null ? undefined : new Promise(() => undefined);
    };
    // It rejects only when the wait was given up.
    navigator.locks.request(`${PREFIX}${name}`, options, whileHeld).catch(() => resolve(false));
  });
}
