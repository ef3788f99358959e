/** What a person does in Firefox, by the names that screens keep. */
import type { Page } from 'puppeteer-core';

const WAIT = { timeout: 30_000 };

export const text = (page: Page, wanted: string) => seen(page, `//main//*[normalize-space(text())=${quoted(wanted)}]`);

export async function press(page: Page, kind: 'button' | 'a', name: string): Promise<void> {
  const own = `normalize-space(.)=${quoted(name)} or @aria-label=${quoted(name)}`;
  const found = await seen(page, `//${kind}[(${own}) and not(@disabled) and not(@aria-disabled="true")]`);
  await found.click();
}

export async function fill(page: Page, label: string, value: string): Promise<void> {
  const field = `//*[self::input or self::textarea][@id=//label[normalize-space(.)=${quoted(label)}]/@for]`;
  const found = await seen(page, field);
  await found.click({ count: 3 });
  await found.type(value);
}

export async function createJournal(page: Page, origin: string, passphrase: string): Promise<void> {
  await page.goto(origin);
  await press(page, 'button', 'Create a journal');
  await fill(page, 'Passphrase', passphrase);
  await fill(page, 'Repeat passphrase', passphrase);
  await press(page, 'button', 'Create journal');
  await text(page, 'Recovery kit');
  await press(page, 'button', 'Later');
  await text(page, 'Journal');
}

export async function unlock(page: Page, passphrase: string): Promise<void> {
  await fill(page, 'Passphrase', passphrase);
  await press(page, 'button', 'Unlock');
}

/** Records so long after the first bytes are durable. Resolves to the time between the two buttons, ms. */
export async function record(page: Page, ms: number, title: string): Promise<number> {
  await press(page, 'a', 'Record');
  await press(page, 'button', 'Start recording');
  const started = Date.now();
  await seen(page, '//*[@role="status" and contains(., "Saved to")]');
  await new Promise((resolve) => setTimeout(resolve, ms));
  await press(page, 'button', 'Stop');
  const elapsed = Date.now() - started;
  await fill(page, 'Title', title);
  await press(page, 'button', 'Done');
  return elapsed;
}

export interface Played {
  /** Seconds. */
  readonly duration: number;
  readonly width: number;
  /** Where the picture stood after a while of playing, and after each seek. */
  readonly playedTo: number;
  readonly sought: readonly { readonly to: number; readonly arrived: number }[];
}

/** Opens an entry, plays it for a second, seeks in it. */
export async function openAndPlay(page: Page, title: string): Promise<Played> {
  const link = await seen(page, `//*[@aria-label="Entries"]//a[contains(., ${quoted(title)})]`);
  await link.click();
  await seen(page, '//*[@aria-label="Player"]//video');
  return page.evaluate(async () => {
    const video = document.querySelector<HTMLVideoElement>('[aria-label="Player"] video');
    if (!video) throw new Error('There is no video.');
    const until = async (what: string, done: () => boolean): Promise<void> => {
      for (let waited = 0; !done(); waited += 50) {
        if (video.error) throw new Error(`${what}: ${video.error.message}`);
        if (waited > 15_000) throw new Error(`${what}: still not at ${String(video.currentTime)} s`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    video.muted = true;
    await until('load', () => video.readyState >= 2);
    const { duration, videoWidth: width } = video;
    await video.play();
    await until('play', () => video.currentTime > 1);
    video.pause();
    const playedTo = video.currentTime;
    const sought: { to: number; arrived: number }[] = [];
    for (const share of [0.9, 0.1, 0.5]) {
      const to = duration * share;
      video.currentTime = to;
      await until('seek', () => !video.seeking && video.readyState >= 2);
      sought.push({ to, arrived: video.currentTime });
    }
    return { duration, width, playedTo, sought };
  });
}

async function seen(page: Page, xpath: string) {
  const found = await page.waitForSelector(`::-p-xpath(${xpath})`, { ...WAIT, visible: true }).catch(() => null);
  if (found) return found;
  throw new Error(`Nothing is ${xpath} here:\n${await page.evaluate(() => document.body.innerText)}`);
}

/** No name of the app holds a double quote. */
function quoted(name: string): string {
  return `"${name}"`;
}
