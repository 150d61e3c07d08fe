// Where a misuse happens: a real host in a controlled world with a key of each lifetime, whose invariants are checked
// after every step, before which and after which all that it holds is compared.
import { expect, it } from 'vitest';
import type { WireError } from '../../../src/rpc/errors.ts';
import type { Handle, Lifetime, Reply } from '../../../src/rpc/protocol.ts';
import { ROWS, type Row, title } from '../../misuse/rows.ts';
import { settled } from '../interleave/agenda.ts';
import type { Client } from '../interleave/client.ts';
import { Judge } from '../interleave/judge.ts';
import type { Output } from '../interleave/model.ts';
import { World, type WorldOptions } from '../interleave/world.ts';
import { picture } from './picture.ts';

export type Ask = (client: Client) => Promise<Reply>;

interface Refusal {
  /** What happens between the call and its answer; by default everything that can. */
  readonly steps?: () => Promise<void>;
  /** Who calls; by default the client that has a key of its own. */
  readonly by?: Client;
  /** What must be as before; by default all of it. */
  readonly same?: (world: World) => unknown;
}

export class Stage {
  readonly world: World;
  readonly client: Client;
  readonly other: Client;
  /** The keys that are there: `stored` (and cached), `volatile`, and the first client’s `own`. */
  readonly handles = new Map<string, Handle>();
  readonly #judge: Judge;
  /** What a client's call must answer. */
  readonly #code: string;

  private constructor(row: Row, options: WorldOptions) {
    this.world = new World({ cacheSize: 2, ...options });
    this.#judge = new Judge(this.world);
    this.client = this.world.client();
    this.other = this.world.client();
    // The host says so of a call that its caller gave up; the caller's side makes the signal's reason of it.
    this.#code = ROWS[row] === 'AbortError' ? 'ABORTED' : ROWS[row];
  }

  static async of(row: Row, options: WorldOptions): Promise<Stage> {
    const stage = new Stage(row, options);
    await stage.use(stage.seed('stored', 101));
    await stage.make('volatile', 'volatile');
    await stage.make('own', 'session');
    return stage;
  }

  handle(id: string): Handle {
    const handle = this.handles.get(id);
    if (handle === undefined) throw new Error(`there is no key ${id} on this stage`);
    return handle;
  }

  seed(id: string, number: number): Handle {
    const handle = this.world.seed(id, number);
    this.handles.set(id, handle);
    return handle;
  }

  async make(id: string, lifetime: Lifetime, client = this.client): Promise<void> {
    const { generation = '' } = await this.#fine(client.create(id, lifetime));
    this.handles.set(id, { id, generation });
  }

  async use(handle: Handle, client = this.client): Promise<void> {
    await this.#fine(client.use(handle));
  }

  async destroy(id: string, client = this.client): Promise<void> {
    await this.#fine(client.destroy(id));
  }

  /** A call that is right, to its end. */
  async value<T>(asked: Promise<Reply<T>>): Promise<T> {
    await this.world.rest();
    const reply = await asked;
    if ('error' in reply) throw new Error(`${reply.error.code}: ${reply.error.message}`);
    return reply.value;
  }

  /** The misuse: it is answered with the code of its row, and nothing has changed. */
  async refused(ask: Ask, refusal: Refusal = {}): Promise<WireError> {
    const { steps = () => this.world.rest(), by = this.client, same = picture } = refusal;
    const before = same(this.world);
    let reply: Reply | undefined;
    const asked = ask(by).then((answer) => {
      reply = answer;
    });
    await settled();
    this.world.onStep();
    await steps();
    if (reply === undefined) throw new Error('the misuse is not answered');
    await asked;
    if ('value' in reply) throw new Error('the misuse is taken for right');
    expect(reply.error.code, reply.error.message).toBe(this.#code);
    expect(same(this.world)).toStrictEqual(before);
    return reply.error;
  }

  /** Takes what comes first until something of this label can happen, and then that. */
  async until(label: string): Promise<void> {
    for (;;) {
      const choices = this.world.choices();
      const wanted = choices.find((choice) => choice.label.startsWith(label));
      const [next] = choices;
      if (wanted !== undefined) return this.world.take(wanted);
      if (next === undefined) throw new Error(`"${label}" never happens`);
      await this.world.take(next);
    }
  }

  /** Whatever was under way ends, and the keys work as they did. */
  async end(): Promise<void> {
    await this.world.rest();
    this.#judge.rest();
  }

  async #fine(asked: Promise<Output>): Promise<Output> {
    await this.world.rest();
    const output = await asked;
    expect(output.code).toBe('OK');
    return output;
  }
}

/** A test of a row. */
export function misuse(
  row: Row,
  part: string,
  run: (stage: Stage) => Promise<void>,
  options: WorldOptions = {},
): void {
  it(title(row, part), async () => {
    const stage = await Stage.of(row, options);
    await run(stage);
    await stage.end();
  });
}

/** What cannot be done wrong yet. */
misuse.skip = (row: Row, part: string): void => {
  it.skip(title(row, part), () => undefined);
};
