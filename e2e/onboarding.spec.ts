import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import { answerWords, recoveryWords, showKit } from './kit-steps.ts';
import { accessible } from './support/accessible.ts';
import { realmsOf } from './support/heap.ts';
import { telltaleWords, wordsHeld } from './support/telltale-words.ts';
import { createJournal, enterPassphrase, PASSPHRASE } from './journal-steps.ts';

const OTHER_PASSPHRASE = 'violet tractor opera lemon';
/** Deriving a key takes seconds on a busy machine. */
const DERIVED = { timeout: 60_000 };

const passphrase = (page: Page) => page.getByRole('textbox', { name: 'Passphrase', exact: true });
const journal = (page: Page) => page.getByRole('heading', { name: 'Journal', exact: true });
const wrong = (page: Page) => page.getByText('That passphrase does not open this journal');
const lockNow = (page: Page) => page.getByRole('button', { name: 'Lock now' });

test.setTimeout(180_000);

/** As a person without a mouse: Tab until the wanted element has the focus. */
async function tabTo(page: Page, role: 'button' | 'link' | 'textbox', name: string): Promise<void> {
  const wanted = page.getByRole(role, { name, exact: true });
  for (let press = 0; press < 40; press++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`Tab does not reach ${name}.`);
}

test('create: refusals, a suggestion, the kit with three words asked back', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Secure Video Journal' })).toBeVisible();
  await expect(page.getByText('This browser can:')).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'I already have one' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await accessible(page);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Create a journal' }).click();

  await page.getByRole('button', { name: 'Create journal' }).click();
  await expect(page.getByText('Choose a passphrase.')).toBeVisible();
  await passphrase(page).fill('short');
  await page.getByRole('button', { name: 'Create journal' }).click();
  await expect(page.getByText('At least 8 characters are needed.')).toBeVisible();
  await expect(passphrase(page)).toBeFocused();
  await passphrase(page).fill('password1');
  await expect(page.getByText('This is among the first that anyone would guess.')).toBeVisible();
  await accessible(page);
  await page.getByRole('button', { name: 'Suggest a passphrase' }).click();
  await expect(page.getByText('Very strong')).toBeVisible();
  const suggestion = await passphrase(page).inputValue();
  await expect(page.getByRole('textbox', { name: 'Repeat passphrase' })).toHaveValue(suggestion);
  await page.getByRole('textbox', { name: 'Repeat passphrase' }).fill(`${suggestion} `);
  await page.getByRole('button', { name: 'Create journal' }).click();
  await expect(page.getByText('The two do not match.')).toBeVisible();
  await page.getByRole('textbox', { name: 'Repeat passphrase' }).fill(suggestion);

  // Cancelling leaves nothing behind; the second time it is carried through.
  await page.getByRole('button', { name: 'Create journal' }).click();
  await page.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'Create journal' })).toBeEnabled();
  await page.getByRole('button', { name: 'Create journal' }).click();
  await expect(page.getByRole('heading', { name: 'Recovery kit' })).toBeVisible(DERIVED);
  const kit = await recoveryWords(page);
  await accessible(page);

  await page.getByRole('button', { name: 'I wrote them down' }).click();
  const asked = page.getByRole('textbox', { name: /^Word \d+$/ });
  await expect(asked).toHaveCount(3);
  await expect(page.getByRole('list', { name: 'Recovery words' })).toBeHidden();
  for (const box of await asked.all()) await box.fill('zebra');
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Not all three were right.')).toBeVisible();
  await accessible(page);
  await answerWords(page, kit, (word) => ` ${word.toUpperCase()} `);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(journal(page)).toBeVisible();
  await expect(page.getByRole('link', { name: 'Recovery words not confirmed' })).toBeHidden();
});

