// From a case to a script, or to the reason why there is none.
import { Draft } from './draft.ts';
import { RUNNERS, SKIPPED_FUNCTIONS } from './functions.ts';
import type { PsaCase } from './parse.ts';
import { type Skip, Skipped } from './reasons.ts';
import { CONDITIONS } from './vocabulary.ts';

export type Translation = { readonly script: Draft } | { readonly skip: Skip };

/** @throws Error for whatever neither a table nor a runner knows: the tables are complete or the test fails. */
export function translate(psaCase: PsaCase, values: ReadonlyMap<string, number>): Translation {
  const skip = SKIPPED_FUNCTIONS.get(psaCase.name);
  if (skip !== undefined) return { skip };
  const run = RUNNERS[psaCase.name];
  if (run === undefined) throw new Error(`the function ${psaCase.name} is not classified`);
  const draft = new Draft(psaCase, values);
  try {
    for (const condition of psaCase.dependsOn) meet(condition);
    run(draft);
  } catch (error) {
    if (error instanceof Skipped) return { skip: error.reason };
    throw new Error(`the case "${psaCase.description}" of ${psaCase.name}`, { cause: error });
  }
  draft.end();
  return { script: draft };
}

function meet(condition: string): void {
  const [, met] = CONDITIONS.find(([pattern]) => pattern.test(condition.replace(/\s/g, ''))) ?? [];
  if (met === undefined) throw new Error(`the condition ${condition} is not classified`);
  if (met !== true) throw new Skipped(met);
}
