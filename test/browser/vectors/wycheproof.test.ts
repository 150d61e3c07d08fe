// Wycheproof's attacks and edge cases through every way to the algorithms: each file by each. All agree with the vectors
// but for what exclusions.ts lists, and with each other where a vector leaves it open. Noble's parts alone are given all of
// them by the drivers' tests in Node; here, in a browser and through `subtle`, each sixth.
import { afterAll, describe, expect, it } from 'vitest';
import { EXCLUDED, type Exclusion } from './exclusions.ts';
import { FACES, type Face, openFace } from './faces.ts';
import { FILES, type Group, groupsOf, type Vector } from './wycheproof.ts';

const absent = (await groupsOf('ed25519_test.json')) === null;
const skipped = absent ? ' (SKIPPED: no vectors in ../shared/vectors)' : '';

type Outcome = 'accepted' | 'denied' | 'refused';

/** Vectors that are under way at once. */
const AT_ONCE = 24;

async function outcomeOf(
  face: Face,
  attempt: (typeof FILES)[number]['attempt'],
  group: Group,
  vector: Vector,
): Promise<Outcome> {
  try {
    return (await attempt(face, group, vector)) ? 'accepted' : 'denied';
  } catch (error) {
    if (face.isRefusal(error)) return 'refused';
    throw error;
  }
}

const isExcluded = (
  { file, face, where }: Exclusion,
  its: string,
  by: string,
  group: Group,
  vector: Vector,
) => file === its && face === by && where(group, vector);

/** What vectors that leave it open have led to, by file and vector: the same by each way. */
const open = new Map<string, Outcome>();

describe.each(FACES)('Wycheproof, %s', (name) => {
  const opening = absent ? undefined : openFace(name);
  afterAll(async () => (await opening)?.close());

  it.skipIf(absent).each(FILES)(`$count vectors of $file${skipped}`, async ({ file, count, attempt }) => {
    const face = await opening;
    const groups = await groupsOf(file);
    if (face === undefined || groups === null) throw new Error('no vectors');
    const [wrong, excluded]: [string[], Map<Exclusion, number>] = [[], new Map()];
    const all = groups.flatMap((group) => group.tests.map((vector) => ({ group, vector })));
    expect(all).toHaveLength(count);
    const trials = name === 'subtle by noble' ? all.filter((_, index) => index % 6 === 0) : all;
    let [tried, decided] = [0, 0];
    const work = async (): Promise<void> => {
      for (let trial = trials[tried++]; trial !== undefined; trial = trials[tried++]) {
        const { group, vector } = trial;
        judge(group, vector, await outcomeOf(face, attempt, group, vector));
      }
    };
    const judge = (group: Group, vector: Vector, outcome: Outcome): void => {
      decided += 1;
      const what = `${vector.tcId} ${vector.comment}: ${outcome}`;
      const exclusion = EXCLUDED.find((its) => isExcluded(its, file, name, group, vector));
      if (exclusion !== undefined) {
        excluded.set(exclusion, (excluded.get(exclusion) ?? 0) + 1);
        if (outcome !== 'refused') wrong.push(`${what}, though it is excluded`);
      } else if (vector.result === 'acceptable') {
        const elsewhere = open.get(`${file} ${vector.tcId}`) ?? outcome;
        open.set(`${file} ${vector.tcId}`, elsewhere);
        if (outcome === 'denied' || outcome !== elsewhere) wrong.push(what);
      } else if ((outcome === 'accepted') !== (vector.result === 'valid')) {
        wrong.push(what);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    expect(wrong).toStrictEqual([]);
    expect(decided).toBe(trials.length);
    for (const exclusion of EXCLUDED) {
      if (exclusion.file === file && exclusion.face === name) {
        expect(excluded.get(exclusion), exclusion.reason).toBe(exclusion.count);
      }
    }
  });
});
