// TF-PSA-Crypto's own cases against keyslot's API: lifecycle, policy, import, export and copy. Each case of its four
// files is run, or skipped for a reason of a closed list; what is changed of a case is of a closed list too.
import { existsSync, readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, Site, test } from './fixtures.ts';
import type { Draft, Restart } from './psa/draft.ts';
import { parseCases, parseValues } from './psa/parse.ts';
import { CHANGES, SKIPS } from './psa/reasons.ts';
import { type Result, report } from './psa/report.ts';
import { translate } from './psa/translate.ts';
import type { Step } from './site/steps.ts';

const folder = new URL('../../shared/vectors/psa/', import.meta.url);
const FILES = ['_slot_management', '_persistent_key', '_attributes', ''];

/** A store, and the one tab that has it open. */
class Desk {
  readonly #site: Site;
  readonly #sizes: Draft['sizes'];
  #tab: Page;

  private constructor(site: Site, sizes: Draft['sizes'], tab: Page) {
    this.#site = site;
    this.#sizes = sizes;
    this.#tab = tab;
  }

  static async open(site: Site, sizes: Draft['sizes']): Promise<Desk> {
    return new Desk(site, sizes, await openTab(site, sizes));
  }

  /** Plays a script; says what went wrong first, if anything did. */
  async play(script: Draft): Promise<string | undefined> {
    let steps: Step[] = [];
    for (const step of [...script.steps, undefined]) {
      if (step !== undefined && step.call !== 'restart') steps.push(step);
      else {
        const failure = await this.#run(steps);
        if (failure !== undefined) return failure;
        steps = [];
        if (step !== undefined) await this.#restart(step);
      }
    }
    return undefined;
  }

  async clear(): Promise<void> {
    await this.#tab.evaluate(() => window.kit.endScript(window.keys));
  }

  async close(): Promise<void> {
    await this.#tab.close();
  }

  #run(steps: readonly Step[]): Promise<string | undefined> {
    return this.#tab.evaluate((steps) => window.kit.runSteps(window.keys, steps), steps);
  }

  async #restart({ by }: Restart): Promise<void> {
    if (by === 'closing') {
      await this.#tab.close();
      // Its lifetime is extended beyond that of its last tab.
      await this.#site.hosts.kill();
      this.#tab = await openTab(this.#site, this.#sizes);
    } else {
      await this.#site.hosts.kill();
      // A call that is posted before the death is noticed fails; afterwards all go to the new host.
      const code = () => this.#tab.evaluate(() => window.kit.code(window.keys.stats()));
      await expect.poll(code, { intervals: [20] }).toBe('ok');
    }
  }
}

function openTab(site: Site, sizes: Draft['sizes']): Promise<Page> {
  return site.tab(sizes === undefined ? {} : { host: sizes });
}

test.describe('TF-PSA-Crypto’s cases (skipped where ../shared/vectors/psa is absent)', () => {
  test.skip(!existsSync(folder), '../shared/vectors/psa is absent');

  test('all that have a counterpart pass, and each other says why it has none', async ({ site }) => {
    // Nearly 200 scripts with 40 restarts: within half of the usual time, unless the machine is busy.
    test.slow();
    const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
    const values = parseValues(read('psa-expr-values.tsv'));
    const results: Result[] = [];
    const desk = await Desk.open(site, undefined);
    for (const suffix of FILES) {
      const file = `test_suite_psa_crypto${suffix}`;
      for (const psaCase of parseCases(read(`${file}.data`))) {
        const { name, description } = psaCase;
        const translation = translate(psaCase, values);
        if ('skip' in translation) {
          results.push({ file, name, description, skip: translation.skip, changes: [] });
          continue;
        }
        const { script } = translation;
        const failure = script.sizes === undefined ? await desk.play(script) : await playApart(site, script);
        await desk.clear();
        const result = { file, name, description, changes: [...script.changes] };
        results.push(failure === undefined ? result : { ...result, failure });
      }
    }
    console.log(report(results));
    const failures = results.flatMap(({ name, description, failure }) =>
      failure === undefined ? [] : `${name}, ${description}: ${failure}`,
    );
    expect(failures).toEqual([]);
    const used = new Set<unknown>(results.flatMap(({ skip, changes }) => [skip, ...changes]));
    const unused = Object.keys({ ...SKIPS, ...CHANGES }).filter((reason) => !used.has(reason));
    expect(unused).toEqual([]);
  });
});

/** In a store of its own, whose host has the sizes that the case is about. */
async function playApart({ context }: Site, script: Draft): Promise<string | undefined> {
  const apart = new Site(context);
  const desk = await Desk.open(apart, script.sizes);
  const failure = await desk.play(script);
  await desk.close();
  expect(apart.pageErrors).toEqual([]);
  return failure;
}
