/** Steps of the recovery kit: `recoveryWords`, `showKit`, `answerWords`. */
import { expect, type Page } from '@playwright/test';

/** The 24 words the screen shows, in their order. */
export async function recoveryWords(page: Page): Promise<string[]> {
  const items = page.getByRole('list', { name: 'Recovery words' }).getByRole('listitem');
  await expect(items).toHaveCount(24, { timeout: 30_000 });
  return (await items.allInnerTexts()).map((text) => text.replace(/[^a-z]/g, ''));
}

/** From anywhere in an open journal, by way of the settings; resolves to the words on the screen. */
export async function showKit(page: Page, passphrase: string): Promise<string[]> {
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Show recovery kit' }).click();
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await page.getByRole('button', { name: 'Show the words' }).click();
  return recoveryWords(page);
}

/** Fills in the three words that are asked back. `typed` is what a person makes of a word. */
export async function answerWords(
  page: Page,
  words: readonly string[],
  typed = (word: string): string => word
): Promise<void> {
  const asked = page.getByRole('textbox', { name: /^Word \d+$/ });
  await expect(asked).toHaveCount(3);
  for (const box of await asked.all()) {
    const label = await box.evaluate((element: HTMLInputElement) => element.labels?.[0]?.textContent ?? '');
    await box.fill(typed(words[Number(/\d+/.exec(label)?.[0]) - 1] ?? ''));
  }
}
