/**
 * Words of a recovery kit whose presence in a heap gives the kit away. The kit arrives in the page as 24 strings of one
 * word each, so a search for several in a row could find nothing. But most words of the list are common: what judges
 * passphrases loads a dictionary that has nine in ten of them. So the kit is looked for in a page that was loaded anew
 * and chose no passphrase, by those of its words that neither stand in the code of the app nor were there before.
 *
 * Not covered: the page in which the journal was made, for that dictionary; the vault worker, which holds the whole
 * list by itself (there, only words joined to one string can be told from it); whatever lies outside the engine's heap.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@playwright/test';
import type { Realm } from './heap.ts';

const CODE = 'build/_app/immutable';
/** Of 24. Seven in ten words of the list are left, so that 16 or 17 are usual, and fewer than 6 come once in a million kits. */
const FEWEST = 6;

export const isVault = ({ name }: Realm): boolean => name.includes('vault');

/** @param before all realms of the page, before it showed the kit */
export async function telltaleWords(kit: readonly string[], before: readonly Realm[]): Promise<string[]> {
  const known = new Set([...(await shippedWords()), ...wordsHeld(before)]);
  const telltale = kit.filter((word) => !known.has(word)).sort();
  expect(telltale.length, 'words that only the kit explains').toBeGreaterThanOrEqual(FEWEST);
  return telltale;
}

/** All words in the heaps of the page and of its workers, but for the vault. */
export function wordsHeld(realms: readonly Realm[]): Set<string> {
  return new Set(realms.filter((realm) => !isVault(realm)).flatMap(({ strings }) => wordsIn(strings)));
}

/** The words of the built code, but for the worker that has the list. */
async function shippedWords(): Promise<string[]> {
  const files = (await readdir(CODE, { recursive: true })).filter((file) => file.endsWith('.js'));
  const others = files.filter((file) => !file.includes('vault.worker'));
  return (await Promise.all(others.map((file) => readFile(join(CODE, file), 'utf8')))).flatMap(wordsIn);
}

function wordsIn(text: string): string[] {
  return text.match(/[A-Za-z0-9]+/g) ?? [];
}
