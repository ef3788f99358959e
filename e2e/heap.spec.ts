import { existsSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { canary } from './support/disk-search.ts';
import { realmsOf, type Realm } from './support/heap.ts';
import { live, type Planted } from './support/planted.ts';
import { isVault } from './support/telltale-words.ts';
import { FILM } from './support/watching.ts';

// The recorder of traces keeps what was typed, in the page.
test.use({ trace: 'off' });

/**
 * What of the journal some realm holds, one line each. Of the recovery words only some in a row, as the vault worker
 * joins them: the page has each for itself, which a test of the kit looks for (onboarding.spec.ts).
 */
function held(realms: readonly Realm[], { typed, recoveryWords }: Planted): string[] {
  const words = { ...typed, 'recovery words': recoveryWords.slice(0, 3).join(' ') };
  return realms.flatMap(({ name, strings, keys }) => [
    ...Object.entries(words).flatMap(([what, word]) => (strings.includes(word) ? [`${what} in ${name}`] : [])),
    ...(keys > 0 ? [`keys in ${name}`] : [])
  ]);
}

/** What a script could leave behind: proves that the search finds what is there. */
async function plant(page: Page, text: string): Promise<void> {
  await page.evaluate(async (word) => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt']);
    Object.assign(globalThis, { planted: { word, key } });
  }, text);
}

test('B5 after a lock neither the page nor a worker holds a word or a key of the journal', async ({ page }) => {
  test.skip(!existsSync(FILM), `no recordings: set SVJ_MEDIA_DIR (${FILM})`);
  test.setTimeout(180_000);
  const planted = await live(page);
  const open = await realmsOf(page);

  // Control: while it is open the page shows the title and the vault worker holds the keys. The page never has one.
  expect(held(open, planted)).toContain('title in page');
  expect(open.filter(isVault)).toHaveLength(1);
  expect(open.find(isVault)?.keys).toBeGreaterThan(0);
  expect(open.find(({ name }) => name === 'page')?.keys).toBe(0);
  // Already while it is open: the passphrase and the recovery words were needed once, and are gone.
  expect(held(open, planted).filter((what) => /passphrase|recovery/i.test(what))).toEqual([]);

  const workers = page.workers();
  await page.getByRole('button', { name: 'Lock now' }).first().click();
  await expect(page.getByRole('textbox', { name: 'Passphrase', exact: true })).toBeVisible();
  // The lock screen starts a worker of its own, to ask what there is to unlock.
  await expect.poll(() => page.workers().filter((worker) => workers.includes(worker))).toEqual([]);
  // An element that was taken away goes at the next collection or the one after it.
  await expect.poll(async () => held(await realmsOf(page), planted), { timeout: 60_000 }).toEqual([]);
  const content = await page.content();
  for (const word of Object.values(planted.typed)) expect(content).not.toContain(word);

  // Control: the same search finds the same kinds of things in the same page.
  const word = canary();
  await plant(page, `${word} ${planted.recoveryWords.join(' ')}`);
  const again = held(await realmsOf(page), { ...planted, typed: { ...planted.typed, title: word } });
  expect(again.sort()).toEqual(['keys in page', 'recovery words in page', 'title in page']);
});
