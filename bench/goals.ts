/** What an item must reach besides its ratio to the limit: figures of the product, alone or beside others. */
import type { ColumnResult, Goal } from './item.ts';

export interface Judged {
  readonly what: string;
  readonly value: number | null;
  readonly bound: string;
  readonly met: boolean;
}

export function judge({ what, of, atMost, atLeast }: Goal, results: readonly ColumnResult[]): Judged {
  const value = of(results);
  const met =
    value !== null && value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY);
  const bound = atMost === undefined ? `≥ ${String(atLeast)}` : `≤ ${String(atMost)}`;
  return { what, value, bound, met };
}

/** A further figure of the product, by its name. */
export function figure(name: string, atMost: number): Goal {
  return { what: name, atMost, of: (results) => product(results)?.extra[name] ?? null };
}

export function peakMiB(atMost: number): Goal {
  return { what: 'peak MiB', atMost, of: (results) => product(results)?.peakMiB ?? null };
}

/** How many times as fast as a peer the product is. */
export function fasterThan(peer: string, atLeast: number): Goal {
  const of: Goal['of'] = (results) => {
    const [own, other] = [product(results), results.find(({ column }) => column === peer)];
    return own && other ? other.ms / own.ms : null;
  };
  return { what: `times as fast as ${peer}`, atLeast, of };
}

/** A further figure of the product by the same of the limit. */
export function figureByLimit(name: string, atMost: number): Goal {
  const of: Goal['of'] = (results) => {
    const [own, limit] = (['product', 'limit'] as const).map(
      (role) => results.find((result) => result.role === role)?.extra[name]
    );
    return own === undefined || limit === undefined ? null : own / limit;
  };
  return { what: `${name} / limit`, atMost, of };
}

function product(results: readonly ColumnResult[]): ColumnResult | undefined {
  return results.find(({ role }) => role === 'product');
}
