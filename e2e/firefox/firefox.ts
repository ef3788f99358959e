/** Firefox with a camera of its own invention and a profile on disk, in front of a relay of one's own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findFirefox } from '../../scripts/browsers.ts';
import { Relay } from '../relay.ts';

/** What the invented microphone hears: not what Firefox would take by itself, so that it can be nothing else. */
export const TONE_HZ = 700;
export const USUAL_TONE_HZ = 1000;

export class Firefox {
  readonly relay: Relay;
  /** What the console said of blocked content, what nobody caught, and requests to strangers: must stay empty. */
  readonly problems: string[] = [];
  readonly #profile: string;
  #browser: Browser | undefined;
  #page: Page | undefined;

  private constructor(relay: Relay, profile: string) {
    this.relay = relay;
    this.#profile = profile;
  }

  static async launch(): Promise<Firefox> {
    const firefox = new Firefox(await Relay.start(), await mkdtemp(join(tmpdir(), 'svj-firefox-')));
    await firefox.relaunch();
    return firefox;
  }

  get origin(): string {
    return this.relay.origin;
  }

  get page(): Page {
    if (!this.#page) throw new Error('Firefox is not running.');
    return this.#page;
  }

  /** Closes the browser, if there is one, and starts it again with the same profile; resolves to a fresh page. */
  async relaunch(): Promise<Page> {
    await this.#end();
    const executablePath = findFirefox();
    if (executablePath === undefined) throw new Error('No Firefox was found: install one, or set SVJ_FIREFOX.');
    this.#browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      userDataDir: this.#profile,
      defaultViewport: { width: 1280, height: 900 },
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        'media.navigator.audio.fake_frequency': TONE_HZ,
        'media.navigator.permission.disabled': true,
        'media.autoplay.default': 0,
        'intl.accept_languages': 'en-GB'
      }
    });
    this.#page = await this.#browser.newPage();
    this.#watch(this.#page);
    return this.#page;
  }

  async close(): Promise<void> {
    await this.#end();
    await this.relay.dispose();
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 5 });
  }

  async #end(): Promise<void> {
    await this.#browser?.close();
    this.#browser = this.#page = undefined;
  }

  #watch(page: Page): void {
    page.on('console', (message) => {
      if (/content-security-policy|trusted ?types?/i.test(message.text())) this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== this.origin) this.problems.push(`foreign request: ${origin}`);
    });
  }
}
