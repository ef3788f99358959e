/**
 * One random history of several devices and a relay, all decided by a seed: edits while away, deletions, restores, lines
 * and devices that fail at any step of a sync, answers that are lost or come twice.
 */
import { expect } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import type { DeviceId, EntryId, ObjectId } from '#shared/ids.ts';
import { saysTheSame } from '../published.ts';
import { editEntry, openTrash, removeEntry, restoreEntry, viewEntry } from '../entries.ts';
import type { OpenedEntry } from '../entry-reader.ts';
import { bucketOf } from '../head.ts';
import type { Vault } from '../vault.ts';
import { addClip, addEntry, sibling } from './device.ts';
import { clipsIn, Ledger, valuesIn, type Field } from './ledger.ts';
import { unlocked, type Place } from './place.ts';
import type { Random } from './random.ts';
import { TestRelay } from './relay.ts';
import { syncOnce, type Moment, type Reach } from './sync.ts';

interface Device {
  readonly name: DeviceId;
  readonly place: Place;
  vault: Vault;
  /** Highest sequence, and revision of each entry, that were seen: they only grow. */
  sequence: number;
  readonly ranks: Map<EntryId, number>;
}

/** The line broke, or the device died. */
class Broken extends Error {
  override readonly name = 'Broken';
}

/** A lost answer is what most of it is about. */
const MOMENTS: readonly Moment[] = ['asked', 'taken', 'prepared', 'sent', 'sent', 'confirmed'];
const ENTRIES_MAX = 3;

export class Simulation {
  readonly #random: Random;
  readonly #relay = new TestRelay();
  readonly #ledger = new Ledger();
  readonly #devices: Device[] = [];
  readonly #entries: EntryId[] = [];
  #values = 0;

  private constructor(random: Random) {
    this.#random = random;
  }

  /**
   * @param from a journal that was never published
   * @throws what an expectation throws, as soon as something is not as it must be
   */
  static async run(from: Place, random: Random, steps: number): Promise<void> {
    const simulation = new Simulation(random);
    await simulation.#begin(from.copy(), 2 + random.below(2));
    for (let step = 0; step < steps; step++) await simulation.#step();
    await simulation.#settle();
    await simulation.#check();
  }

  async #begin(from: Place, count: number): Promise<void> {
    await syncOnce(await unlocked(from), this.#relay);
    for (let i = 0; i < count; i++) {
      const name = `${String(i)}${this.#random.hex(31)}` as DeviceId;
      this.#devices.push({ name, ...(await sibling(from, name)), sequence: 0, ranks: new Map() });
    }
    await this.#addEntry(this.#random.of(this.#devices));
  }

