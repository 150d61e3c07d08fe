// How long a host believes that it owns its store.
import { describe, expect, it, vi } from 'vitest';
import { StoreMoved } from '../../../src/errors.ts';
import { TERM, Tenure } from '../../../src/host/tenure.ts';
import { settled } from '../interleave/agenda.ts';

interface Pending<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
  readonly reject: (error: Error) => void;
}

function pending<T>(): Pending<T> {
  let settle: Omit<Pending<T>, 'promise'> | undefined;
  const promise = new Promise<T>((resolve, reject) => {
    settle = { resolve, reject };
  });
  if (settle === undefined) throw new TypeError('a promise runs its executor at once');
  return { promise, ...(settle as Omit<Pending<T>, 'promise'>) };
}

/** A tenure, its time, and the questions that it has asked. */
function stage() {
  let now = 0;
  const questions: Pending<boolean>[] = [];
  const clock = { now: () => now, at: () => () => undefined, soon: () => undefined };
  const onLost = vi.fn();
  const confirm = (): Promise<boolean> => {
    const question = pending<boolean>();
    questions.push(question);
    return question.promise;
  };
  const tenure = new Tenure(clock, confirm, onLost);
  const at = (time: number): void => {
    now = time;
  };
  return { tenure, questions, onLost, at };
}

describe('a tenure', () => {
  it('lasts for its term from when it was asked for, and not from the answer', async () => {
    const { tenure, questions, at } = stage();
    expect(tenure.fresh).toBe(false);
    tenure.begin(0);
    at(TERM - 1);
    expect(tenure.fresh).toBe(true);
    at(TERM);
    expect(tenure.fresh).toBe(false);
    at(TERM + 10);
    questions[0]?.resolve(true);
    await settled();
    // Asked at TERM - 1.
    at(2 * TERM - 2);
    expect(tenure.fresh).toBe(true);
    at(2 * TERM - 1);
    expect(tenure.fresh).toBe(false);
  });

  it('is renewed before its term is over, by one question for all', () => {
    const { tenure, questions, at } = stage();
    tenure.begin(0);
    at(TERM / 2);
    expect([tenure.fresh, questions.length]).toStrictEqual([true, 0]);
    at(TERM / 2 + 1);
    expect([tenure.fresh, tenure.fresh, questions.length]).toStrictEqual([true, true, 1]);
  });

  it('ends when the store names another owner', async () => {
    const { tenure, questions, onLost, at } = stage();
    tenure.begin(0);
    at(TERM);
    const renewed = expect(tenure.renew()).rejects.toBeInstanceOf(StoreMoved);
    questions[0]?.resolve(false);
    await renewed;
    expect(onLost).toHaveBeenCalledOnce();
  });

  it('tells that the store could not be read, and asks again for the next', async () => {
    const { tenure, questions, onLost, at } = stage();
    tenure.begin(0);
    at(TERM);
    const failed = expect(tenure.renew()).rejects.toThrow('unreadable');
    questions[0]?.reject(new Error('unreadable'));
    await failed;
    const renewed = tenure.renew();
    questions[1]?.resolve(true);
    await renewed;
    expect([tenure.fresh, onLost.mock.calls.length]).toStrictEqual([true, 0]);
  });

  it('learns nothing from an answer to an earlier one', async () => {
    const { tenure, questions, onLost, at } = stage();
    tenure.begin(0);
    at(TERM);
    expect(tenure.fresh).toBe(false);
    tenure.end();
    tenure.begin(TERM);
    questions[0]?.resolve(false);
    await settled();
    expect([tenure.fresh, onLost.mock.calls.length]).toStrictEqual([true, 0]);
  });

  it('that has ended refuses, whatever the store says', async () => {
    const { tenure, questions, at } = stage();
    tenure.begin(0);
    at(TERM);
    const renewed = expect(tenure.renew()).rejects.toBeInstanceOf(StoreMoved);
    tenure.end();
    questions[0]?.resolve(true);
    await renewed;
    await expect(tenure.renew()).rejects.toBeInstanceOf(StoreMoved);
  });

  it('that is over asks beside what it reads, and not after it', async () => {
    const { tenure, questions, at } = stage();
    tenure.begin(0);
    at(TERM);
    const reading = pending<string>();
    const result = tenure.during(() => reading.promise);
    expect(questions).toHaveLength(1);
    reading.resolve('read');
    await settled();
    questions[0]?.resolve(true);
    expect(await result).toBe('read');
    expect(questions).toHaveLength(1);
  });

  it('reads again what was read in an earlier one, and gives that up', async () => {
    const { tenure, at } = stage();
    const discarded: number[] = [];
    const reads: Pending<number>[] = [];
    const read = (): Promise<number> => {
      const next = pending<number>();
      reads.push(next);
      return next.promise;
    };
    tenure.begin(0);
    const result = tenure.during(read, (value) => void discarded.push(value));
    tenure.end();
    at(1);
    tenure.begin(1);
    reads[0]?.resolve(1);
    await settled();
    reads[1]?.resolve(2);
    expect(await result).toBe(2);
    expect(discarded).toStrictEqual([1]);
  });
  it('that has been lost answers nothing that was read in it', async () => {
    const { tenure, questions, at } = stage();
    const discarded: string[] = [];
    tenure.begin(0);
    at(TERM);
    const read = tenure.during(
      () => Promise.resolve('read'),
      (value) => void discarded.push(value),
    );
    const refused = expect(read).rejects.toBeInstanceOf(StoreMoved);
    await settled();
    questions[0]?.resolve(false);
    await refused;
    expect(discarded).toStrictEqual(['read']);
  });
});
