// @ts-check
// The story that `npm run demo` tells, step by step. Every claim is a check that stops the story if it is
// not so; what a step learns and a later one needs is in `Told`.
import { tampered, verifyInNode } from './demo-node.mjs';
import { ending, granted, Tab } from './demo-tab.mjs';

/**
 * @typedef {import('./demo-browser.mjs').DemoBrowser} DemoBrowser
 * @typedef {import('./demo-report.mjs').Report} Report
 * @typedef {import('./demo-node.mjs').Item} Item
 * @typedef {import('../demo/jws.ts').Signed} Signed
 *
 * @typedef {object} Stage
 * @property {DemoBrowser} browser
 * @property {Report} report
 * @property {Told} told
 * @property {(tab: Tab, name: string, text: string) => Promise<void>} picture
 *
 * @typedef {object} Told
 * @property {JsonWebKey | null} identity the public key of device-identity
 * @property {JsonWebKey | null} audit the public key of the Ed448 key
 * @property {Signed[]} signed all signatures of README.md
 * @property {string} boot the life of the host
 *
 * @typedef {object} Step
 * @property {string} title
 * @property {(stage: Stage) => Promise<void>} run
 */

const IDENTITY = 'device-identity';
const AUDIT = 'audit-ed448';
const SCRATCH = 'scratch';

/** @returns {Told} */
export function nothingYet() {
  return { identity: null, audit: null, signed: [], boot: '' };
}

/** @type {Step[]} */
export const story = [
  { title: 'Tab A creates keys and signs README.md', run: createAndSign },
  { title: 'Tab B opens the same keys, signs, and verifies A', run: shareKeys },
  { title: 'A dedicated worker of tab C signs through an attached port', run: signInWorker },
  { title: 'A Node process verifies all of it with jose', run: verifyOutside },
  { title: 'The browser restarts: only the persistent key is there', run: restart },
  { title: 'B destroys the key while A signs in a loop', run: destroyInUse },
  { title: 'Both tabs create one id at once', run: race },
];

/** The form and the buttons are used here as a person would; other steps call what the buttons call. */
async function createAndSign(/** @type {Stage} */ { browser, report, told, picture }) {
  const a = await openTab(browser, report, 'A');
  const { page } = a;
  const begin = performance.now();
  await page.getByLabel('Id', { exact: true }).fill(IDENTITY);
  await page.getByLabel('Algorithm').selectOption('P-256');
  await page.getByLabel('Lifetime').selectOption('persistent');
  await page.locator('#create').getByRole('button', { name: 'Create' }).click();
  await page.getByRole('button', { name: `Sign with ${IDENTITY}` }).waitFor();
  const identity = granted(await a.open(IDENTITY));
  const made = [identity.algorithm, identity.lifetime, identity.publicKey?.crv];
  const took = performance.now() - begin;
  report.check(
    `A creates ${IDENTITY} with the form: ECDSA P-256, persistent`,
    made,
    ['ECDSA P-256', 'persistent', 'P-256'],
    took,
  );

  const audit = await a.create({
    id: AUDIT,
    algorithm: 'Ed448',
    lifetime: 'volatile',
    method: 'generateKey',
  });
  report.check(`A creates ${AUDIT}: Ed448, volatile`, ending(audit), 'done', audit.ms);
  const scratch = await a.create({
    id: SCRATCH,
    algorithm: 'Ed25519',
    lifetime: 'session',
    method: 'generateKey',
  });
  report.check(`A creates ${SCRATCH}: Ed25519, a session key of A`, ending(scratch), 'done', scratch.ms);
  const again = await a.create({
    id: IDENTITY,
    algorithm: 'Ed25519',
    lifetime: 'volatile',
    method: 'generateKey',
  });
  report.check(
    `creating ${IDENTITY} again is refused: ALREADY_EXISTS`,
    ending(again),
    'ALREADY_EXISTS',
    again.ms,
  );
  report.check('A sees its three keys', await a.ids(), [AUDIT, IDENTITY, SCRATCH]);
  const cards = page.locator('#slots');
  for (const id of [AUDIT, SCRATCH]) await cards.getByText(id, { exact: true }).waitFor();
  report.say('The page shows them in the slot table of the host.');

  const start = performance.now();
  await page.getByRole('button', { name: `Sign with ${IDENTITY}` }).click();
  const signed = await a.signature('A', IDENTITY);
  report.check(
    'A signs README.md: a compact JWS, ES256',
    signed.algorithm,
    'ES256',
    performance.now() - start,
  );
  const signedToo = await a.sign(AUDIT);
  report.check('A signs README.md with Ed448: EdDSA', granted(signedToo).algorithm, 'EdDSA', signedToo.ms);

  Object.assign(told, {
    identity: identity.publicKey,
    audit: granted(audit).publicKey,
    signed: [signed, granted(signedToo)],
    boot: (await a.stats()).boot,
  });
  await picture(a, 'create-and-sign', 'Tab A has created three keys and signed README.md.');
}

