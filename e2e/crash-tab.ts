// A tab whose process ends by itself, and what lives in that process with it.
import type { Page } from '@playwright/test';

export async function crash(page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const crashed = page.waitForEvent('crash');
  // Never answered: there is nobody to answer.
  session.send('Page.crash').catch(() => undefined);
  await crashed;
}
