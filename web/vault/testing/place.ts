/** A device for tests of the vault: both stores in memory, failing and being copied together. */
import { expect } from 'vitest';
import { concat, randomBytes, utf8, type Bytes } from '#shared/bytes.ts';
import { encodeKdfBlock, KDF_FLOOR, newKdfBlock } from '#shared/crypto/kdf.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { Faults } from '#web/store/testing/faults.ts';
import { MemoryObjects } from '#web/store/testing/memory-objects.ts';
import type { EntryRow, VaultRow } from '#web/store/rows.ts';
import type { RecordStore } from '#web/store/records.ts';
import { MemoryRecords } from '#web/store/testing/memory-records.ts';
import type { FinishedClip, RecorderKeyMessage, StartedClip } from '#web/workers/contracts.ts';
import { openClip } from '../clip-reader.ts';
import { ClipWriter } from '../clip-writer.ts';
import { tailName } from '../clip-tail.ts';
import { finishClip, startClip } from '../clips.ts';
import { viewEntry, type EntryView } from '../entries.ts';
import { createVault, unlockVault } from '../gate.ts';
import { removeOrphans } from '../orphans.ts';
import { readPoster } from '../pictures.ts';
import type { Stores, Vault } from '../vault.ts';
import { testPassphraseKey } from './passphrase-key.ts';

/** Cheap to make: the tests hand in passphrase keys that were not derived with it. */
export const TEST_KDF: Bytes = encodeKdfBlock(newKdfBlock(KDF_FLOOR));
export const PASSPHRASE = 'one';

export class Place implements Stores {
  readonly faults = new Faults();
  readonly records: MemoryRecords;
  readonly objects: MemoryObjects;

  constructor(from?: Place) {
    this.records = from ? from.records.copy(this.faults) : new MemoryRecords(this.faults);
    this.objects = from ? from.objects.copy(this.faults) : new MemoryObjects(this.faults);
  }

  /** The same device, on which other things will happen. */
  copy(): Place {
    return new Place(this);
  }

  /** Everything dies at once; only what was flushed stays. The faults end. */
  crash(): void {
    this.faults.disarm();
    this.objects.cutPower(0);
  }
}

export async function newVault(place = new Place()): Promise<{ place: Place; vault: Vault }> {
  return { place, vault: await createVault(place, await testPassphraseKey(PASSPHRASE), TEST_KDF) };
}

/** Two entries with a clip and a poster each. */
export async function twoEntries() {
  const { place, vault } = await newVault();
  const x = await recordEntry(vault);
  const y = await recordEntry(vault);
  return { place, vault, x, y };
}

/** One device, one journal, open in two tabs. */
export async function twoTabs(): Promise<{ place: Place; first: Vault; second: Vault }> {
  const { place, vault: first } = await newVault();
  return { place, first, second: await unlocked(place) };
}

/** The same database as another tab reaches it, in which calls of that tab alone can be replaced. */
export function ownRecords({ records }: Place): RecordStore {
  return {
    get: (table, key) => records.get(table, key),
    all: (table) => records.all(table),
    last: (table) => records.last(table),
    ofEntry: (table, id) => records.ofEntry(table, id),
    commit: (changes) => records.commit(changes),
    close: () => undefined
  };
}

/** A tab that can die alone, in the middle of a commit. */
export async function mortalTab(place: Place): Promise<{ tab: Vault; faults: Faults }> {
  const faults = new Faults();
  const records = ownRecords(place);
  const { commit } = records;
  records.commit = async (changes) => faults.run(() => commit(changes));
  return { tab: await unlocked({ records, objects: place.objects }), faults };
}

/** @throws unless the passphrase opens the vault */
export async function unlocked(place: Stores, passphrase = PASSPHRASE): Promise<Vault> {
  const vault = await unlockVault(place, await testPassphraseKey(passphrase));
  if (vault === null) throw new Error(`"${passphrase}" does not open the vault`);
  return vault;
}

export async function opens(place: Stores, passphrase: string): Promise<boolean> {
  return (await unlockVault(place, await testPassphraseKey(passphrase))) !== null;
}

export interface Recording {
  readonly started: StartedClip;
  readonly writer: ClipWriter;
}

