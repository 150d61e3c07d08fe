// G3 and G8 under SIGKILL at random instants, a few kills of each kind: `npm run test:crash` is the long run of this.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomFrom } from '../scripts/crash-random.mjs';
import { killAll, type Plan } from '../scripts/crash-rounds.mjs';
import { watch } from '../scripts/crash-watch.mjs';
import { test as base, expect } from './fixtures.ts';

const test = base.extend<{ crash: Parameters<typeof watch>[0] }>({
  crash: async ({ baseURL, launchOptions }, use, { title }) => {
    const profile = await mkdtemp(join(tmpdir(), 'keyslot-crash-'));
    const seed = Date.now() % 1_000_000;
    console.log(`${title}: seed ${seed}`);
    await use({ profile, url: baseURL ?? '', launch: launchOptions, random: randomFrom(seed) });
    await rm(profile, { recursive: true, force: true, maxRetries: 5 });
  },
});

const NONE: Plan = { browser: 0, elected: 0, host: 0, shared: 0, owner: 0 };
const PLANS: Record<string, Plan> = {
  'the browser': { ...NONE, browser: 5 },
  'the browser, the store in a tab’s worker,': { ...NONE, elected: 3 },
  'the host’s renderer': { ...NONE, host: 3, shared: 2 },
  'the tab that has the store': { ...NONE, owner: 3 },
};

for (const [target, plan] of Object.entries(PLANS)) {
  test(`G3 durable: SIGKILL of ${target} at random instants loses no key, brings none back, halves none`, async ({
    crash,
  }) => {
    test.skip(
      plan.host + plan.owner > 0 && process.platform !== 'linux',
      'only Linux tells in which process a host runs',
    );
    const { rows, account } = await killAll(crash, plan);
    expect(account.violations).toEqual([]);
    const wanted = Object.values(plan).reduce((sum, kills) => sum + kills, 0);
    expect(rows.reduce((sum, { kills }) => sum + kills, 0)).toBeGreaterThanOrEqual(wanted);
    expect(account.counts.created + account.counts.destroyed).toBeGreaterThan(0);
  });
}

test('G3 durable: amid many, no creation or destruction is answered before its strict transaction is complete', async ({
  crash,
}) => {
  const { answers, early, account } = await watch(crash);
  expect(early).toEqual([]);
  expect(account.violations).toEqual([]);
  expect(answers).toBeGreaterThan(200);
});
