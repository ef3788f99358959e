/** FORMAT.md is complete and true: a reader made from it alone opens everything that the vault stores. */
import { describe, expect, it } from 'vitest';
import { concat, fromUtf8, randomBytes, sha256, toHex, utf8, type Bytes } from '#shared/bytes.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { tailName } from './clip-tail.ts';
import { editEntry } from './entries.ts';
import { putShared } from './shared-files.ts';
import { opened, openedJson, PageKeys, sha, unframed, unpadded, type PageEntry } from './testing/page-reader.ts';
import {
  beginRecording,
  finish,
  newVault,
  PASSPHRASE,
  quietly,
  required,
  rowOf,
  vaultRow,
  type Place
} from './testing/place.ts';

interface StoredObject {
  object: string;
  plaintextLength: number;
  dataLength: number;
  segments: number;
  headHash: string;
}

interface EntryOnPage {
  id: string;
  title: { value: string };
  clips: { id: string; body: StoredObject; head: StoredObject; poster: StoredObject; thumbnails: StoredObject }[];
}

interface HeadOnPage {
  slots: { id: string; kind: string; hash: string }[];
  buckets: Record<string, { revision: number; hash: string }>;
}

interface Journal {
  place: Place;
  keys: PageKeys;
  entryId: EntryId;
  clipId: ObjectId;
  data: Bytes;
}

const POSTER = utf8('a picture');
const SHEET = { mime: 'image/webp', columns: 1, tileWidth: 160, tileHeight: 90, timesMs: [0] };

async function journal(): Promise<Journal> {
  const { place, vault } = await newVault();
  const recording = await beginRecording(vault);
  const slices = [60_000, 60_000, 30_000].map(randomBytes);
  for (const slice of slices) await recording.writer.append(slice);
  await finish(vault, recording, { poster: POSTER, thumbnails: { ...SHEET, image: utf8('a sheet') } });
  await editEntry(vault, recording.started.entryId, { title: 'First words' });
  return { place, keys: await keysOf(place), ...recording.started, data: concat(...slices) };
}

async function keysOf(place: Place): Promise<PageKeys> {
  const { vaultId, slots } = await vaultRow(place);
  const slot = slots.find(({ kind }) => kind === 'passphrase');
  if (!slot?.kdf) throw new Error('no slot');
  return PageKeys.open(await sha256(utf8(PASSPHRASE)), vaultId, { ...slot, kdf: slot.kdf });
}

/** Its key, and its record with the one before. */
async function entryOf({ place, keys, entryId }: Journal): Promise<{ key: PageEntry; versions: EntryOnPage[] }> {
  const row = await rowOf(place, entryId);
  const [first] = await place.records.ofEntry('revisions', entryId);
  if (first === undefined) throw new Error('no earlier revision');
  const key = await keys.entry(entryId, row.epoch, row.wrap);
  const versions = [
    await key.record(1, null, first.record),
    await key.record(2, await sha(first.record), row.record)
  ] as EntryOnPage[];
  return { key, versions };
}

function file({ objects }: Place, name: string): Bytes {
  const stored = objects.files.get(name);
  if (stored === undefined) throw new Error(`no file ${name}`);
  return stored.read(0, stored.size);
}

