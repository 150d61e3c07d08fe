// What callers do to their buffers while a call is on: the specification reads an algorithm first, then copies the data, and
// is done with both before the method returns.
import { altered } from './bytes.ts';
import type { Scenario } from './compare.ts';
import type { Subject } from './subject.ts';

type Algorithm = { readonly name: string };

/** The same algorithm; something happens whenever its name is read. */
const withName = (algorithm: Algorithm, happens: () => void): object =>
  Object.defineProperty({ ...algorithm }, 'name', {
    enumerable: true,
    get: () => {
      happens();
      return algorithm.name;
    },
  });

export interface BufferCall<P> {
  readonly title: string;
  readonly algorithm: Algorithm;
  /** Keys and other data, so that `run` can call at once. */
  readonly prepare: (subject: Subject) => Promise<P>;
  readonly data: (prepared: P) => Uint8Array;
  readonly run: (subject: Subject, prepared: P, algorithm: object, data: Uint8Array) => Promise<unknown>;
  readonly expected: string;
  /** What comes of empty data. */
  readonly empty: string;
}

export function bufferScenarios<P>(call: BufferCall<P>): Scenario[] {
  const scenario = (
    name: string,
    expected: string,
    how: (data: Uint8Array, run: (algorithm: object, buffer: Uint8Array) => Promise<unknown>) => unknown,
  ): Scenario => ({
    name: `${call.title} ${name}`,
    expected,
    run: async (subject) => {
      const prepared = await call.prepare(subject);
      const run = (algorithm: object, buffer: Uint8Array) => call.run(subject, prepared, algorithm, buffer);
      return how(call.data(prepared).slice(), run);
    },
  });
  const { algorithm, expected, empty } = call;
  return [
    scenario('set right during the call', expected, (data, run) => {
      const buffer = altered(data);
      return run(
        withName(algorithm, () => buffer.set(data)),
        buffer,
      );
    }),
    scenario('altered after the call', expected, (data, run) => {
      const result = run(algorithm, data);
      data.set(altered(data));
      return result;
    }),
    scenario('transferred during the call', empty, (data, run) =>
      run(
        withName(algorithm, () => data.buffer instanceof ArrayBuffer && data.buffer.transfer()),
        data,
      ),
    ),
    scenario('transferred after the call', expected, (data, run) => {
      const result = run(algorithm, data);
      structuredClone(data.buffer, { transfer: [data.buffer] });
      return result;
    }),
    scenario('transferred before the call', empty, (data, run) => {
      structuredClone(data.buffer, { transfer: [data.buffer] });
      return run(algorithm, data);
    }),
    scenario('as a part of a larger buffer', expected, (data, run) => {
      const larger = new Uint8Array(data.length + 20).fill(0xaa);
      larger.set(data, 7);
      return run(algorithm, larger.subarray(7, 7 + data.length));
    }),
  ];
}
