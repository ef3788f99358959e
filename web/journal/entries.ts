/** The list of entries as a person sees it: newest first, with pictures and the tags in use. */
import type { Bytes } from '#shared/bytes.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type { VaultClient } from './session.ts';

/** All entries that are not in the trash, newest first. */
export async function listEntries(vault: VaultClient): Promise<readonly EntrySummary[]> {
  return newestFirst(await vault.call('list', undefined));
}

/** By the instant they were recorded; what has no date (a damaged entry) comes last. */
export function newestFirst(entries: readonly EntrySummary[]): readonly EntrySummary[] {
  const instants = new Map(entries.map(({ id, date }) => [id, instantOf(date)]));
  const at = ({ id }: EntrySummary): number => instants.get(id) ?? 0;
  return entries.toSorted((a, b) => at(b) - at(a) || (a.id < b.id ? -1 : 1));
}

function instantOf(date: string): number {
  const instant = Date.parse(date);
  return Number.isNaN(instant) ? Number.NEGATIVE_INFINITY : instant;
}

/** `entries` with `summary` in its place; an older revision than the one known changes nothing. */
export function withEntry(entries: readonly EntrySummary[], summary: EntrySummary): readonly EntrySummary[] {
  const known = entries.find(({ id }) => id === summary.id);
  if (known !== undefined && known.revision > summary.revision) return entries;
  return newestFirst([...entries.filter(({ id }) => id !== summary.id), summary]);
}

export function withoutEntry(entries: readonly EntrySummary[], id: EntryId): readonly EntrySummary[] {
  return entries.filter((entry) => entry.id !== id);
}

/** Every tag in use, the most frequent first: what is suggested while typing. */
export function tagsInUse(entries: readonly EntrySummary[]): readonly string[] {
  const uses = new Map<string, number>();
  for (const { tags } of entries) for (const tag of tags) uses.set(tag, (uses.get(tag) ?? 0) + 1);
  return [...uses].toSorted(([a, m], [b, n]) => n - m || a.localeCompare(b)).map(([tag]) => tag);
}

/** @throws `entry/damaged`, `object/absent`, `vault/locked` */
export async function openPoster(vault: VaultClient, id: EntryId, poster: ObjectId): Promise<Blob> {
  const bytes = await vault.call('poster', { id, poster });
  return new Blob([bytes], { type: pictureType(bytes) });
}

// A picture is shown as one of the two kinds we make, whatever its bytes claim to be.
function pictureType(bytes: Bytes): string {
  return bytes[0] === 0xff && bytes[1] === 0xd8 ? 'image/jpeg' : 'image/webp';
}