async function shareKeys(/** @type {Stage} */ { browser, report, told, picture }) {
  const b = await openTab(browser, report, 'B');
  report.check('B sees the shared keys and not the session key of A', await b.ids(), [AUDIT, IDENTITY]);
  report.check('B speaks with the same host', (await b.stats()).boot, told.boot);
  const keys = /** @type {const} */ ([
    [IDENTITY, told.identity],
    [AUDIT, told.audit],
  ]);
  for (const [id, publicKey] of keys) {
    const opened = await b.open(id);
    report.check(`B opens ${id}: the same public key`, granted(opened).publicKey, publicKey, opened.ms);
    const signed = await b.sign(id);
    report.check(`B signs README.md with ${id}`, ending(signed), 'done', signed.ms);
    told.signed.push(granted(signed));
    const ofA = await b.signature('A', id);
    const verified = await b.verify(ofA);
    report.check(`B verifies what A signed with ${id}`, granted(verified), true, verified.ms);
    const wrong = await b.verify({ ...ofA, title: 'one bit changed', jws: tampered(ofA.jws) });
    report.check('B finds one changed bit of it wrong', granted(wrong), false, wrong.ms);
  }
  const scratch = await b.open(SCRATCH);
  report.check(
    `B cannot open ${SCRATCH}, a session key of A: DOES_NOT_EXIST`,
    ending(scratch),
    'DOES_NOT_EXIST',
    scratch.ms,
  );
  await picture(b, 'second-tab', 'Tab B uses the same keys, and has verified what tab A signed.');
}

async function signInWorker(/** @type {Stage} */ { browser, report, told, picture }) {
  const c = await openTab(browser, report, 'C');
  await c.page.getByRole('button', { name: 'Attach a dedicated worker' }).click();
  for (const id of [IDENTITY, AUDIT]) {
    const start = performance.now();
    await c.page.getByRole('button', { name: `Sign with ${id} in the worker` }).click();
    const signed = await c.signature('C’s worker', id);
    report.check(`C’s worker signs README.md with ${id}`, signed.id, id, performance.now() - start);
    told.signed.push(signed);
    const verified = await c.verify(signed);
    report.check('C verifies it', granted(verified), true, verified.ms);
  }
  report.check('the host has four clients: A, B, C and the worker', (await c.stats()).sessions, 4);
  await picture(c, 'worker', 'A dedicated worker of tab C has signed with both keys.');
}

async function verifyOutside(/** @type {Stage} */ { browser, report, told, picture }) {
  const b = tabOf(browser, 'B');
  // The public keys are those that A exported, not those that came with the signatures.
  const items = told.signed.map(
    ({ jws, id }) =>
      /** @type {Item} */ ({ jws, publicKey: id === AUDIT ? told.audit : told.identity, payload: 'readme' }),
  );
  const begin = performance.now();
  const verdicts = await verifyInNode(items);
  const took = performance.now() - begin;
  report.check('six signatures went to Node: of A, B and the worker, with both keys', items.length, 6, took);
  for (const [at, verdict] of verdicts.entries()) {
    const { by, id, algorithm } = told.signed[at] ?? {};
    report.check(
      `Node verifies ${algorithm} of ${by} over README.md, key ${verdict.thumbprint.slice(0, 10)}…`,
      [verdict.verified, verdict.kid, verdict.reason],
      [true, id, ''],
    );
    await b.note(`Node: jose verifies ${algorithm} of ${by} with ${id}`);
  }
  const rejected = (await verifyInNode(items.map((item) => ({ ...item, jws: tampered(item.jws) })))).filter(
    ({ verified }) => !verified,
  );
  report.check('Node rejects all six with one bit changed', rejected.length, 6);
  await picture(b, 'node', 'A Node process has verified all six signatures with jose.');
}

