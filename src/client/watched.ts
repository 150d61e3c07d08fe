// What the page alone knows of the browser that its host runs in.

/** What Firefox alone says there, whatever user agent it is told to name (https://html.spec.whatwg.org/#dom-navigator-productsub). */
const FIREFOX = '20100101';

/**
 * Whether a worker that makes a worker may stop for ever: in Firefox while something listens to the debuggers of its workers, as
 * whatever drives it by WebDriver does (docs/decisions/0030). Developer tools listen, too; no script can see that.
 */
export function nestingStops(): boolean {
  return navigator.webdriver && navigator.productSub === FIREFOX;
}
