/** What the app says by itself, at the right time and in earnest: damage, recovery words that are due, storage that may go. */
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, PASSPHRASE, unlock } from './journal-steps.ts';
import { answerWords, showKit } from './kit-steps.ts';
import {
  entries,
  keepStreams,
  openRecord,
  startRecording,
  stopRecording,
  toJournal,
  withoutCountdown
} from './record-steps.ts';
import { accessible } from './support/accessible.ts';

test.setTimeout(240_000);

async function recordEntry(page: Page): Promise<void> {
  await openRecord(page);
  await startRecording(page);
  await stopRecording(page);
  await page.getByRole('button', { name: 'Done' }).click();
}

async function lock(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
}

/** Changes one bit of what is stored: in which store, in which row counted from the last, in which bytes of it, where. */
async function flipBit(page: Page, store: string, back: number, path: readonly string[], at: number): Promise<void> {
  await page.evaluate(
    async ({ store, back, path, at }) => {
      const settled = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
        });
      const database = await settled(indexedDB.open('svj'));
      const rows = database.transaction(store, 'readwrite').objectStore(store);
      const row: unknown = (await settled(rows.getAll())).at(-1 - back);
      const bytes = path.reduce<unknown>((whole, name) => Reflect.get(Object(whole), name) as unknown, row);
      if (!(bytes instanceof Uint8Array)) throw new Error('nothing is stored there');
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      await settled(rows.put(row));
      database.close();
    },
    { store, back, path, at }
  );
}

const flipHeadBit = (page: Page, back: number) => flipBit(page, 'heads', back, ['sealed'], 300);

test('A12 a damaged head: a warning for an older one, reading only for the newest, and every entry plays', async ({
  page
}) => {
  await withoutCountdown(page);
  await keepStreams(page);
  await createJournal(page);
  await recordEntry(page);
  await toJournal(page);
  await lock(page);

  await flipHeadBit(page, 1);
  await unlock(page);
  const warning = page.getByText('Part of this journal’s change history was damaged');
  await expect(warning).toBeVisible();
  await expect(entries(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Dismiss' }).click();
  await expect(warning).toBeHidden();
  await lock(page);

  await flipHeadBit(page, 0);
  await unlock(page);
  const alert = page.getByRole('alert').filter({ hasText: 'This journal can only be read' });
  await expect(alert).toContainText('Do not clear the browser’s data');
  await accessible(page);
  await entries(page).first().getByRole('link').first().click();
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  await expect.poll(() => video.evaluate((element: HTMLVideoElement) => element.duration)).toBeGreaterThan(0.5);
  await expect(alert).toBeVisible();
  // Nobody is filmed for a journal that takes nothing.
  const cameras = (): Promise<number> =>
    page.evaluate(() => (globalThis as unknown as { streamsOfTest: MediaStream[] }).streamsOfTest.length);
  const before = await cameras();
  await page.getByRole('link', { name: 'Record', exact: true }).click();
  await page.getByRole('button', { name: 'Start recording' }).click();
  await expect(page.getByRole('alert')).toHaveCount(2);
  expect(await cameras()).toBe(before);
});

test('A17 a damaged unlock setting: no passphrase is asked for, and the recovery words open and mend it', async ({
  page
}) => {
  await createJournal(page);
  const words = await showKit(page, PASSPHRASE);
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  // The passphrase's slot is the first.
  await flipBit(page, 'vault', 0, ['slots', '0', 'kdf'], 1);
  await page.goto('/');
  await expect(page.getByRole('alert')).toContainText('open the journal with your recovery words');
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeHidden();
  await accessible(page);
  await page.getByRole('button', { name: 'Use recovery words' }).click();
  await page.getByRole('textbox', { name: 'Recovery words' }).fill(words.join(' '));
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(PASSPHRASE);
  await page.getByRole('textbox', { name: 'Repeat new passphrase' }).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Open journal' }).click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible({ timeout: 60_000 });
  await lock(page);
  await unlock(page);
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
});

for (const [answer, sentence] of [
  ['granted', 'This browser keeps your journal until you delete it yourself.'],
  ['denied', 'This browser may still clear it when space runs out']
] as const) {
  test(`B9 with the first saved entry the browser is asked to keep it: ${answer}`, async ({ page }) => {
    await withoutCountdown(page);
    // What browsers answer depends on how much they have been used.
    await page.addInitScript((granted) => {
      let asked = 0;
      StorageManager.prototype.persist = () => Promise.resolve((asked++, granted));
      StorageManager.prototype.persisted = () => Promise.resolve(granted && asked > 0);
      Object.defineProperty(globalThis, 'askedOfTest', { get: () => asked });
    }, answer === 'granted');
    const asked = (): Promise<unknown> => page.evaluate(() => Reflect.get(globalThis, 'askedOfTest') as unknown);
    await createJournal(page);
    expect(await asked()).toBe(0);
    await recordEntry(page);
    await expect(page.getByText(sentence)).toBeVisible();
    await recordEntry(page);
    expect(await asked()).toBe(1);
  });
}

test('B9 a Safari tab says that the journal may be deleted, an installed app does not', async ({ page, context }) => {
  const title = page.getByText('Safari may delete this journal');
  await page.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'vendor', { get: () => 'Apple Computer, Inc.' });
  });
  await page.goto('/');
  await expect(title).toBeVisible();
  await accessible(page);

  const installed = await context.newPage();
  await installed.addInitScript(() => {
    Object.defineProperty(Navigator.prototype, 'vendor', { get: () => 'Apple Computer, Inc.' });
    Object.defineProperty(Navigator.prototype, 'standalone', { get: () => true });
  });
  await installed.goto('/');
  await expect(installed.getByRole('button', { name: 'Create a journal' })).toBeVisible();
  await expect(installed.getByText('Safari may delete this journal')).toBeHidden();
});

const DAY_MS = 86_400_000;

/** Locks; from then on the vault believes that it is `days` days later. */
async function lockAndWait(page: Page, days: number): Promise<void> {
  const started = page.waitForEvent('worker', (worker) => worker.url().includes('vault.worker'));
  await lock(page);
  const worker = await started;
  await worker.evaluate((ms) => {
    const System = Date;
    globalThis.Date = class extends System {
      constructor(...given: readonly number[]) {
        super(given[0] ?? System.now() + ms);
      }

      static override now(): number {
        return System.now() + ms;
      }
    } as DateConstructor;
  }, days * DAY_MS);
}

test('recovery words are asked for again after 7 and after 90 days, and not before', async ({ page }) => {
  const due = page.getByRole('link', { name: 'Check your recovery words' });
  const journal = page.getByRole('link', { name: 'Journal', exact: true });
  const later = async (days: number): Promise<void> => {
    await lockAndWait(page, days);
    await unlock(page);
    await expect(journal).toBeVisible();
  };
  await createJournal(page);
  const words = await showKit(page, PASSPHRASE);
  await page.getByRole('button', { name: 'I wrote them down' }).click();
  await answerWords(page, words);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Recovery words confirmed')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Recovery words not confirmed' })).toBeHidden();

  await later(6);
  await expect(due).toBeHidden();
  await later(8);
  await due.click();
  await accessible(page);
  await answerWords(page, words);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(due).toBeHidden();

  await later(8 + 89);
  await expect(due).toBeHidden();
  await later(8 + 91);
  await expect(due).toBeVisible();
});
