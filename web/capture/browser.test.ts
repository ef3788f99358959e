import { expect, it } from 'vitest';
import { browserOf } from './browser.ts';

const AGENTS = {
  ios: 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Mobile/15E148 Safari/604.1',
  android:
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36',
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  safari: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 Version/19.0 Safari/605.1.15',
  chromium: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
} as const;

it.each(Object.entries(AGENTS))('%s is told by its user agent', (browser, agent) => {
  expect(browserOf(agent, 0)).toBe(browser);
});

it('an iPad that calls itself a Mac is told by its touch screen', () => {
  expect(browserOf(AGENTS.safari, 5)).toBe('ios');
});