/** Begins a recording as page and recorder worker do together. */
export async function beginRecording(vault: Vault, entryId: EntryId | null = null, more: Partial<ClipInput> = {}) {
  const { port1, port2 } = new MessageChannel();
  const key = new Promise<RecorderKeyMessage>((resolve) => {
    port2.onmessage = (event: MessageEvent<RecorderKeyMessage>) => {
      resolve(event.data);
    };
  });
  try {
    const input: ClipInput = {
      mime: 'video/webm;codecs=vp9,opus',
      source: 'camera',
      recordedAt: '2026-03-01T10:00:00.000+01:00',
      ...more
    };
    const started = await startClip(vault, { ...input, entryId, recorder: port1 });
    const message = await key;
    // Brands do not travel in messages.
    const writer = await ClipWriter.create(vault.stores.objects, message as never, message);
    return { started, writer } satisfies Recording;
  } finally {
    port1.close();
    port2.close();
  }
}

type ClipInput = Pick<Parameters<typeof startClip>[1], 'mime' | 'source' | 'recordedAt'>;

export async function finish(
  vault: Vault,
  { started, writer }: Recording,
  more: Partial<FinishedClip> = {}
): Promise<EntryView> {
  const closed = await writer.close();
  return finishClip(vault, {
    ...started,
    closed,
    ended: 'stopped',
    poster: utf8('a picture'),
    thumbnails: null,
    ...more
  });
}

/** One entry with one clip of these slices. */
export async function recordEntry(
  vault: Vault,
  slices: readonly Bytes[] = [randomBytes(1000)],
  entryId: EntryId | null = null
): Promise<{ view: EntryView; entryId: EntryId; clipId: ObjectId; data: Bytes }> {
  const recording = await beginRecording(vault, entryId);
  for (const slice of slices) await recording.writer.append(slice);
  const view = await finish(vault, recording);
  return { view, ...recording.started, data: concat(...slices) };
}

/** A whole clip as a player would read it. */
export async function readClip(vault: Vault, clipId: ObjectId): Promise<Bytes> {
  const reader = await openClip(vault, clipId);
  try {
    const parts: Bytes[] = [];
    for (let at = 0; at < reader.size; at += 100_000) {
      parts.push(await reader.read(at, Math.min(reader.size, at + 100_000)));
    }
    return concat(...parts);
  } finally {
    reader.close();
  }
}

export const quietly = { signal: new AbortController().signal, progress: () => undefined };

/** Late enough that no draft could still be beginning. */
export const LATER = new Date(Date.now() + 3_600_000);

/** Every clip of every entry plays, every object file is named by somebody, what waits for the relay is there. */
export async function expectSound(vault: Vault): Promise<void> {
  for (const [id, summary] of vault.summaries) {
    expect(summary.damaged).toBe(false);
    const { record } = await viewEntry(vault, id);
    for (const clip of record.clips) {
      expect((await readClip(vault, clip.id)).length).toBe(clip.body.dataLength);
      if (clip.poster) await readPoster(vault, id, clip.poster.object);
    }
  }
  await removeOrphans(vault);
  const { records } = vault.stores;
  const named = new Set((await records.all('objects')).map(({ objectId }) => objectId as string));
  for (const { key } of await records.all('outbox')) {
    if (key.startsWith('object/')) expect(named).toContain(key.slice('object/'.length));
  }
  for (const { clipId } of await records.all('drafts')) named.add(clipId).add(tailName(clipId));
  for (const file of await vault.stores.objects.list()) expect(named).toContain(file);
}

/** @throws where nothing was found */
export async function required<T>(found: Promise<T | undefined>): Promise<T> {
  const value = await found;
  if (value === undefined) throw new Error('not there');
  return value;
}

export const rowOf = (place: Place, id: EntryId): Promise<EntryRow> => required(place.records.get('entries', id));
export const vaultRow = (place: Place): Promise<VaultRow> => required(place.records.get('vault', 'vault'));

/** With one bit of one byte changed. */
export function flipped(bytes: Bytes, at: number, bit = 0): Bytes {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}

/** As if the list cache had never been made. */
export async function withoutLists(place: Place): Promise<void> {
  const rows = await place.records.all('lists');
  await place.records.commit({ remove: { lists: rows.map(({ pack }) => pack) } });
}
