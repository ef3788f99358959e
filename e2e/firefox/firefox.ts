/** Firefox with a camera of its own invention, in front of a relay of one's own. */
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { findFirefox } from '../../scripts/browsers.ts';
import { Relay } from '../relay.ts';

export class Firefox {
  readonly origin: string;
  readonly page: Page;
  /** What the console said of blocked content, what nobody caught, and requests to strangers: must stay empty. */
  readonly problems: string[] = [];
  readonly #browser: Browser;
  readonly #relay: Relay;

  private constructor(relay: Relay, browser: Browser, page: Page) {
    this.origin = relay.origin;
    this.page = page;
    this.#browser = browser;
    this.#relay = relay;
    page.on('console', (message) => {
      if (/content-security-policy|trusted ?types?/i.test(message.text())) this.problems.push(message.text());
    });
    page.on('pageerror', (error) => this.problems.push(String(error)));
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (protocol.startsWith('http') && origin !== this.origin) this.problems.push(`foreign request: ${origin}`);
    });
  }

  static async launch(): Promise<Firefox> {
    const executablePath = findFirefox();
    if (executablePath === undefined) throw new Error('No Firefox was found: install one, or set SVJ_FIREFOX.');
    const relay = await Relay.start();
    const browser = await puppeteer.launch({
      browser: 'firefox',
      executablePath,
      headless: true,
      extraPrefsFirefox: {
        'media.navigator.streams.fake': true,
        'media.navigator.permission.disabled': true,
        'media.autoplay.default': 0
      }
    });
    return new Firefox(relay, browser, await browser.newPage());
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#relay.dispose();
  }
}
