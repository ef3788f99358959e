/** One text for one JSON value, whatever the order of its names: what merging compares and sorts by. */
export function stableText(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (isNamed(part) ? sorted(part) : part));
}

function isNamed(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
