// @ts-check
// Rounds of killing on one profile, each followed by an audit. Shared by `npm run test:crash` and e2e/crash.spec.ts.
import { TARGETS } from './crash-kills.mjs';
import { Session } from './crash-session.mjs';

/**
 * @typedef {Session['account']} Account
 *
 * @typedef {object} Row what came of one way of killing
 * @property {string} name
 * @property {number} kills
 * @property {number} tabs that died with it, the browser living on
 * @property {Account['counts']} counts
 *
 * @typedef {Record<keyof typeof TARGETS, number>} Plan how many kills of each target
 *
 * @typedef {ConstructorParameters<typeof Session>[0]} Options
 */

/**
 * @param {Options} options
 * @param {Plan} plan
 * @param {(kills: number, account: Account) => void} onProgress
 * @returns {Promise<{ rows: Row[], account: Account }>}
 */
export async function killAll(options, plan, onProgress = () => {}) {
  const session = new Session(options);
  const { account } = session;
  /** @type {Map<string, Row>} */
  const rows = new Map();
  let total = 0;
  try {
    for (const [target, wanted] of Object.entries(plan)) {
      if (wanted === 0) continue;
      const { setting, ways } = TARGETS[/** @type {keyof typeof TARGETS} */ (target)];
      await session.end();
      session.setting = setting;
      await session.start();
      for (let done = 0, round = 0; done < wanted; round += 1) {
        const way = ways[round % ways.length];
        if (way === undefined) break;
        const before = { ...account.counts };
        const toll = await way.run(session, options.random);
        await session.audit(session.tabs[0] ?? (await session.open()));
        add(rows, way.name, toll, before, account.counts);
        done += toll.kills;
        total += toll.kills;
        onProgress(total, account);
      }
    }
  } finally {
    await session.end();
  }
  return { rows: [...rows.values()], account };
}

/**
 * @param {Map<string, Row>} rows
 * @param {string} name
 * @param {import('./crash-kills.mjs').Toll} toll
 * @param {Row['counts']} before
 * @param {Row['counts']} after
 */
function add(rows, name, { kills, tabs }, before, after) {
  const none = { created: 0, destroyed: 0, kept: 0, dropped: 0, done: 0, undone: 0 };
  const row = rows.get(name) ?? { name, kills: 0, tabs: 0, counts: none };
  row.kills += kills;
  row.tabs += tabs;
  for (const count of /** @type {(keyof Row['counts'])[]} */ (Object.keys(none))) {
    row.counts[count] += after[count] - before[count];
  }
  rows.set(name, row);
}
