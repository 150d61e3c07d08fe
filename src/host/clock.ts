// Time and turns of the event loop, as the host sees them. Behind an interface so that tests can decide when
// each deadline passes and in which order work goes on.

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back once after that many milliseconds; the result prevents it. */
  after(ms: number, callback: () => void): () => void;
  /** Calls back in a macrotask of its own, after what is queued already. */
  soon(callback: () => void): void;
}

export function realClock(): Clock {
  // A message to oneself is the shortest macrotask there is: timers are clamped, microtasks starve events.
  const { port1, port2 } = new MessageChannel();
  const queue: (() => void)[] = [];
  port1.onmessage = () => queue.shift()?.();
  return {
    now: () => performance.now(),
    after(ms, callback) {
      const timer = setTimeout(callback, ms);
      return () => clearTimeout(timer);
    },
    soon(callback) {
      queue.push(callback);
      port2.postMessage(null);
    },
  };
}
