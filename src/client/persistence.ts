// Whether the browser keeps what the store holds. Only a page can ask for that, and only a page notices that it was not
// kept: eviction takes all of an origin's storage, but not its cookies.

/** `null`: not asked yet, no answer yet, or nobody here can ask. */
let persisted: boolean | null = null;
let asked = false;

/** Asks the browser, once in a realm, not to evict this origin. Firefox asks the user; nobody waits for the answer. */
export function askToPersist(): void {
  if (asked || typeof navigator.storage?.persist !== 'function') return;
  asked = true;
  navigator.storage.persist().then(
    (answer) => {
      persisted = answer;
    },
    () => undefined,
  );
}

export function isPersisted(): boolean | null {
  return persisted;
}

/** The longest that browsers keep a cookie: 400 days (RFC 6265bis, 5.5). */
const MAX_AGE = 400 * 24 * 60 * 60;

/**
 * When the store of a name was born that last had a stored key here; `undefined` if none is remembered. For a marker to
 * be of use it lies where eviction does not reach.
 */
export function recallBirth(store: string): number | undefined {
  if (typeof document === 'undefined') return undefined;
  const prefix = `${cookieName(store)}=`;
  const cookie = document.cookie.split('; ').find((one) => one.startsWith(prefix));
  const born = Number(cookie?.slice(prefix.length));
  return Number.isSafeInteger(born) && born > 0 ? born : undefined;
}

export function rememberBirth(store: string, born: number): void {
  if (typeof document === 'undefined') return;
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  try {
    // biome-ignore lint/suspicious/noDocumentCookie: WebKit has no cookieStore that can be relied on.
    document.cookie = `${cookieName(store)}=${born}; Path=/; SameSite=Strict; Max-Age=${MAX_AGE}${secure}`;
  } catch {
    // A sandboxed document has no cookies: then nothing is remembered.
  }
}

/** A store's name, as a cookie may be called. */
function cookieName(store: string): string {
  return `keyslot-${encodeURIComponent(store)}`;
}