describe('a reader made from FORMAT.md alone', () => {
  it('walks from the passphrase key over heads and bucket to the record', async () => {
    const made = await journal();
    const { place, keys, entryId } = made;
    const heads = (await place.records.all('heads')).sort((a, b) => a.sequence - b.sequence);
    expect(heads.map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
    const place31 = { kind: 0x31, epoch: 0, object: keys.vault };
    let parent: string | null = null;
    let head: HeadOnPage | undefined;
    for (const { sequence, sealed } of heads) {
      const header = { ...place31, revision: sequence, ...(parent === null ? {} : { parent }) };
      head = (await openedJson(await keys.head(), keys.vault, header, sealed)) as HeadOnPage;
      parent = await sha(sealed);
    }
    const { slots } = await vaultRow(place);
    const listedSlots = slots.map(async ({ slotId, kind, wrap }) => ({ id: slotId, kind, hash: await sha(wrap) }));
    expect(head?.slots).toEqual(await Promise.all(listedSlots));

    const number = Number.parseInt(entryId.slice(0, 2), 16);
    const stored = await required(place.records.get('buckets', number));
    expect(head?.buckets).toEqual({ [entryId.slice(0, 2)]: { revision: 3, hash: await sha(stored.sealed) } });
    const place32 = { kind: 0x32, epoch: 0, revision: 3, object: keys.vault, part: number };
    const row = await rowOf(place, entryId);
    expect(await openedJson(await keys.head(), keys.vault, place32, stored.sealed)).toEqual({
      schema: 1,
      entries: { [entryId]: { revision: 2, hash: await sha(row.record), tombstone: false } }
    });
    const { versions } = await entryOf(made);
    expect(versions.map(({ id, title }) => [id, title.value])).toEqual([
      [entryId, ''],
      [entryId, 'First words']
    ]);
  });

  it('opens every object of a clip', async () => {
    const made = await journal();
    const { key, versions } = await entryOf(made);
    const clip = versions[1]?.clips[0];
    if (clip === undefined) throw new Error('no clip');
    expect(clip.id).toBe(made.clipId);
    const read = async (kind: number, stored: StoredObject): Promise<Bytes> => {
      const sealed = file(made.place, stored.object);
      const plaintext = await key.object(kind, stored.object, sealed);
      const data = unpadded(plaintext);
      expect(stored).toEqual({
        object: stored.object,
        plaintextLength: plaintext.length,
        dataLength: data.length,
        segments: Math.floor(plaintext.length / 65_504) + 1,
        headHash: await sha(sealed.slice(0, 166))
      });
      return data;
    };
    expect(toHex(await read(0x20, clip.body))).toBe(toHex(made.data));
    expect(await read(0x21, clip.poster)).toEqual(POSTER);
    expect(unframed(await read(0x26, clip.thumbnails))).toEqual({ json: SHEET, bytes: utf8('a sheet') });
    // Random bytes are no container: they are played as they are.
    const { json, bytes } = unframed(await read(0x25, clip.head));
    expect(json).toMatchObject({ bodyFrom: 0, bodyTo: made.data.length });
    expect(bytes.length).toBe(0);
  });

  it('opens what stays on the device: list cache and recovery key', async () => {
    const { place, keys, entryId } = await journal();
    const lists = (await place.records.all('lists')).sort((a, b) => a.pack - b.pack);
    expect(lists.map(({ pack }) => pack)).toEqual(Array.from({ length: 17 }, (_, i) => i));
    const listed: unknown[] = [];
    for (const { pack, revision, sealed } of lists) {
      const header = { kind: 0x61, epoch: 0, revision, object: keys.vault, part: pack };
      const text = fromUtf8(unpadded(await opened(await keys.local(), keys.vault, header, sealed)));
      if (pack < 16) listed.push(...(JSON.parse(text) as unknown[]));
    }
    expect(listed).toMatchObject([{ id: entryId, title: 'First words' }]);
    const { recoveryCopy } = await vaultRow(place);
    const header = { kind: 0x05, epoch: 0, revision: 1, object: keys.vault };
    expect(await opened(await keys.local(), keys.vault, header, recoveryCopy)).toHaveLength(32);
  });

  it('opens a recording that was killed: draft, segments and tail', async () => {
    const { place, vault } = await newVault();
    const { started, writer } = await beginRecording(vault);
    const slices = [50_000, 40_000].map(randomBytes);
    for (const slice of slices) await writer.append(slice);
    place.crash();
    const { clipId, entryId } = started;
    const { epoch, wrap, sealed } = await required(place.records.get('drafts', clipId));
    const key = await (await keysOf(place)).entry(entryId, epoch, wrap);
    expect(await key.record(0, null, sealed)).toMatchObject({ schema: 1, clip: clipId, source: 'camera' });
    // The second slice lies behind one full segment: counter 2, slot 0.
    const rest = await key.tail(clipId, 1, 2, file(place, tailName(clipId)).subarray(0, 69_632));
    expect(toHex(rest)).toBe(toHex(concat(...slices).slice(65_504)));
  });

  it('opens a file that was shared while the vault was locked', async () => {
    const { place } = await newVault();
    const data = randomBytes(300);
    await putShared(place, null, new File([data], 'film.mp4', { type: 'video/mp4', lastModified: 0 }), quietly);
    const keys = await keysOf(place);
    const { inbox } = await vaultRow(place);
    const row = await required(place.records.all('inbox').then(([first]) => first));
    const key = await keys.inboxEntry(row.entryId, inbox, row.wrap);
    const description = (await key.record(0, null, row.description)) as { file: StoredObject };
    expect(description).toMatchObject({
      schema: 1,
      name: 'film.mp4',
      mime: 'video/mp4',
      modified: '1970-01-01T00:00:00.000Z'
    });
    const sealed = file(place, row.fileId);
    const plaintext = await key.object(0x24, row.fileId, sealed);
    expect(toHex(unpadded(plaintext))).toBe(toHex(data));
    expect(description.file).toEqual({
      object: row.fileId,
      plaintextLength: plaintext.length,
      dataLength: 300,
      segments: 1,
      headHash: await sha(sealed.slice(0, 166))
    });
    const heads = await place.records.all('heads');
    const head = await openedJson(
      await keys.head(),
      keys.vault,
      { kind: 0x31, epoch: 0, revision: 1, object: keys.vault },
      heads[0]?.sealed ?? data
    );
    expect(head).toMatchObject({ inbox: await sha(inbox.publicKey) });
  });
});
