/** A journal whose every word was drawn for it, lived in as a person does, so that each can be looked for afterwards. */
import { copyFile, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mnemonicToEntropy } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { expect, type Page } from '@playwright/test';
import { answerWords, recoveryWords } from '../kit-steps.ts';
import { openRecord, startRecording, stopRecording, toJournal, withoutCountdown } from '../record-steps.ts';
import { canary, type Secrets } from './disk-search.ts';
import { FILM } from './watching.ts';

export interface Planted {
  /** What the person types, by where. */
  readonly typed: ReturnType<typeof typedWords>;
  readonly recoveryWords: readonly string[];
  /** The question that stood under the camera while recording. */
  readonly prompt: string;
}

const RUNS = 64;
const RUN_BYTES = 32;

function typedWords() {
  return {
    passphrase: canary(),
    wrongPassphrase: canary(),
    wrongRecoveryWord: canary(),
    title: canary(),
    unsavedTitle: canary(),
    note: canary(),
    tag: canary(),
    fileName: canary()
  };
}

/** Creates, records, names, plays, takes in a file. Leaves the journal open. */
export async function live(page: Page, origin = ''): Promise<Planted> {
  const typed = typedWords();
  await withoutCountdown(page);
  await page.goto(`${origin}/`);
  const recoveryWords = await createAndConfirm(page, typed.passphrase, typed.wrongRecoveryWord);
  await openRecord(page);
  const prompt = await page.locator('.prompt p').innerText();
  await startRecording(page);
  await page.waitForTimeout(3000);
  await stopRecording(page);
  await page.getByRole('textbox', { name: 'Title' }).fill(typed.title);
  await page.getByRole('textbox', { name: 'Note' }).fill(typed.note);
  await page.getByRole('textbox', { name: 'Add tag' }).fill(typed.tag);
  await page.keyboard.press('Enter');
  await expect(page.getByText('All changes saved')).toBeVisible();
  await page.getByRole('button', { name: 'Done' }).click();
  await page.getByRole('link', { name: typed.title }).first().click();
  await playALittle(page);
  await toJournal(page);
  await importNamed(page, typed.fileName);
  await toJournal(page);
  return { typed, recoveryWords, prompt };
}

/** Everything of it that nobody may find, in the forms in which a program might write it down. */
export function secretsOf({ typed, recoveryWords, prompt }: Planted): Secrets {
  // How a list of words is written: as a text, as JSON, and as the browser's database clones it.
  const joins: Record<string, (a: string, b: string) => string> = {
    spaces: (a, b) => `${a} ${b}`,
    lines: (a, b) => `${a}\n${b}`,
    commas: (a, b) => `${a},${b}`,
    JSON: (a, b) => `${a}","${b}`,
    clone: (a, b) => `${a}"${String.fromCharCode(b.length)}${b}`
  };
  const rows = Object.entries(joins).flatMap(([name, join]) =>
    [0, 10, 20].map((from) => [
      `recovery words ${String(from)} by ${name}`,
      recoveryWords.slice(from, from + 4).reduce(join)
    ])
  );
  const key = Buffer.from(mnemonicToEntropy(recoveryWords.join(' '), wordlist));
  return { ...typed, ...(Object.fromEntries(rows) as Record<string, string>), recoveryKey: key, prompt };
}

/** Bytes from all over the film that was taken in. */
export async function runsOfFilm(): Promise<Record<string, Buffer>> {
  return runsOf('film', await readFile(FILM));
}

/** Bytes from all over the second half of something, before which its format may have put what others have as well. */
export function runsOfBack(name: string, bytes: Buffer): Record<string, Buffer> {
  return runsOf(name, bytes.subarray(bytes.length / 2));
}

function runsOf(name: string, bytes: Buffer): Record<string, Buffer> {
  const step = Math.floor(bytes.length / (RUNS + 1));
  const runs = Array.from({ length: RUNS }, (_, i) => bytes.subarray((i + 1) * step, (i + 1) * step + RUN_BYTES));
  // What repeats itself, as padding does, is no mark of this recording.
  const telling = runs.filter((run) => new Set(run).size > RUN_BYTES / 2);
  return Object.fromEntries(telling.map((run, i) => [`${name} ${String(i)}`, run]));
}

