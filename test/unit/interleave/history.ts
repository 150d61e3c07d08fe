// The calls of a run as their callers saw them, with what decides whether an answer can be right: when it was asked and
// when it was given.
import { isLinearizable, type Operation } from '../../../e2e/linearizability/checker.ts';
import { type Input, type ModelKey, modelFrom, type Output } from './model.ts';
import type { SeatNumber } from './succession.ts';

/** Answers that promise that nothing changed. Whatever the others did, such a call can be left out. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'ABORTED',
  'BAD_STATE',
  'INSUFFICIENT_MEMORY',
  'INSUFFICIENT_STORAGE',
  'STORAGE_FAILURE',
]);

export interface Call {
  readonly input: Input;
  readonly number: number;
  /** The step of the run. */
  readonly called: number;
  returned: number;
  output: Output | undefined;
  /** The hosts that it has been sent to. */
  readonly asked: Set<SeatNumber>;
}

export class History {
  readonly calls: Call[] = [];

  begin(input: Input, step: number): Call {
    const call: Call = {
      input,
      number: this.calls.length,
      called: step,
      returned: Infinity,
      output: undefined,
      asked: new Set(),
    };
    this.calls.push(call);
    return call;
  }

  get pending(): Call[] {
    return this.calls.filter(({ output }) => output === undefined);
  }

  /** Whether the answers are those of some order of the calls, one after the other. */
  isLinearizable(initial: ReadonlyMap<string, ModelKey>): boolean {
    const operations = this.calls
      .filter(({ output }) => output !== undefined && !WITHOUT_EFFECT.has(output.code))
      .map(
        // What returns in a step comes before what is called in the next, and after all that is called in its own.
        ({ input, output, asked, called, returned }): Operation<Input, Output> => ({
          input,
          output: output && { ...output, asked },
          called: 2 * called,
          returned: 2 * returned + 1,
        }),
      );
    return operations.length === 0 || isLinearizable(modelFrom(initial), operations);
  }

  toString(): string {
    return this.calls
      .map(({ input, output, number, called, returned }) => {
        const answer = output === undefined ? 'nothing' : `${output.code} ${output.generation ?? ''}`;
        return `  ${number}: ${JSON.stringify(input)} → ${answer} [${called}, ${returned}]`;
      })
      .join('\n');
  }
}
