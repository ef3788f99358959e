/** When a file was recorded, by its own tags: kept in the sealed record, removed from the media. */
import type { MetadataTags } from 'mediabunny';

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?)(Z|[+-]\d\d:?\d\d)$/;

/** @returns ISO 8601 with offset, or null */
export function recordingDate(tags: MetadataTags): string | null {
  for (const [key, value] of Object.entries(tags.raw ?? {})) {
    // Apple's keeps the time zone of the place, which a Date does not.
    if (!/creationdate|^©day$|^DATE_RECORDED$|^creation_time$/i.test(key) || typeof value !== 'string') continue;
    const exact = normalise(value);
    if (exact !== null) return exact;
  }
  const { date } = tags;
  return date === undefined || Number.isNaN(date.getTime()) ? null : date.toISOString();
}

function normalise(text: string): string | null {
  const [, instant, zone] = ISO.exec(text.trim()) ?? [];
  if (instant === undefined || zone === undefined || Number.isNaN(Date.parse(`${instant}Z`))) return null;
  return instant + (zone === 'Z' || zone.includes(':') ? zone : `${zone.slice(0, 3)}:${zone.slice(3)}`);
}
