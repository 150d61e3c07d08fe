// @ts-check
// `keys.subtle` beside the engine's own SubtleCrypto, as checks: the tables of test/browser/conformance, with keys in the
// caller and in the host. What the engine has must come out the same, what it lacks as the specification says.
import { deepEqual } from 'node:assert/strict';

/** How long a tab is asked at a time, in milliseconds: less than the limit of one piece of work. */
const PATIENCE = 10_000;

/** The first words of tables: a check each, which ends within the limit of one. */
const GROUPS = [
  'generateKey',
  'importKey',
  'exportKey',
  'sign',
  'encrypt',
  'derive',
  'digest',
  'wrapKey',
  'encapsulate',
  'getPublicKey',
  'supports',
  'shape',
];

/**
 * @param {object} options
 * @param {import('./site.mjs').Topology} options.topology
 * @param {number} options.every takes one scenario of so many, always the same ones
 * @param {readonly string[]} [options.groups]
 * @param {boolean} [options.report] prints what each table says
 * @returns {readonly import('./report.mjs').Check[]}
 */
export function conformance({ topology, every, groups = GROUPS, report = false }) {
  return groups.map((group) => ({
    name: `subtle does what the engine does, and what it lacks: ${group}`,
    run: async (site) => {
      const a = await site.tab('A');
      const names = await a.run(async () => (await window.conformance()).tableNames());
      const sum = { scenarios: 0, lacking: 0 };
      const different = [];
      for (const name of names.filter((each) => each.split(/[: ]/)[0] === group)) {
        const outcome = await untilDone(() =>
          a.run(
            async (...args) => (await window.conformance()).runTable(...args),
            name,
            every,
            topology,
            PATIENCE,
          ),
        );
        if (report || outcome.different.length > 0) console.log(outcome.text);
        sum.scenarios += outcome.scenarios;
        sum.lacking += outcome.lacking;
        different.push(...outcome.different);
      }
      deepEqual(different, []);
      return `${sum.scenarios} scenarios, ${sum.lacking} of what the engine lacks`;
    },
  }));
}

/**
 * @template T
 * @param {() => Promise<T | null>} ask
 * @returns {Promise<T>}
 */
async function untilDone(ask) {
  for (;;) {
    const answer = await ask();
    if (answer !== null) return answer;
  }
}