async function restart(/** @type {Stage} */ { browser, report, told, picture }) {
  const b = tabOf(browser, 'B');
  let begin = performance.now();
  await browser.closeTab('A');
  await b.until(
    'the session key of A is gone',
    () => b.stats(),
    ({ sessionKeys }) => sessionKeys === 0,
  );
  report.check(
    'A closes: its session key is gone from the host',
    (await b.stats()).sessionKeys,
    0,
    performance.now() - begin,
  );

  begin = performance.now();
  await browser.closeTab('B');
  await browser.closeTab('C');
  await browser.stop();
  await browser.start();
  report.say(
    `all tabs closed, browser restarted on the same profile in ${(performance.now() - begin).toFixed(0)} ms`,
  );

  const a = await openTab(browser, report, 'A');
  const { boot, table } = await a.stats();
  report.check('it is another host, with an empty slot table', [boot !== told.boot, table.length], [true, 0]);
  report.check('the only key is the persistent one', await a.ids(), [IDENTITY]);
  for (const id of [AUDIT, SCRATCH]) {
    const gone = await a.open(id);
    report.check(`${id} is gone: DOES_NOT_EXIST`, ending(gone), 'DOES_NOT_EXIST', gone.ms);
  }
  const opened = await a.open(IDENTITY);
  report.check(
    `${IDENTITY} is there with the same public key`,
    granted(opened).publicKey,
    told.identity,
    opened.ms,
  );
  const signed = await a.sign(IDENTITY);
  report.check('A signs README.md with it', ending(signed), 'done', signed.ms);
  const [verdict] = await verifyInNode([
    { jws: granted(signed).jws, publicKey: told.identity, payload: 'readme' },
  ]);
  report.check(
    'Node verifies it with the public key of before',
    [verdict?.verified, verdict?.reason],
    [true, ''],
  );
  await picture(
    a,
    'restart',
    'After a restart of the browser the persistent key is there; the others are gone.',
  );
}

async function destroyInUse(/** @type {Stage} */ { browser, report, told, picture }) {
  const a = tabOf(browser, 'A');
  const b = await openTab(browser, report, 'B');
  const started = await a.startLoop(IDENTITY);
  report.check('A signs in a loop', ending(started), 'done', started.ms);
  await a.until(
    '50 signatures of the loop',
    () => a.looped(),
    (completed) => completed >= 50,
  );
  await picture(a, 'in-use', 'Tab A signs in a loop with the key.');

  const destroyed = await b.destroy(IDENTITY);
  report.check('B destroys the key meanwhile', ending(destroyed), 'done', destroyed.ms);
  const { called, trail } = granted(destroyed);
  report.say(`its slot as B saw it: ${trail.map(({ state }) => state).join(' → ')} → gone`);
  await a.until(
    'the loop ends by itself',
    () => a.loops(),
    (loops) => !loops,
  );
  const ended = await a.loopReport();
  if (ended === null) throw new Error('the loop has no report');
  const loop = granted(ended);
  report.say(`A began ${loop.begun}, of which ${loop.completed} completed and ${loop.refused} were refused`);
  report.check('every signature that A began has ended', loop.completed + loop.refused, loop.begun);
  report.check('the refusals are INVALID_HANDLE and nothing else', loop.codes, ['INVALID_HANDLE']);
  report.check(
    `what had begun completed, what came later did not: up to number ${loop.lastCompleted}, from ${loop.firstRefused}`,
    [loop.completed, loop.firstRefused],
    [loop.lastCompleted, loop.lastCompleted + 1],
  );
  report.check(
    'none was refused before the destruction was asked for',
    (loop.refusedAt ?? 0) >= called,
    true,
  );

  const later = await a.sign(IDENTITY);
  report.check(
    'A signs once more with the key it holds: INVALID_HANDLE',
    ending(later),
    'INVALID_HANDLE',
    later.ms,
  );
  for (const tab of [a, b]) {
    const opened = await tab.open(IDENTITY);
    report.check(`openKey in ${tab.name}: DOES_NOT_EXIST`, ending(opened), 'DOES_NOT_EXIST', opened.ms);
  }
  const { table, readers } = await b.stats();
  report.check('no slot and no reader is left', [table.length, readers], [0, 0]);

  /** @type {Item[]} */
  const items = loop.last.map(({ document, signed }) => ({
    jws: signed.jws,
    publicKey: told.identity,
    payload: document,
  }));
  const begin = performance.now();
  const reasons = new Set((await verifyInNode(items)).map(({ reason }) => reason));
  const took = performance.now() - begin;
  const title = `Node verifies the last ${items.length} that completed`;
  report.check(title, [items.length, ...reasons], [32, ''], took);
  const last = loop.last.some(({ number }) => number === loop.lastCompleted);
  report.check('the very last is among them', last, true);
  await picture(
    a,
    'loop-ended',
    'The key was destroyed: what tab A had begun completed, what came later was refused.',
  );
  await picture(b, 'destroyed', 'Tab B destroyed the key while tab A was signing with it.');
}

