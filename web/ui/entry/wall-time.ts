/**
 * The date of an entry as its recorder's clock showed it, for a date field, and back. The offset of the place stays:
 * whoever mends the time of a holiday video at home does not mean the time at home. Pure.
 */

const INSTANT = /^(\d{4}-\d\d-\d\dT\d\d:\d\d)(:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)$/;
const FIELD = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

/** `2026-11-22T09:05` of `2026-11-22T09:05:31.000+01:00`; empty for what is no date. */
export function toField(instant: string): string {
  return INSTANT.exec(instant)?.[1] ?? '';
}

/** Null while the field holds no whole date. Seconds stay when the minute does. */
export function fromField(field: string, before: string): string | null {
  if (!FIELD.test(field)) return null;
  const [, minute = '', seconds = ':00', offset = 'Z'] = INSTANT.exec(before) ?? [];
  return `${field}${field === minute ? seconds : ':00'}${offset}`;
}
