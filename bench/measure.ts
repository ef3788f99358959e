/**
 * Runs the columns of an item in turn, there and back in every round (A B C … C B A), so that
 * a machine that grows slower or faster meanwhile treats all alike; the ratio is formed inside
 * a round.
 */
import type { Column, ColumnResult, Sample } from './item.ts';

const MIB = 2 ** 20;

export async function measure(columns: readonly Column[], rounds: number): Promise<ColumnResult[]> {
  const samples = new Map<Column, Sample[][]>(columns.map((column) => [column, []]));
  for (const column of columns) await column.run(); // warm: compiled code, filled caches
  for (let round = 0; round < rounds; round++) {
    for (const column of columns) samples.get(column)?.push([await column.run()]);
    for (const column of columns.toReversed()) samples.get(column)?.[round]?.push(await column.run());
  }
  const limit = columns.find(({ role }) => role === 'limit');
  const limits = limit === undefined ? null : (samples.get(limit) ?? []).map(meanMs);
  return columns.map((column) => summary(column, samples.get(column) ?? [], limits));
}

function summary(column: Column, rounds: readonly Sample[][], limits: readonly number[] | null): ColumnResult {
  const means = rounds.map(meanMs);
  const all = rounds.flat();
  const ms = median(means);
  const bytes = all[0]?.bytes ?? null;
  const peaks = all.flatMap(({ peakMiB }) => (peakMiB === undefined ? [] : [peakMiB]));
  return {
    column: column.name,
    role: column.role,
    ms,
    bytes,
    MiBps: bytes === null ? null : bytes / MIB / (ms / 1000),
    peakMiB: peaks.length === 0 ? null : Math.max(...peaks),
    ratio: limits === null ? null : median(means.map((mean, round) => mean / (limits[round] ?? Number.NaN))),
    extra: medians(all)
  };
}

function medians(samples: readonly Sample[]): Record<string, number> {
  const names = new Set(samples.flatMap(({ extra }) => Object.keys(extra ?? {})));
  return Object.fromEntries([...names].map((name) => [name, median(samples.map(({ extra }) => extra?.[name] ?? 0))]));
}

function meanMs(samples: readonly Sample[]): number {
  return samples.reduce((sum, { ms }) => sum + ms, 0) / samples.length;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}
