// Is a concurrent history equal to some sequential order of its operations? The algorithm of Wing and Gong with
// Lowe's memoisation (Wing, Gong: "Testing and verifying concurrent objects", 1993; Lowe: "Testing for
// linearizability", 2017). Partitioned by key, since histories of independent keys can be judged one by one.

/** One operation of a history. */
export interface Operation<I, O> {
  readonly input: I;
  /** `undefined` where the outcome is unknown: it may take effect at any time after its call, or never. */
  readonly output: O | undefined;
  /** Positions in one order of events. */
  readonly called: number;
  /** `Infinity` where it never returned. */
  readonly returned: number;
}

/** What a sequential object does. */
export interface Model<S, I, O> {
  readonly initial: S;
  /** The state after an operation, or `undefined` if this output cannot come from this state. */
  step(state: S, input: I, output: O | undefined): S | undefined;
  /** Equal for equal states. */
  fingerprint(state: S): string;
  /** The independent part of the object that an operation is about. */
  partition(input: I): string;
}

/** An event of the history in a doubly linked list, so that an operation can be lifted out and put back. */
interface Entry<I, O> {
  readonly operation: Operation<I, O>;
  readonly number: number;
  /** The entry of its return, for a call that has one; `undefined` for a return. */
  readonly return: Entry<I, O> | undefined;
  readonly isCall: boolean;
  previous: Entry<I, O> | undefined;
  next: Entry<I, O> | undefined;
}

/** The key of a partition that is not linearizable, or `undefined` if the whole history is. */
export function violation<S, I, O>(
  model: Model<S, I, O>,
  history: readonly Operation<I, O>[],
): string | undefined {
  const partitions = new Map<string, Operation<I, O>[]>();
  for (const operation of history) {
    const key = model.partition(operation.input);
    const partition = partitions.get(key);
    if (partition === undefined) partitions.set(key, [operation]);
    else partition.push(operation);
  }
  for (const [key, operations] of partitions) if (!isLinearizable(model, operations)) return key;
  return undefined;
}

export function isLinearizable<S, I, O>(
  model: Model<S, I, O>,
  operations: readonly Operation<I, O>[],
): boolean {
  const head: Entry<I, O> = listOf(operations);
  let openReturns = operations.filter(({ returned }) => returned !== Infinity).length;
  const done = new Uint32Array(Math.ceil(operations.length / 32));
  const seen = new Set<string>();
  const path: { entry: Entry<I, O>; state: S }[] = [];
  let state = model.initial;
  let entry = head.next;
  // Operations without a return may stay in the list: they may never take effect.
  while (openReturns > 0) {
    if (entry?.isCall === true) {
      const next = model.step(state, entry.operation.input, entry.operation.output);
      toggle(done, entry.number);
      if (next !== undefined && isNew(seen, done, model.fingerprint(next))) {
        path.push({ entry, state });
        state = next;
        lift(entry);
        if (entry.return !== undefined) openReturns -= 1;
        entry = head.next;
      } else {
        toggle(done, entry.number);
        entry = entry.next;
      }
      continue;
    }
    // A return that was reached before its call took effect: the last choice was wrong.
    const last = path.pop();
    if (last === undefined) return false;
    state = last.state;
    toggle(done, last.entry.number);
    unlift(last.entry);
    if (last.entry.return !== undefined) openReturns += 1;
    entry = last.entry.next;
  }
  return true;
}

function isNew(seen: Set<string>, done: Uint32Array, fingerprint: string): boolean {
  const key = `${done.join()} ${fingerprint}`;
  if (seen.has(key)) return false;
  seen.add(key);
  return true;
}

function toggle(bits: Uint32Array, number: number): void {
  const word = number >>> 5;
  bits[word] = (bits[word] ?? 0) ^ (1 << (number & 31));
}

function listOf<I, O>(operations: readonly Operation<I, O>[]): Entry<I, O> {
  const events: { at: number; entry: Entry<I, O> }[] = [];
  operations.forEach((operation, number) => {
    const links = { previous: undefined, next: undefined };
    let end: Entry<I, O> | undefined;
    if (operation.returned !== Infinity) {
      end = { operation, number, return: undefined, isCall: false, ...links };
      events.push({ at: operation.returned, entry: end });
    }
    events.push({ at: operation.called, entry: { operation, number, return: end, isCall: true, ...links } });
  });
  // At one instant calls come first: then the two overlap, which is the weaker claim.
  events.sort((a, b) => a.at - b.at || Number(b.entry.isCall) - Number(a.entry.isCall));
  const [first] = operations;
  if (first === undefined) throw new RangeError('an empty history has nothing to judge');
  const head: Entry<I, O> = {
    operation: first,
    number: -1,
    return: undefined,
    isCall: false,
    previous: undefined,
    next: undefined,
  };
  let last = head;
  for (const { entry } of events) {
    last.next = entry;
    entry.previous = last;
    last = entry;
  }
  return head;
}

function lift<I, O>(call: Entry<I, O>): void {
  for (const entry of [call, call.return]) {
    if (entry?.previous !== undefined) entry.previous.next = entry.next;
    if (entry?.next !== undefined) entry.next.previous = entry.previous;
  }
}

/** In the reverse order of {@link lift}: each entry still knows its neighbours of then. */
function unlift<I, O>(call: Entry<I, O>): void {
  for (const entry of [call.return, call]) {
    if (entry?.previous !== undefined) entry.previous.next = entry;
    if (entry?.next !== undefined) entry.next.previous = entry;
  }
}
