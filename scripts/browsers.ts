/** Finds the browsers the tests drive, and installs one where none is there. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as Playwright from 'playwright-core';

const CHROMIUM_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe'
];

const FIREFOX_PLACES = [
  '/usr/bin/firefox-esr',
  '/usr/bin/firefox',
  '/snap/bin/firefox',
  '/Applications/Firefox.app/Contents/MacOS/firefox',
  'C:\\Program Files\\Mozilla Firefox\\firefox.exe'
];

/** Chromium refuses to start its sandbox as root; a test machine is often run that way. */
export const CHROMIUM_ARGS = process.getuid?.() === 0 ? ['--no-sandbox'] : [];

/** @throws when a variable names a browser that is not there. */
export function findChromium(): string | undefined {
  return fromVariables(['SVJ_CHROMIUM', 'CHROME_PATH']) ?? CHROMIUM_PLACES.find(existsSync) ?? playwrightsOwn();
}

/** @throws when `SVJ_FIREFOX` names a browser that is not there. */
export function findFirefox(): string | undefined {
  return fromVariables(['SVJ_FIREFOX']) ?? FIREFOX_PLACES.find(existsSync);
}

/** @throws with what to do about it. */
export function requireChromium(): string {
  const found = findChromium();
  if (found === undefined)
    throw new Error('No Chromium was found: install one, or set SVJ_CHROMIUM to its executable.');
  return found;
}

/** Finds Chromium, or fetches one: Playwright's, else the distribution's where we may install packages. */
export function provideChromium(): string | undefined {
  const found = findChromium();
  if (found !== undefined) return found;
  console.log('No Chromium found; fetching the one Playwright keeps …');
  if (run(process.execPath, ['node_modules/@playwright/test/cli.js', 'install', 'chromium'])) {
    const own = playwrightsOwn();
    if (own !== undefined) return own;
  }
  return installPackage('chromium') ? CHROMIUM_PLACES.find(existsSync) : undefined;
}

export function provideFirefox(): string | undefined {
  return findFirefox() ?? (installPackage('firefox-esr') ? FIREFOX_PLACES.find(existsSync) : undefined);
}

function fromVariables(names: readonly string[]): string | undefined {
  for (const name of names) {
    const path = process.env[name];
    if (path === undefined || path === '') continue;
    if (!existsSync(path)) throw new Error(`${name} names ${path}, which does not exist.`);
    return path;
  }
  return undefined;
}

function playwrightsOwn(): string | undefined {
  try {
    const { chromium } = createRequire(import.meta.url)('playwright-core') as typeof Playwright;
    const path = chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function installPackage(name: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return false;
  console.log(`Installing ${name} with apt-get …`);
  const install = () => run('/usr/bin/apt-get', ['install', '-y', '--no-install-recommends', name]);
  return install() || (run('/usr/bin/apt-get', ['update']) && install());
}

function run(command: string, args: readonly string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}