async function race(/** @type {Stage} */ { browser, report, picture }) {
  const a = tabOf(browser, 'A');
  const b = tabOf(browser, 'B');
  const created = await a.race('contested', 'generateKey');
  const results = granted(created);
  report.check(
    'both tabs took part in generateKey',
    results.map(({ tab }) => tab),
    ['A', 'B'],
    created.ms,
  );
  report.say(spoken(results));
  report.check('exactly one won, the other got ALREADY_EXISTS', results.map(({ got }) => got).sort(), [
    'ALREADY_EXISTS',
    'created',
  ]);
  const winner = results.find(({ got }) => got === 'created');
  for (const tab of [a, b]) {
    const opened = await tab.open('contested');
    report.check(
      `${tab.name} opens it: the key of the winner`,
      granted(opened).publicKey,
      winner?.publicKey,
      opened.ms,
    );
  }

  const ensured = await b.race('agreed', 'ensureKey');
  const both = granted(ensured);
  report.check(
    'both tabs took part in ensureKey, and both have a key',
    both.map(({ tab, got }) => [tab, got]),
    [
      ['A', 'has'],
      ['B', 'has'],
    ],
    ensured.ms,
  );
  report.say(spoken(both));
  report.check('it is the same key', both[0]?.publicKey, both[1]?.publicKey);
  const signed = granted(await a.sign('agreed'));
  const [verdict] = await verifyInNode([
    { jws: signed.jws, publicKey: both[1]?.publicKey ?? null, payload: 'readme' },
  ]);
  report.check(
    'Node verifies a signature of A with the public key of B',
    [verdict?.verified, verdict?.reason],
    [true, ''],
  );
  await picture(
    a,
    'race-A',
    'Both tabs created one id at once: one won. With ensureKey both have the same key.',
  );
  await picture(b, 'race-B', 'The same race as tab B saw it.');
}

/**
 * @param {DemoBrowser} browser
 * @param {Report} report
 * @param {string} expected
 */
async function openTab(browser, report, expected) {
  const begin = performance.now();
  const { page, name } = await browser.open();
  report.check(`tab ${expected} opens the keystore`, name, expected, performance.now() - begin);
  return new Tab(name, page);
}

/**
 * @param {DemoBrowser} browser
 * @param {string} name
 */
function tabOf(browser, name) {
  const page = browser.tabs.get(name);
  if (page === undefined) throw new Error(`tab ${name} is not open`);
  return new Tab(name, page);
}

/** @param {readonly import('../demo/channel.ts').RaceResult[]} results */
function spoken(results) {
  const start = Math.min(...results.map(({ began }) => began));
  return results
    .map(({ tab, got, began, ended }) => `${tab} from ${began - start} to ${ended - start} ms: ${got}`)
    .join(', ');
}
