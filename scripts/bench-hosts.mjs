// @ts-check
// Ends the hosts of a store as a crash would. Their lifetime is extended beyond that of their last tab, so that whoever
// measures the start of one ends the one before.

/**
 * @param {import('playwright').Browser} browser
 * @param {string} store
 * @param {string} under the path that their scripts lie under
 */
export async function killHosts(browser, store, under = '/') {
  const session = await browser.newBrowserCDPSession();
  const filter = [{ type: 'shared_worker' }];
  const targets = async () => {
    const { targetInfos } = await session.send('Target.getTargets', { filter });
    return targetInfos.filter(
      ({ title, url }) => title === `keyslot:${store}` && new URL(url).pathname.startsWith(under),
    );
  };
  for (const { targetId } of await targets()) await session.send('Target.closeTarget', { targetId });
  while ((await targets()).length > 0);
  await session.detach();
}
