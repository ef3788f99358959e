import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { createJournal, unlock } from './journal-steps.ts';
import { entries, openRecord, startRecording, stopRecording, toJournal, withoutCountdown } from './record-steps.ts';
import { accessible } from './support/accessible.ts';

const STRINGS = join(resolve(process.env['SVJ_VECTORS_DIR'] ?? '../shared/vectors'), 'strings', 'blns.json');

async function recordEntry(page: Page, title: string): Promise<void> {
  await openRecord(page);
  await startRecording(page);
  await stopRecording(page);
  await page.getByRole('textbox', { name: 'Title' }).fill(title);
  await expect(page.getByText('All changes saved')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await toJournal(page);
}

async function journalWith(page: Page, ...titles: readonly string[]): Promise<void> {
  await withoutCountdown(page);
  await createJournal(page);
  for (const title of titles) await recordEntry(page, title);
}

async function openEntry(page: Page, title: string): Promise<void> {
  await page.getByRole('link', { name: title, exact: true }).click();
  await expect(page.getByRole('textbox', { name: 'Title' })).toHaveValue(title);
}

const trashed = (page: Page) => page.getByRole('list', { name: 'Trash' }).getByRole('listitem');
const toTrash = (page: Page) => page.getByRole('link', { name: 'Trash', exact: true }).click();

test('an empty journal explains itself and invites', async ({ page }) => {
  await journalWith(page);
  await expect(page.getByRole('heading', { name: 'Nothing here yet, and that is a fine start' })).toBeVisible();
  await accessible(page);
  await page.getByRole('link', { name: 'Record your first entry' }).click();
  await expect(page.getByRole('button', { name: 'Start recording' })).toBeVisible();
});

test('an entry is deleted, taken back, restored from the trash and at last destroyed', async ({ page }) => {
  test.setTimeout(300_000);
  await journalWith(page, 'First day', 'Second day');
  await expect(entries(page)).toHaveCount(2);
  await expect(entries(page).first().getByRole('link')).toHaveText('Second day');
  await expect(entries(page).first()).toContainText('Only on this device');
  await accessible(page);

  await openEntry(page, 'First day');
  await page.getByRole('button', { name: 'Delete entry' }).click();
  await expect(entries(page)).toHaveCount(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(entries(page)).toHaveCount(2);

  await openEntry(page, 'First day');
  await page.getByRole('button', { name: 'Delete entry' }).click();
  await expect(entries(page)).toHaveCount(1);
  await toTrash(page);
  await expect(trashed(page)).toHaveCount(1);
  await expect(trashed(page).first()).toContainText('First day');
  await expect(trashed(page).first()).toContainText('7 days left');
  await accessible(page);
  await trashed(page).first().getByRole('button', { name: 'Restore' }).click();
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
  await toJournal(page);
  await expect(entries(page)).toHaveCount(2);

  await openEntry(page, 'First day');
  await page.getByRole('button', { name: 'Delete entry' }).click();
  await toTrash(page);
  await trashed(page).first().getByRole('button', { name: 'Delete forever' }).click();
  const question = page.getByRole('dialog', { name: 'Delete this entry forever?' });
  await expect(question).toContainText('First day');
  await accessible(page);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect(trashed(page)).toHaveCount(1);
  await trashed(page).first().getByRole('button', { name: 'Delete forever' }).click();
  await question.getByRole('button', { name: 'Delete forever' }).click();
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
  await toJournal(page);
  await expect(entries(page)).toHaveCount(1);
});

test('words typed into an entry are kept when the journal is locked or left at once', async ({ page }) => {
  test.setTimeout(300_000);
  await journalWith(page, 'First day');
  await openEntry(page, 'First day');
  await accessible(page);
  await page.getByRole('region', { name: 'Player' }).focus();
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  const note = page.getByRole('textbox', { name: 'Note' });
  await note.fill('Typed and locked');
  await page.keyboard.press('Control+Shift+L');
  await unlock(page);
  await expect(note).toHaveValue('Typed and locked');
  // Left, and locked while what was typed is still being written.
  await note.evaluate((field: HTMLTextAreaElement) => {
    field.value = 'Typed, left and locked';
    field.dispatchEvent(new Event('input', { bubbles: true }));
    document.querySelector<HTMLAnchorElement>('nav a[href="/"]')?.click();
  });
  await page.keyboard.press('Control+Shift+L');
  await unlock(page);
  await openEntry(page, 'First day');
  await expect(note).toHaveValue('Typed, left and locked');
});

test('the whole trash is emptied after a typed word', async ({ page }) => {
  test.setTimeout(300_000);
  await journalWith(page, 'One', 'Two');
  for (const title of ['One', 'Two']) {
    await openEntry(page, title);
    await page.getByRole('button', { name: 'Delete entry' }).click();
    await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
  }
  await toTrash(page);
  await expect(trashed(page)).toHaveCount(2);
  await page.getByRole('button', { name: 'Empty trash' }).click();
  const question = page.getByRole('dialog', { name: 'Delete 2 entries forever?' });
  await expect(question.getByRole('button', { name: 'Delete forever' })).toBeDisabled();
  await question.getByRole('textbox', { name: 'Type “delete” to confirm' }).fill('delete');
  await question.getByRole('button', { name: 'Delete forever' }).click();
  await expect(page.getByRole('heading', { name: 'The trash is empty' })).toBeVisible();
});

test('coming back from an entry goes on where the list was left', async ({ page }) => {
  test.setTimeout(300_000);
  await page.setViewportSize({ width: 390, height: 500 });
  await journalWith(page, 'Oldest', 'Middle', 'Newest');
  await page.getByRole('link', { name: 'Oldest' }).scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const before = await page.evaluate(() => scrollY);
  expect(before).toBeGreaterThan(100);
  await openEntry(page, 'Oldest');
  await toJournal(page);
  await expect.poll(() => page.evaluate(() => Math.abs(scrollY)), { timeout: 5000 }).toBeGreaterThan(before - 60);
  await expect(page.getByRole('link', { name: 'Oldest' })).toBeInViewport();
});

test('D7: two tabs edit one entry, and no edit is lost', async ({ page, context }) => {
  test.setTimeout(300_000);
  await journalWith(page, 'Shared');
  const other = await context.newPage();
  await other.goto('/');
  await unlock(other);
  await openEntry(page, 'Shared');
  await openEntry(other, 'Shared');

  await page.getByRole('textbox', { name: 'Title' }).fill('From the first tab');
  await other.getByRole('textbox', { name: 'Note' }).fill('From the second tab');
  for (const tab of [page, other]) {
    await tab.keyboard.press('Tab');
    await expect(tab.getByText('All changes saved')).toBeVisible();
  }

  for (const tab of [page, other]) {
    await toJournal(tab);
    await expect(entries(tab)).toHaveCount(1);
    await openEntry(tab, 'From the first tab');
    await expect(tab.getByRole('textbox', { name: 'Note' })).toHaveValue('From the second tab');
  }

  // The same field in both: one value is shown, the other one is kept.
  await page.getByRole('textbox', { name: 'Title' }).fill('First thought');
  await other.getByRole('textbox', { name: 'Title' }).fill('Second thought');
  for (const tab of [page, other]) {
    await tab.keyboard.press('Tab');
    await expect(tab.getByText('All changes saved')).toBeVisible();
  }
  await toJournal(page);
  const shown = (await entries(page).first().getByRole('link').textContent()) ?? '';
  expect(['First thought', 'Second thought']).toContain(shown);
  await openEntry(page, shown);
  await page.getByText('History of edits').click();
  const kept = shown === 'First thought' ? 'Second thought' : 'First thought';
  await expect(page.getByText(kept).first()).toBeVisible();
});

test('B1: hostile titles, tags and notes are text', async ({ page }) => {
  test.skip(!existsSync(STRINGS), `no hostile strings at ${STRINGS}`);
  test.setTimeout(300_000);
  const strings = (JSON.parse(readFileSync(STRINGS, 'utf8')) as string[]).filter((text) => text.trim() !== '');
  const hostile = strings
    .filter((text) => /<|javascript:|onerror|\$\{|\{\{/i.test(text))
    .map((text) => text.slice(0, 90));
  let dialogs = 0;
  page.on('dialog', (dialog) => {
    dialogs++;
    void dialog.dismiss();
  });
  const title = '<script>alert(1)</script><img src=x onerror=alert(2)>';
  await journalWith(page, title);
  await openEntry(page, title);
  await page.getByRole('textbox', { name: 'Note' }).fill(strings.join('\n'));
  const tag = page.getByRole('textbox', { name: 'Add tag' });
  for (const text of hostile.filter((one) => !/[,;\n]/.test(one)).slice(0, 20)) {
    await tag.fill(text);
    await tag.press('Enter');
  }
  await expect(page.getByText('All changes saved')).toBeVisible();
  await toJournal(page);
  await expect(entries(page).first().getByRole('link')).toHaveText(title);
  for (const text of hostile.slice(0, 8)) {
    await page.getByRole('link', { name: title, exact: true }).click();
    const field = page.getByRole('textbox', { name: 'Title' });
    await expect(field).toHaveValue(title);
    await field.fill(text);
    await field.press('Tab');
    await expect(page.getByText('All changes saved')).toBeVisible();
    await toJournal(page);
    await expect(entries(page).first().getByRole('link')).toHaveText(text.trim());
    await entries(page).first().getByRole('link').click();
    await page.getByRole('textbox', { name: 'Title' }).fill(title);
    await page.getByRole('textbox', { name: 'Title' }).press('Tab');
    await expect(page.getByText('All changes saved')).toBeVisible();
    await toJournal(page);
  }
  const strange = await page.evaluate(() => ({
    scripts: [...document.querySelectorAll('main script, main iframe, main object, main embed')].length,
    handlers: [...document.querySelectorAll('main *')].filter((node) =>
      node.getAttributeNames().some((name) => name.startsWith('on'))
    ).length,
    pictures: [...document.querySelectorAll('main img')].filter(
      (image) => !(image.getAttribute('src') ?? '').startsWith('blob:')
    ).length
  }));
  expect(strange).toEqual({ scripts: 0, handlers: 0, pictures: 0 });
  expect(dialogs).toBe(0);
});

test('a damaged entry is shown as one, and the others stay as they are', async ({ page }) => {
  test.setTimeout(300_000);
  await journalWith(page, 'Intact', 'To be damaged');
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  await page.evaluate(async () => {
    const database = await new Promise<IDBDatabase>((done, failed) => {
      const request = indexedDB.open('svj');
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(new Error('no database'));
    });
    interface Row {
      record: Uint8Array;
    }
    const transaction = database.transaction(['entries', 'lists'], 'readwrite');
    const all = transaction.objectStore('entries').getAll();
    all.onsuccess = () => {
      const [row] = all.result as Row[];
      if (!row) throw new Error('no entry');
      row.record[row.record.length - 1] = (row.record.at(-1) ?? 0) ^ 1;
      transaction.objectStore('entries').put(row);
      transaction.objectStore('lists').clear();
    };
    await new Promise((done) => (transaction.oncomplete = done));
    database.close();
  });
  await unlock(page);
  await expect(entries(page)).toHaveCount(2);
  await expect(page.getByRole('link', { name: 'Damaged entry' })).toBeVisible();
  await expect(page.getByText('This entry was altered or damaged')).toBeVisible();
  await expect(page.getByRole('link', { name: /^(Intact|To be damaged)$/ })).toHaveCount(1);
  await accessible(page);
});

test('an unfinished recording is kept or discarded', async ({ persistent }) => {
  test.setTimeout(300_000);
  await withoutCountdown(persistent.page);
  await createJournal(persistent.page);
  for (const deed of ['Keep', 'Discard'] as const) {
    await openRecord(persistent.page);
    await startRecording(persistent.page);
    await persistent.page.waitForTimeout(3000);
    await persistent.kill();
    const page = await persistent.relaunch();
    await withoutCountdown(page);
    await page.goto('/');
    await unlock(page);
    await expect(page.getByRole('heading', { name: /^Unfinished entry, 0:0\d saved$/ })).toBeVisible();
    await accessible(page);
    await page.getByRole('button', { name: deed, exact: true }).click();
    if (deed === 'Discard') {
      const question = page.getByRole('dialog', { name: 'Discard this recording?' });
      await question.getByRole('button', { name: 'Discard for good' }).click();
    }
    await expect(page.getByRole('button', { name: deed, exact: true })).toBeHidden();
    await expect(entries(page)).toHaveCount(1);
    await expect(entries(page).first()).toContainText('Interrupted');
    await expect(entries(page).first().locator('img')).toBeVisible({ timeout: 30_000 });
  }
});
