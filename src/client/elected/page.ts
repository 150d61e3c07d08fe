// What becomes of this page, for its host: only the host of a visible page stands for the store, and that of a frozen one
// gives it up.
import type { PageState } from '../../rpc/tab.ts';

/**
 * How long a page that freezes stays awake for its worker, in ms. Chromium stops the worker with the page, at once: what
 * was sent to it is then read when both thaw, and until that the store would have an owner that is silent.
 */
const LAST_WORDS = 50;

/** Tells the state of the page now, and whenever it changes. For the life of the page. */
export function watchPage(tell: (state: PageState) => void): void {
  let frozen = false;
  const say = (): void => tell(frozen ? 'frozen' : document.visibilityState);
  const freeze = (): void => {
    if (frozen) return;
    frozen = true;
    say();
    // Nothing else keeps a page from being frozen; nobody looks at it now.
    for (const end = performance.now() + LAST_WORDS; performance.now() < end; );
  };
  const thaw = (): void => {
    if (!frozen) return;
    frozen = false;
    say();
  };
  document.addEventListener('visibilitychange', say);
  document.addEventListener('freeze', freeze);
  document.addEventListener('resume', thaw);
  // Engines without these two events stop a page when they put it into the back/forward cache.
  window.addEventListener('pagehide', ({ persisted }) => {
    if (persisted) freeze();
  });
  window.addEventListener('pageshow', thaw);
  say();
}
