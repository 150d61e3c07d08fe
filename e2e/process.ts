// A browser process that the test itself starts on a profile of its own, so that it can kill it.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type BrowserContext, chromium, type LaunchOptions } from '@playwright/test';

export class BrowserProcess {
  readonly context: BrowserContext;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, context: BrowserContext) {
    this.#child = child;
    this.context = context;
  }

  static async start(profile: string, { executablePath, args = [] }: LaunchOptions): Promise<BrowserProcess> {
    const child = spawn(
      executablePath ?? chromium.executablePath(),
      [...args, '--headless', '--remote-debugging-port=0', `--user-data-dir=${profile}`, 'about:blank'],
      // A process group of its own: renderers and storage die with it.
      { detached: true, stdio: ['ignore', 'ignore', 'pipe'] },
    );
    try {
      const browser = await chromium.connectOverCDP(await addressOf(child));
      const [context] = browser.contexts();
      if (context === undefined) throw new Error('the browser has no default context');
      return new BrowserProcess(child, context);
    } catch (error) {
      end(child);
      throw error;
    }
  }

  /** SIGKILL, to all its processes. Resolves when they have gone. */
  async kill(): Promise<void> {
    const exited = once(this.#child, 'exit');
    end(this.#child);
    await exited;
  }
}

function end({ pid, exitCode, signalCode }: ChildProcess): void {
  if (pid !== undefined && exitCode === null && signalCode === null) process.kill(-pid, 'SIGKILL');
}

/** Where it listens, as it says on stderr. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.stderr?.on('data', (chunk) => {
      said += String(chunk);
      const address = /ws:\/\/\S+/.exec(said)?.[0];
      if (address !== undefined) resolve(address);
    });
    child.once('error', reject);
    child.once('exit', () => reject(new Error(`the browser ended at once:\n${said}`)));
  });
}
