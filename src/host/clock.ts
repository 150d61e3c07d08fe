// Time and turns of the event loop, as the host sees them. Behind an interface so that tests can decide when
// each deadline passes and in which order work goes on.
import { Deadlines } from '../rpc/deadlines.ts';

export interface Clock {
  /** Milliseconds, monotonic. */
  now(): number;
  /** Calls back once {@link Clock.now} has reached `time`; the result prevents it. */
  at(time: number, callback: () => void): () => void;
  /** Calls back in a macrotask of its own, after what is queued already. */
  soon(callback: () => void): void;
}

export function realClock(): Clock {
  // A message to oneself is the shortest macrotask there is: timers are clamped, microtasks starve events.
  const { port1, port2 } = new MessageChannel();
  const queue: (() => void)[] = [];
  const deadlines = new Deadlines();
  // Of a worker's globals each is looked up by the engine's own code, at some cost (bench/).
  const { performance } = globalThis;
  port1.onmessage = () => queue.shift()?.();
  return {
    now: () => performance.now(),
    at(time, callback) {
      const due = { time, expire: callback };
      deadlines.add(due);
      return () => deadlines.delete(due);
    },
    soon(callback) {
      queue.push(callback);
      port2.postMessage(null);
    },
  };
}