  async #step(): Promise<void> {
    const device = this.#random.of(this.#devices);
    const deed = this.#random.weighted({
      write: 8,
      clip: 1,
      add: 1,
      remove: 2,
      restore: 2,
      sync: 4,
      broken: 6,
      crash: 1
    });
    if (deed === 'add') await this.#addEntry(device);
    else if (deed === 'sync') await this.#sync(device, this.#meanwhile(device));
    else if (deed === 'broken') await this.#breakSync(device);
    else if (deed === 'crash') await this.#restart(device);
    else await this.#change(device, deed);
    await this.#expectGrown(device);
  }

  async #addEntry(device: Device): Promise<void> {
    if (this.#entries.length === ENTRIES_MAX) return;
    // Few buckets: two entries often share one.
    const entryId = `0${this.#random.hex(1) < '8' ? '0' : '1'}${this.#random.hex(30)}` as EntryId;
    await addEntry(device.vault, entryId);
    this.#entries.push(entryId);
    this.#ledger.done(device.name, { entryId, kind: 'write' });
  }

  async #change(device: Device, kind: 'write' | 'clip' | 'remove' | 'restore'): Promise<void> {
    const entryId = this.#random.of(this.#entries);
    const { vault } = device;
    try {
      if (kind === 'write') {
        const field: Field = this.#random.of(['title', 'note']);
        const value = `value ${String(this.#values++)}`;
        await editEntry(vault, entryId, { [field]: value });
        this.#ledger.done(device.name, { entryId, kind, field, value });
      } else if (kind === 'clip') {
        const clip = this.#random.hex(32) as ObjectId;
        await addClip(vault, entryId, clip);
        this.#ledger.done(device.name, { entryId, kind, value: clip });
      } else if (kind === 'remove') {
        await removeEntry(vault, entryId, new Date());
        this.#ledger.done(device.name, { entryId, kind: 'delete' });
      } else {
        await restoreEntry(vault, entryId);
        this.#ledger.done(device.name, { entryId, kind });
      }
    } catch (thrown) {
      // Not heard of yet, deleted, or not deleted: nothing was done.
      if (!(thrown instanceof SvjError) || thrown.code !== 'entry/absent') throw thrown;
    }
  }

  /** Now and then a person writes while the device syncs. */
  #meanwhile(device: Device): Reach {
    const when = this.#random.share() < 0.5 ? this.#random.of(MOMENTS) : null;
    return async (moment) => {
      if (moment === when) await this.#change(device, 'write');
    };
  }

  async #sync(device: Device, reach: Reach = () => Promise.resolve()): Promise<boolean> {
    const before = this.#relay.newest;
    let known: ReadonlySet<number> = new Set();
    try {
      const result = await syncOnce(device.vault, this.#relay, async (moment) => {
        this.#expectRisen(device);
        if (moment === 'taken') this.#tookIn(device);
        if (moment === 'prepared') known = new Set(this.#ledger.knownTo(device.name));
        const { newest } = this.#relay;
        if (moment === 'sent' && newest !== null && newest !== before) this.#ledger.published(newest, known);
        await reach(moment);
      });
      expect(['quiet', 'conflict']).toContain(result);
      return result === 'quiet' && this.#relay.newest === before;
    } finally {
      // The device may have died between the commit and its knowing of it: what it has then, it knows.
      this.#tookIn(device);
    }
  }

  #tookIn(device: Device): void {
    const known = device.vault.row.published?.sequence ?? 0;
    for (const { hash, sequence } of this.#relay.heads) if (sequence <= known) this.#ledger.tookIn(device.name, hash);
  }

  /** A sync that fails: at a moment between two steps, or in the middle of a commit, heard of or not. */
  async #breakSync(device: Device): Promise<void> {
    const how = this.#random.of(['line', 'death', 'disk'] as const);
    const when = this.#random.of(MOMENTS);
    if (how === 'disk') device.place.faults.arm(1 + this.#random.below(3), this.#random.of(['refused', 'lost']));
    try {
      await this.#sync(device, (moment) =>
        how !== 'disk' && moment === when ? Promise.reject(new Broken()) : Promise.resolve()
      );
    } catch (thrown) {
      const isFault = thrown instanceof SvjError && thrown.code === 'storage/quota';
      if (!(thrown instanceof Broken) && !isFault) throw thrown;
    }
    if (how !== 'line') await this.#restart(device);
  }

  async #restart(device: Device): Promise<void> {
    device.place.crash();
    device.vault = await unlocked(device.place);
    expect(device.vault.condition).toBe('sound');
    this.#tookIn(device);
  }

  #expectRisen(device: Device): void {
    const { sequence } = device.vault.head;
    expect(sequence).toBeGreaterThanOrEqual(device.sequence);
    device.sequence = sequence;
  }

  async #expectGrown(device: Device): Promise<void> {
    this.#expectRisen(device);
    const { vault } = device;
    for (const entryId of this.#entries) {
      const item = await vault.item(entryId);
      if (item === undefined) continue;
      // At one revision a deletion stands above the record: what comes back comes back higher.
      const rank = 2 * item.revision + (item.tombstone ? 1 : 0);
      expect(rank).toBeGreaterThanOrEqual(device.ranks.get(entryId) ?? 0);
      device.ranks.set(entryId, rank);
    }
  }

  /** Everybody meets until nobody has anything to say. */
  async #settle(): Promise<void> {
    for (let round = 0; round < 12; round++) {
      let isQuiet = true;
      for (const device of this.#devices) if (!(await this.#sync(device))) isQuiet = false;
      if (isQuiet) return;
    }
    throw new Error('the devices do not come to rest');
  }

  async #check(): Promise<void> {
    const [first, ...others] = this.#devices as [Device, ...Device[]];
    for (const { vault } of others) {
      expect(saysTheSame(first.vault.head.content, vault.head.content)).toBe(true);
      for (const bucket of new Set(this.#entries.map(bucketOf))) {
        expect(await vault.bucket(bucket)).toEqual(await first.vault.bucket(bucket));
      }
    }
    for (const device of this.#devices) {
      await this.#restart(device);
      const listed = Object.values(device.vault.head.content.buckets).length;
      expect(listed).toBe(new Set(this.#entries.map(bucketOf)).size);
      for (const entryId of this.#entries) await this.#checkEntry(device.vault, entryId);
    }
  }

  async #checkEntry(vault: Vault, entryId: EntryId): Promise<void> {
    const item = await vault.item(entryId);
    const fate = this.#ledger.fate(entryId);
    if (fate !== 'either') expect([entryId, item?.tombstone]).toEqual([entryId, fate === 'gone']);
    const found: Pick<OpenedEntry, 'record'> | null = item?.tombstone
      ? await openTrash(vault, entryId)
      : await viewEntry(vault, entryId);
    // A device that never had it has nothing of it in its trash.
    if (found === null) return;
    for (const field of ['title', 'note'] as const) {
      const missing = [...this.#ledger.unsettled(entryId, field)].filter(
        (it) => !valuesIn(found.record, field).has(it)
      );
      expect(missing).toEqual([]);
    }
    expect(clipsIn(found.record)).toEqual(this.#ledger.clips(entryId));
  }
}
