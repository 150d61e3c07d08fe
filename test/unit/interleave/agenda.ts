// What can happen next in a controlled world. Everything asynchronous that the host asks for becomes a choice here,
// and nothing happens until the scheduler takes one.

/** One thing that can happen now. `run` makes it happen; its consequences are microtasks. */
export interface Choice {
  readonly label: string;
  readonly run: () => void;
  /** A fault or a deadline: a walk takes it seldom. */
  readonly rare?: true;
}

/** Things that wait to happen, in no order but the one the scheduler decides. */
export class Agenda {
  readonly #choices = new Set<Choice>();

  choices(): Choice[] {
    return [...this.#choices];
  }

  add(label: string, run: () => void): void {
    const choice: Choice = {
      label,
      run: () => {
        this.#choices.delete(choice);
        run();
      },
    };
    this.#choices.add(choice);
  }

  /** A promise of what `produce` returns when its turn comes. */
  later<T>(label: string, produce: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      this.add(label, () => {
        try {
          resolve(produce());
        } catch (error) {
          reject(error);
        }
      });
    });
  }
}

/** All microtasks have run, whatever they led to: an immediate comes after the last of them. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
