// @ts-check
// The same writing tabs, with a witness in the host (e2e/site/public/recorder.js) instead of a kill. A kill cannot tell
// `strict` from `relaxed`, because what the browser has handed to the system survives it; the order of events can.
import { within } from '../e2e/engines/limits.mjs';
import { judgeOrder } from './crash-order.mjs';
import { Session } from './crash-session.mjs';

/** @typedef {import('../e2e/recorder.ts').Entry} Entry */

/** Acknowledgements of each tab. */
const ENOUGH = 100;

/** Milliseconds for what takes one or two. */
const LIMIT = 60_000;

/**
 * @param {import('./crash-rounds.mjs').Options} options
 * @returns {Promise<{ answers: number, early: string[], account: Session['account'] }>} `early`: ids whose creation or
 * destruction was answered before the strict transaction that did it was complete
 */
export async function watch(options) {
  const session = new Session({ ...options, store: 'watched' });
  try {
    await session.start();
    const plain = await session.open();
    const worker = await endHost(plain.page);
    await session.close(plain);
    const recorder = `/recorder.js?${new URLSearchParams({ worker, channel: 'watched' })}`;
    const tabs = /** @type {const} */ ([await session.open(recorder), await session.open(recorder)]);
    session.startWriting();
    await within(Promise.all(tabs.map((tab) => tab.goesOn(ENOUGH))), LIMIT, 'the writing under watch');
    await session.stopWriting(tabs);
    await session.audit(tabs[0]);
    const log = await tabs[0].page.evaluate(readLog, 'watched');
    return { ...judgeOrder(log), account: session.account };
  } finally {
    await session.end();
  }
}

/**
 * Ends the host of a page's store, whose lifetime is extended beyond that of its last tab.
 *
 * @param {import('playwright').Page} page
 * @returns {Promise<string>} the address of its script
 */
async function endHost(page) {
  const browser = page.context().browser();
  if (browser === null) throw new Error('the browser cannot be asked');
  const devTools = await browser.newBrowserCDPSession();
  const { targetInfos } = await devTools.send('Target.getTargets', { filter: [{ type: 'shared_worker' }] });
  const [target] = targetInfos;
  if (target === undefined) throw new Error('there is no host');
  await devTools.send('Target.closeTarget', { targetId: target.targetId });
  await devTools.detach();
  return target.url;
}

/**
 * @param {string} name
 * @returns {Promise<Entry[]>}
 */
function readLog(name) {
  return new Promise((resolve) => {
    const channel = new BroadcastChannel(name);
    channel.onmessage = ({ data }) => {
      channel.close();
      resolve(data.log);
    };
    channel.postMessage({ read: true });
  });
}
