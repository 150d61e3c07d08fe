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
  const deadlines = new Deadlines();
  // Of a worker's globals each is looked up by the engine's own code, at some cost (bench/).
  const { performance } = globalThis;
  return {
    now: () => performance.now(),
    at(time, callback) {
      const due = { time, expire: callback };
      deadlines.add(due);
      return () => deadlines.delete(due);
    },
    soon: macrotasks(),
  };
}

/** Timers are clamped, and microtasks starve events. */
function macrotasks(): Clock['soon'] {
  const { scheduler } = globalThis as Partial<Pick<typeof globalThis, 'scheduler'>>;
  // Its default priority is that of messages, where both are known: they take turns.
  if (scheduler?.postTask !== undefined) return (callback) => void scheduler.postTask(callback);
  // A message to oneself takes the engine's way between processes, and so costs more.
  const { port1, port2 } = new MessageChannel();
  const queue: (() => void)[] = [];
  port1.onmessage = () => queue.shift()?.();
  return (callback) => {
    queue.push(callback);
    port2.postMessage(null);
  };
}
