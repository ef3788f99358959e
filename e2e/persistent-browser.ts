/** A browser with a profile on disk, that can be killed as a power cut would and started again on the same profile. */
import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type BrowserContext, type Page } from '@playwright/test';
import { requireChromium } from '../scripts/browsers.ts';
import { chromiumArgs } from './camera.ts';
import type { Guard } from './guard.ts';

export class PersistentBrowser {
  readonly profile: string;
  readonly #baseURL: string;
  readonly #guard: Guard;
  #context: BrowserContext | undefined;
  #page: Page | undefined;

  private constructor(profile: string, baseURL: string, guard: Guard) {
    this.profile = profile;
    this.#baseURL = baseURL;
    this.#guard = guard;
  }

  static async launch(baseURL: string, guard: Guard): Promise<PersistentBrowser> {
    const browser = new PersistentBrowser(await mkdtemp(join(tmpdir(), 'svj-profile-')), baseURL, guard);
    await browser.#start();
    return browser;
  }

  get context(): BrowserContext {
    if (!this.#context) throw new Error('The browser is not running.');
    return this.#context;
  }

  get page(): Page {
    if (!this.#page) throw new Error('The browser is not running.');
    return this.#page;
  }

  /** Ends every process of the browser at once: nothing is flushed, no handler runs. Resolves to when, as `Date.now()`. */
  async kill(): Promise<number> {
    const { context } = this;
    const closed = new Promise<void>((resolve) => {
      context.once('close', () => {
        resolve();
      });
    });
    const pids = await processesOf(context);
    const killedAt = Date.now();
    for (const pid of pids) kill(pid);
    await closed;
    this.#context = this.#page = undefined;
    // The lock of the killed process; a new one would hand over to it, or take it for another machine's.
    await rm(join(this.profile, 'SingletonLock'), { force: true });
    return killedAt;
  }

  /** Starts again with the same profile; resolves to a fresh page. */
  async relaunch(): Promise<Page> {
    if (this.#context) await this.#context.close();
    await this.#start();
    return this.page;
  }

  async dispose(): Promise<void> {
    await this.#context?.close();
    this.#context = this.#page = undefined;
    await rm(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #start(): Promise<void> {
    this.#context = await chromium.launchPersistentContext(this.profile, {
      executablePath: requireChromium(),
      args: chromiumArgs,
      baseURL: this.#baseURL,
      locale: 'en-GB'
    });
    this.#guard.watch(this.#context);
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
  }
}

/** The main process first: without it the others cannot be started again. */
async function processesOf(context: BrowserContext): Promise<number[]> {
  const browser = context.browser();
  if (!browser) throw new Error('The context belongs to no browser.');
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  return processInfo.sort((a, b) => Number(b.type === 'browser') - Number(a.type === 'browser')).map(({ id }) => id);
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already, with the one before.
  }
}
