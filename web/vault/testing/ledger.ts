/**
 * What was done, by whom, and who knew of it: the checker's own account of a simulated history, kept without asking the
 * vault. A write is settled once somebody who knew of it wrote over it; every other one must be found in the end.
 */
import type { EntryId, ObjectId } from '#shared/ids.ts';
import type { EntryRecord } from '#web/model/entry.ts';

export type Field = 'title' | 'note';

interface Deed {
  readonly number: number;
  readonly entryId: EntryId;
  readonly kind: 'write' | 'clip' | 'restore' | 'delete';
  readonly field?: Field;
  readonly value?: string;
  /** Numbers of the deeds that its doer knew. */
  readonly knew: ReadonlySet<number>;
}

export class Ledger {
  readonly #deeds: Deed[] = [];
  /** By device. */
  readonly #known = new Map<string, Set<number>>();
  /** By the hash of a published head. */
  readonly #published = new Map<string, ReadonlySet<number>>();

  knownTo(device: string): Set<number> {
    const known = this.#known.get(device) ?? new Set<number>();
    this.#known.set(device, known);
    return known;
  }

  /** Acknowledged by the vault of `device`. */
  done(device: string, deed: Omit<Deed, 'number' | 'knew'>): void {
    const known = this.knownTo(device);
    this.#deeds.push({ ...deed, number: this.#deeds.length, knew: new Set(known) });
    known.add(this.#deeds.length - 1);
  }

  /** The relay accepted a head that holds what was `known` when it was prepared, whether or not the device heard of it. */
  published(hash: string, known: ReadonlySet<number>): void {
    this.#published.set(hash, known);
  }

  tookIn(device: string, hash: string): void {
    for (const number of this.#published.get(hash) ?? []) this.knownTo(device).add(number);
  }

  /** Values that nobody wrote over knowingly; the empty one of the beginning is nobody's. */
  unsettled(entryId: EntryId, field: Field): Set<string> {
    const writes = this.#deeds.filter((deed) => deed.entryId === entryId && deed.field === field);
    const open = writes.filter(({ number }) => !writes.some(({ knew }) => knew.has(number)));
    return new Set(open.map(({ value }) => value ?? ''));
  }

  clips(entryId: EntryId): Set<string> {
    const clips = this.#deeds.filter((deed) => deed.entryId === entryId && deed.kind === 'clip');
    return new Set(clips.map(({ value }) => value ?? ''));
  }

  /**
   * `gone`: somebody deleted it who knew all that was done with it. `there`: something was done with it that nobody who
   * deleted it knew. `either`: several deleted it, and together they knew all.
   */
  fate(entryId: EntryId): 'gone' | 'there' | 'either' {
    const deeds = this.#deeds.filter((deed) => deed.entryId === entryId);
    const deletions = deeds.filter(({ kind }) => kind === 'delete');
    const others = deeds.filter(({ kind }) => kind !== 'delete');
    if (deletions.length === 0) return 'there';
    if (deletions.some(({ knew }) => others.every(({ number }) => knew.has(number)))) return 'gone';
    return others.every(({ number }) => deletions.some(({ knew }) => knew.has(number))) ? 'either' : 'there';
  }
}

/** What a person can find in a record: the value shown, and those that lost. */
export function valuesIn(record: EntryRecord, field: Field): Set<string> {
  const { value, lost } = record[field];
  return new Set([value, ...(lost ?? []).map((one) => one.value)]);
}

export function clipsIn({ clips }: EntryRecord): Set<ObjectId> {
  return new Set(clips.map(({ id }) => id));
}
