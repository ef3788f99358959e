/** Prints what was measured: a table for people, or one JSON object per line. */
import { judge, type Judged } from './goals.ts';
import type { ColumnResult, Item } from './item.ts';

export function report(item: Item, results: readonly ColumnResult[], json: boolean): void {
  const ratio = productRatio(results);
  const judged = (item.goals ?? []).map((goal) => judge(goal, results));
  if (json) printJson(item, results, ratio, judged);
  else printTable(item, results, ratio, judged);
}

function productRatio(results: readonly ColumnResult[]): number | null {
  return results.find(({ role }) => role === 'product')?.ratio ?? null;
}

function printJson(
  item: Item,
  results: readonly ColumnResult[],
  ratio: number | null,
  judged: readonly Judged[]
): void {
  for (const { column, role, ms, bytes, MiBps, peakMiB, extra } of results) {
    const figures = { ms: round(ms), bytes, MiBps: round(MiBps), peakMiB: round(peakMiB), ...rounded(extra) };
    console.log(JSON.stringify({ item: item.name, column, role, ...figures }));
  }
  for (const { value, ...goal } of judged) {
    console.log(JSON.stringify({ item: item.name, ...goal, value: round(value) }));
  }
  console.log(JSON.stringify({ item: item.name, ratio: round(ratio), goal: item.goal ?? null }));
}

function printTable(
  item: Item,
  results: readonly ColumnResult[],
  ratio: number | null,
  judged: readonly Judged[]
): void {
  const extras = [...new Set(results.flatMap(({ extra }) => Object.keys(extra)))];
  const head = ['column', 'role', 'ms', 'MiB/s', '× limit', 'peak MiB', ...extras];
  const lines = results.map((result) => [
    result.column,
    result.role,
    shown(result.ms),
    shown(result.MiBps),
    shown(result.ratio),
    shown(result.peakMiB),
    ...extras.map((name) => shown(result.extra[name] ?? null))
  ]);
  const widths = head.map((name, place) => Math.max(name.length, ...lines.map((line) => line[place]?.length ?? 0)));
  console.log(`\n${item.name}: ${item.about}`);
  for (const line of [head, ...lines]) {
    console.log(`  ${line.map((cell, place) => aligned(cell, widths[place] ?? 0, place)).join('  ')}`);
  }
  if (item.goal !== undefined && ratio !== null) {
    console.log(`  product / limit ${shown(ratio)}, goal ≤ ${item.goal}: ${ratio <= item.goal ? 'met' : 'missed'}`);
  }
  for (const { what, value, bound, met } of judged) {
    const outcome = value === null ? 'not measured' : met ? 'met' : 'missed';
    console.log(`  ${what} ${shown(value)}, goal ${bound}: ${outcome}`);
  }
}

function aligned(cell: string, width: number, place: number): string {
  return place < 2 ? cell.padEnd(width) : cell.padStart(width);
}

function shown(value: number | null): string {
  if (value === null) return '–';
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3);
}

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}

function rounded(figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value.toPrecision(6))]));
}