test('the reminder stays after "Later", which is offered once', async ({ page }) => {
  await page.goto('/');
  await createJournal(page);
  const reminder = page.getByRole('link', { name: 'Recovery words not confirmed' });
  await reminder.click();
  // Put off once, the words are for who knows the passphrase, not for who finds the journal open.
  await expect(page.getByRole('list', { name: 'Recovery words' })).toBeHidden();
  await passphrase(page).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Show the words' }).click();
  await recoveryWords(page);
  await expect(page.getByRole('button', { name: 'Later' })).toBeHidden();
  await page.getByRole('link', { name: 'Settings' }).click();
  for (const name of ['Journal', 'Security', 'Storage', 'Appearance', 'Language', 'About']) {
    await expect(page.getByRole('heading', { name, exact: true })).toBeVisible();
  }
  await accessible(page);
  await lockNow(page).click();
  await accessible(page);
  await enterPassphrase(page);
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible(DERIVED);
  await page.getByRole('button', { name: 'Show recovery kit' }).click();
  await passphrase(page).fill(OTHER_PASSPHRASE);
  await page.getByRole('button', { name: 'Show the words' }).click();
  await expect(wrong(page)).toBeVisible(DERIVED);
  await passphrase(page).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Show the words' }).click();
  await expect(page.getByRole('list', { name: 'Recovery words' })).toBeVisible(DERIVED);
});

test('create and unlock by keyboard alone', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Create a journal' })).toBeVisible();
  await tabTo(page, 'button', 'Create a journal');
  await page.keyboard.press('Enter');
  await tabTo(page, 'textbox', 'Passphrase');
  await page.keyboard.type(PASSPHRASE);
  await tabTo(page, 'textbox', 'Repeat passphrase');
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Recovery kit' })).toBeVisible(DERIVED);
  await expect(page.getByRole('list', { name: 'Recovery words' })).toBeVisible();
  await tabTo(page, 'button', 'Later');
  await page.keyboard.press('Space');
  await expect(journal(page)).toBeVisible();
  await expect(journal(page)).toBeFocused();
  await page.keyboard.press('Control+Shift+L');
  await expect(passphrase(page)).toBeFocused();
  await page.keyboard.type(OTHER_PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(wrong(page)).toBeVisible(DERIVED);
  await expect(passphrase(page)).toBeFocused();
  // What was refused is selected, so that typing replaces it.
  await page.keyboard.type(PASSPHRASE);
  await page.keyboard.press('Enter');
  await expect(journal(page)).toBeFocused(DERIVED);
});

test('unlocking returns to the address that was asked for, offline too', async ({ page, context }) => {
  await page.goto('/');
  await createJournal(page);
  await page.evaluate(() => navigator.serviceWorker.ready);
  await context.setOffline(true);
  await page.goto('/trash');
  await enterPassphrase(page, OTHER_PASSPHRASE);
  await expect(wrong(page)).toBeVisible(DERIVED);
  await accessible(page);
  await enterPassphrase(page);
  await expect(page.getByRole('heading', { name: 'Trash', exact: true })).toBeVisible(DERIVED);
  await expect(page.getByText('Offline', { exact: true })).toBeVisible();
  await context.setOffline(false);
});

test('recovery words: a typo is named, the wrong order is refused, a new passphrase is set', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Create a journal' }).click();
  await passphrase(page).fill(PASSPHRASE);
  await page.getByRole('textbox', { name: 'Repeat passphrase' }).fill(PASSPHRASE);
  await page.getByRole('button', { name: 'Create journal' }).click();
  await expect(page.getByRole('list', { name: 'Recovery words' })).toBeVisible(DERIVED);
  const kit = await recoveryWords(page);
  await lockNow(page).click();

  await page.getByRole('button', { name: 'Use recovery words' }).click();
  const typed = page.getByRole('textbox', { name: 'Recovery words' });
  await expect(typed).toBeFocused();
  await typed.fill(kit.with(6, 'abandn').join(' '));
  await expect(page.getByText('Word 7, “abandn”, is not a recovery word.')).toBeVisible();
  await accessible(page);
  await typed.fill(kit.slice(1).join(' '));
  await page.getByRole('button', { name: 'Continue' }).click();
  await expect(page.getByRole('alert').filter({ hasText: '23 of 24 words' })).toBeVisible();

  async function choose(text: string): Promise<void> {
    await typed.fill(text);
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(OTHER_PASSPHRASE);
    await page.getByRole('textbox', { name: 'Repeat new passphrase' }).fill(OTHER_PASSPHRASE);
    await page.getByRole('button', { name: 'Open journal' }).click();
  }

  // Turned round, the checksum of the words is wrong, but for one kit in 256.
  await choose(kit.toReversed().join(' '));
  const refusal = page.getByText(/Check their order against your paper|do not open this journal/);
  await expect(refusal).toBeVisible(DERIVED);
  await choose(kit.map((word, index) => `${String(index + 1)}. ${word.toUpperCase()}`).join('\n'));
  await expect(journal(page)).toBeVisible(DERIVED);

  await lockNow(page).click();
  await enterPassphrase(page);
  await expect(wrong(page)).toBeVisible(DERIVED);
  await enterPassphrase(page, OTHER_PASSPHRASE);
  await expect(journal(page)).toBeVisible(DERIVED);
});

