// Whether this host may have workers of its own, for what takes seconds. No secrets.

/**
 * Dedicated workers can have workers in every engine, SharedWorkers in Firefox alone (Chromium 156 and WebKit define no `Worker`
 * there).
 */
const POSSIBLE = typeof Worker === 'function';

let decided: boolean | undefined;

export function canNest(): boolean {
  return decided ?? POSSIBLE;
}

/**
 * Whoever starts the worker's first host decides, for all of this worker's life: keys that are open wait in the lane that they
 * have by the answer, so it must not change under them.
 *
 * @param alone - the browser is one in which a worker that makes a worker may stop for ever.
 */
export function decideNesting(alone: boolean): void {
  decided ??= POSSIBLE && !alone;
}