/** An entry's clip as the player gets it, the newest or the one of that title: what the disk must not hold. */
export async function plainClip(page: Page, title: string | RegExp = /./): Promise<Buffer> {
  await page.getByRole('list', { name: 'Entries' }).getByRole('link', { name: title }).first().click();
  await playALittle(page);
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  const text = await video.evaluate(async (element: HTMLVideoElement) => {
    const bytes = new Uint8Array(await (await fetch(element.currentSrc)).arrayBuffer());
    let latin = '';
    for (let at = 0; at < bytes.length; at += 8192) latin += String.fromCharCode(...bytes.subarray(at, at + 8192));
    return latin;
  });
  return Buffer.from(text, 'latin1');
}

/** Keeps the blobs that get an address, since the page may show but not read them. To be called before the first `goto`. */
export async function keepBlobs(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const blobs = new Map<string, Blob | MediaSource>();
    Object.assign(globalThis, { blobsOfTest: blobs });
    const original = URL.createObjectURL.bind(URL);
    URL.createObjectURL = (blob) => {
      const address = original(blob);
      blobs.set(address, blob);
      return address;
    };
  });
}

/** The picture of an entry in the list, its bytes kept by {@link keepBlobs}. */
export async function plainPoster(page: Page, title: string): Promise<Buffer> {
  const entry = page.getByRole('list', { name: 'Entries' }).getByRole('listitem').filter({ hasText: title });
  const text = await entry.locator('img').evaluate(async (element: HTMLImageElement) => {
    const { blobsOfTest } = globalThis as unknown as { blobsOfTest: Map<string, Blob> };
    const bytes = new Uint8Array((await blobsOfTest.get(element.src)?.arrayBuffer()) ?? []);
    return Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  });
  return Buffer.from(text, 'latin1');
}

async function createAndConfirm(page: Page, passphrase: string, wrongWord: string): Promise<string[]> {
  await page.getByRole('button', { name: 'Create a journal' }).click();
  await page.getByRole('textbox', { name: 'Passphrase', exact: true }).fill(passphrase);
  await page.getByRole('textbox', { name: 'Repeat passphrase' }).fill(passphrase);
  await page.getByRole('button', { name: 'Create journal' }).click();
  const words = await recoveryWords(page);
  await page.getByRole('button', { name: 'I wrote them down' }).click();
  await answerWords(page, words, () => wrongWord);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByText('Not all three were right.')).toBeVisible();
  await answerWords(page, words);
  await page.getByRole('button', { name: 'Confirm' }).click();
  await expect(page.getByRole('heading', { name: 'Journal', exact: true })).toBeVisible();
  return words;
}

async function importNamed(page: Page, name: string): Promise<void> {
  const file = join(tmpdir(), `${name}.webm`);
  await copyFile(FILM, file);
  try {
    await page.getByRole('link', { name: 'Record', exact: true }).click();
    await chooseFile(page, file);
    await expect(page.getByText('is in your journal.')).toBeVisible({ timeout: 30_000 });
  } finally {
    await rm(file, { force: true });
  }
}

/** In a session of its own: what chooses a file keeps hold of the field, and with it of the screen, until it is ended. */
async function chooseFile(page: Page, file: string): Promise<void> {
  await expect(page.getByRole('button', { name: 'Import a video' })).toBeVisible();
  const session = await page.context().newCDPSession(page);
  const field = await session.send('Runtime.evaluate', { expression: `document.querySelector('input[type=file]')` });
  await session.send('DOM.setFileInputFiles', { files: [file], objectId: field.result.objectId ?? '' });
  await session.detach();
}

async function playALittle(page: Page): Promise<void> {
  const video = page.getByRole('region', { name: 'Player' }).locator('video');
  await video.evaluate(async (element: HTMLVideoElement) => {
    element.muted = true;
    await element.play();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    element.pause();
  });
}