test('changing the passphrase: the old one is refused, the new one opens', async ({ page }) => {
  await page.goto('/');
  await createJournal(page);
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('button', { name: 'Change passphrase' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change passphrase' });
  await dialog.getByRole('textbox', { name: 'Current passphrase' }).fill('not this one');
  await dialog.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(OTHER_PASSPHRASE);
  await dialog.getByRole('textbox', { name: 'Repeat new passphrase' }).fill(OTHER_PASSPHRASE);
  await dialog.getByRole('button', { name: 'Change passphrase' }).click();
  await expect(wrong(page)).toBeVisible(DERIVED);
  await accessible(page);
  await dialog.getByRole('textbox', { name: 'Current passphrase' }).fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Change passphrase' }).click();
  await expect(dialog).toBeHidden(DERIVED);
  await expect(page.getByText('Passphrase changed.')).toBeVisible();

  await lockNow(page).click();
  await enterPassphrase(page);
  await expect(wrong(page)).toBeVisible(DERIVED);
  await enterPassphrase(page, OTHER_PASSPHRASE);
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible(DERIVED);
});

test('B5: all tabs lock together', async ({ page, context }) => {
  await page.goto('/');
  await createJournal(page);
  const second = await context.newPage();
  await second.goto('/');
  await enterPassphrase(second);
  await expect(journal(second)).toBeVisible(DERIVED);
  await second.keyboard.press('Control+Shift+L');
  await expect(passphrase(second)).toBeVisible();
  await expect(passphrase(page)).toBeVisible();
  await expect(journal(page)).toBeHidden();
});

test('B5: a lock takes the recovery words off the screen and out of memory, and the passphrase', async ({ page }) => {
  await page.goto('/');
  await createJournal(page);
  await page.reload();
  await enterPassphrase(page);
  await expect(journal(page)).toBeVisible(DERIVED);
  const before = await realmsOf(page);
  const kit = await showKit(page, PASSPHRASE);
  const telltale = await telltaleWords(kit, before);
  // Control: the search finds each of these words while they are shown.
  const shown = wordsHeld(await realmsOf(page));
  expect(telltale.filter((word) => !shown.has(word))).toEqual([]);
  await lockNow(page).click();
  await expect(passphrase(page)).toBeVisible();

  // An element that was taken away goes at the next collection or the one after it.
  const left = async (): Promise<string[]> => {
    const realms = await realmsOf(page);
    const held = wordsHeld(realms);
    const typed = realms
      .filter(({ strings }) => strings.includes(PASSPHRASE))
      .map(({ name }) => `passphrase in ${name}`);
    return [...typed, ...telltale.filter((word) => held.has(word))];
  };
  await expect.poll(left, DERIVED).toEqual([]);
});

const CLOCKS: readonly { readonly name: string; readonly move: (page: Page) => Promise<void> }[] = [
  { name: 'half an hour passes', move: (page) => page.clock.fastForward('30:01') },
  { name: 'the clock is set back an hour', move: (page) => shiftClock(page, -60 * 60 * 1000) },
  { name: 'the clock is set ahead a day', move: (page) => shiftClock(page, 24 * 60 * 60 * 1000) },
  {
    name: 'the page comes out of the back-forward cache',
    move: (page) => page.evaluate(() => void dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })))
  }
];

async function shiftClock(page: Page, ms: number): Promise<void> {
  const now = await page.evaluate(() => Date.now());
  await page.clock.setSystemTime(now + ms);
  // As when the person comes back to the window.
  await page.evaluate(() => void dispatchEvent(new Event('focus')));
}

test('B5: the journal locks by itself, whatever happens to the clock', async ({ page }) => {
  await page.clock.install();
  await page.goto('/');
  await createJournal(page);
  for (const { name, move } of CLOCKS) {
    await test.step(name, async () => {
      await page.clock.fastForward('25:00');
      await page.mouse.move(10 + Math.random() * 100, 20);
      await page.clock.fastForward('25:00');
      await expect(journal(page)).toBeVisible();
      const vaults = page.workers().filter((worker) => worker.url().includes('vault'));
      await move(page);
      await expect(passphrase(page)).toBeVisible();
      await expect(journal(page)).toBeHidden();
      for (const vault of vaults) expect(page.workers()).not.toContain(vault);
      await enterPassphrase(page);
      await expect(journal(page)).toBeVisible(DERIVED);
    });
  }
});

const MISSING: readonly { readonly name: string; readonly sentence: string; readonly remove: () => void }[] = [
  {
    name: 'crypto.subtle',
    sentence: 'Encryption (Web Crypto)',
    remove: () => Object.defineProperty(Crypto.prototype, 'subtle', { get: () => undefined })
  },
  {
    name: 'the private file system',
    sentence: 'private file storage (OPFS)',
    remove: () => Reflect.deleteProperty(StorageManager.prototype, 'getDirectory')
  },
  {
    name: 'IndexedDB',
    sentence: 'IndexedDB',
    remove: () => Object.defineProperty(globalThis, 'indexedDB', { value: undefined })
  },
  {
    name: 'WebAssembly',
    sentence: 'WebAssembly',
    remove: () => Reflect.deleteProperty(globalThis, 'WebAssembly')
  },
  {
    name: 'service workers',
    sentence: 'service worker',
    remove: () => Reflect.deleteProperty(Navigator.prototype, 'serviceWorker')
  },
  {
    name: 'what current browsers have',
    sentence: 'A current browser',
    remove: () => Reflect.deleteProperty(Promise, 'withResolvers')
  },
  {
    name: 'Web Locks',
    sentence: 'Web Locks',
    remove: () => Reflect.deleteProperty(Navigator.prototype, 'locks')
  },
  {
    name: 'a secure context',
    sentence: 'A secure connection',
    remove: () => Object.defineProperty(globalThis, 'isSecureContext', { value: false })
  }
];

for (const { name, sentence, remove } of MISSING) {
  test(`B10: without ${name} it refuses by name and stores nothing`, async ({ page }) => {
    await page.addInitScript(remove);
    await page.goto('/create');
    const refusal = page.getByRole('alert').filter({ hasText: 'A journal cannot be kept safely here' });
    await expect(refusal).toContainText(sentence);
    await expect(page.getByRole('button', { name: 'Create a journal' })).toBeHidden();
    await expect(page.getByRole('button', { name: 'Create journal' })).toBeHidden();
    expect(page.workers()).toEqual([]);
    const stored = await page.evaluate(async () => {
      const frame = document.createElement('iframe');
      document.body.append(frame);
      // What was removed here is removed in the frame as well.
      const factory = (frame.contentWindow as Partial<Window> | null)?.indexedDB;
      const databases = (await factory?.databases()) ?? [];
      frame.remove();
      return databases.map((database) => database.name).filter((database) => database !== 'svj-probe');
    });
    expect(stored).toEqual([]);
  });
}

test('B10: without a recorder it says so and keeps the rest', async ({ page }) => {
  await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'MediaRecorder'));
  await page.goto('/');
  await expect(page.getByText('Recording (MediaRecorder)')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Create a journal' })).toBeVisible();
  await accessible(page);
});

test('screens turn round for languages that are written from right to left', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  for (const path of ['/', '/create', '/about']) {
    await page.goto(`${path}?lang=en-XB`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    expect(await page.evaluate(() => document.dir)).toBe('rtl');
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(overflow, path).toBeLessThanOrEqual(0);
  }
});

test('the app speaks German', async ({ page }) => {
  await page.goto('/about');
  await page.getByRole('radio', { name: 'Deutsch' }).check();
  await expect(page.getByRole('heading', { name: 'Darstellung' })).toBeVisible();
  await page.goto('/');
  await expect(page.getByRole('button', { name: 'Tagebuch anlegen' })).toBeVisible();
  expect(await page.evaluate(() => document.documentElement.lang)).toBe('de');
  await page.getByRole('button', { name: 'Tagebuch anlegen' }).click();
  await expect(page.getByRole('textbox', { name: 'Passphrase wiederholen' })).toBeVisible();
  await accessible(page);
});
