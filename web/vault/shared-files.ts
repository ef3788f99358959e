/**
 * Files that other apps give to the journal, also while it is locked (FORMAT.md section 11.3). Each is sealed at once, as
 * it is, for the inbox: whoever finds the device can add such files and read none. Opened, they are imported like any
 * other file, and then destroyed.
 */
import { concat, fromUtf8, sha256, toHex, utf8, type Bytes } from '#shared/bytes.ts';
import { unwrapFromInbox, wrapForInbox } from '#shared/crypto/inbox.ts';
import { entryKey, objectKey, recordKey, type EntryKey } from '#shared/crypto/keys.ts';
import { paddedSize } from '#shared/crypto/padding.ts';
import { openRecord, sealRecord } from '#shared/crypto/record.ts';
import { openRange, sealStream, startOpening } from '#shared/crypto/stream.ts';
import { newRawKey } from '#shared/crypto/wrap.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { HEAD_BYTES, sealedSize, segmentCount } from '#shared/format/segment.ts';
import { newEntryId, newObjectId, type EntryId, type ObjectId, type VaultId } from '#shared/ids.ts';
import {
  integer,
  literal,
  looseObject,
  maxLength,
  minValue,
  number,
  pipe,
  string,
  validate,
  type InferOutput
} from '#shared/schema.ts';
import { parseInstant } from '#web/model/entry.ts';
import type { InboxRow } from '#web/store/rows.ts';
import type { SharedFile } from '#web/workers/contracts.ts';
import { holdClip } from './clip-lock.ts';
import type { Work } from './clip-scan.ts';
import { inboxWrapEnvelope, objectEnvelope, recordEnvelope } from './envelopes.ts';
import { openInbox, storedInbox } from './inbox.ts';
import type { RangeReader } from './range-server.ts';
import { removeFiles } from './remove-files.ts';
import type { Stores, Vault } from './vault.ts';

const NAME_MAX = 500;
const whole = pipe(number(), integer(), minValue(0));
const descriptionContent = looseObject({
  schema: literal(1),
  file: looseObject({
    object: string(),
    plaintextLength: whole,
    dataLength: whole,
    segments: whole,
    headHash: string()
  }),
  name: pipe(string(), maxLength(NAME_MAX)),
  mime: pipe(string(), maxLength(NAME_MAX)),
  modified: string()
});

type Description = InferOutput<typeof descriptionContent>;

/** A locked vault does not know its epoch. */
const INBOX_EPOCH = 0;
const DRAFT = 0;
const CHUNK = 1024 * 1024;

/**
 * Resolves when the file is sealed and on the disk.
 * @param vault where it is open: then the inbox is the one that its head has vouched for
 * @throws `vault/absent`, `media/empty`, `media/truncated`, `storage/quota`, and `vault/damaged` or `vault/rolled-back` in a
 *   journal for reading only; nothing is left then
 */
export async function putShared(stores: Stores, vault: Vault | null, file: File, work: Work): Promise<undefined> {
  if (file.size === 0) throw new SvjError('media/empty');
  vault?.requireWritable();
  const row = vault?.row ?? (await stores.records.get('vault', 'vault'));
  if (row === undefined) throw new SvjError('vault/absent');
  const { records, objects } = stores;
  const { vaultId } = row;
  const inbox = storedInbox(row);
  if (inbox === null) throw new SvjError('vault/damaged', 'inbox');
  const [entryId, fileId] = [newEntryId(), newObjectId()];
  const raw = newRawKey();
  const wrap = await wrapForInbox(inbox.publicKey, vaultId, inboxWrapEnvelope(vaultId, entryId), raw);
  const key = await entryKey(raw);
  // Held until the row names the file: nothing takes it for a leftover.
  const release = await holdClip(fileId);
  try {
    await sealFile(objects, { vaultId, entryId, fileId, key }, file, work);
    const described = await describe(objects, fileId, file);
    const place = recordEnvelope(vaultId, entryId, INBOX_EPOCH, DRAFT);
    const description = await sealRecord(await recordKey(key, entryId), place, described);
    const size = sealedSize(described.file.plaintextLength);
    await records.commit({ put: { inbox: [{ fileId, entryId, size, wrap, description }] } });
  } catch (thrown) {
    await removeFiles(objects, fileId);
    throw thrown;
  } finally {
    release();
  }
  return undefined;
}

/** In the order of their ids. None in a journal for reading only, which could not take them in. */
export async function listShared(vault: Vault): Promise<SharedFile[]> {
  if (vault.readOnly) return [];
  const rows = await vault.stores.records.all('inbox');
  return Promise.all(rows.map((row) => summariseShared(vault, row)));
}

async function summariseShared(vault: Vault, row: InboxRow): Promise<SharedFile> {
  try {
    const { description } = await openRow(vault, row);
    const { name, modified, file } = description;
    return { id: row.fileId, name, bytes: file.dataLength, modified, damaged: false };
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
    return { id: row.fileId, name: '', bytes: 0, modified: new Date(0).toISOString(), damaged: true };
  }
}

/** The file as it was given. @throws `object/absent` when it was taken in meanwhile, `entry/damaged`, `seal/…` */
export async function openShared(vault: Vault, fileId: ObjectId): Promise<RangeReader> {
  const row = await vault.stores.records.get('inbox', fileId);
  if (row === undefined) throw new SvjError('object/absent');
  const { key, description } = await openRow(vault, row);
  const stored = await vault.stores.objects.open(fileId);
  if (stored === null) throw new SvjError('entry/damaged', 'no file');
  try {
    const { plaintextLength, dataLength } = description.file;
    const size = sealedSize(plaintextLength);
    if (stored.size !== size) throw new SvjError(stored.size < size ? 'seal/truncated' : 'seal/trailing-data');
    const { seal } = await objectKey(key, fileId, KIND.attachment);
    const envelope = await objectEnvelope(vault.id, row.entryId, fileId, KIND.attachment, INBOX_EPOCH);
    const opener = await startOpening(seal, envelope, await stored.read(0, HEAD_BYTES));
    if (opener === null) throw new SvjError('entry/damaged', 'object key');
    return {
      size: dataLength,
      mime: description.mime,
      async read(from, to) {
        if (to > dataLength) throw new SvjError('range/not-satisfiable');
        const pieces: Bytes[] = [];
        for await (const piece of openRange(opener, stored, plaintextLength, from, to)) pieces.push(piece);
        return concat(...pieces);
      },
      close: () => stored.close()
    };
  } catch (thrown) {
    stored.close();
    throw thrown;
  }
}

/** Destroys the only key of the file, then its bytes. */
export async function discardShared(vault: Vault, fileId: ObjectId): Promise<undefined> {
  vault.requireWritable();
  await vault.stores.records.commit({ remove: { inbox: [fileId] } });
  await removeFiles(vault.stores.objects, fileId);
  return undefined;
}

interface Place {
  readonly vaultId: VaultId;
  readonly entryId: EntryId;
  readonly fileId: ObjectId;
  readonly key: EntryKey;
}

async function sealFile(objects: Stores['objects'], place: Place, file: File, work: Work): Promise<void> {
  const { vaultId, entryId, fileId, key } = place;
  const { seal } = await objectKey(key, fileId, KIND.attachment);
  const envelope = await objectEnvelope(vaultId, entryId, fileId, KIND.attachment, INBOX_EPOCH);
  const writer = await objects.create(fileId);
  try {
    let at = 0;
    const sink = new WritableStream<Bytes>({
      write(bytes) {
        writer.write(bytes, at);
        at += bytes.length;
      }
    });
    await paddedFile(file, work).pipeThrough(sealStream(seal, envelope)).pipeTo(sink, { signal: work.signal });
    writer.flush();
  } finally {
    writer.close();
  }
}

/** The file, the mark, zeros (section 6), piece by piece. */
function paddedFile(file: File, work: Work): ReadableStream<Bytes> {
  const end = paddedSize(file.size);
  let at = 0;
  return new ReadableStream<Bytes>(
    {
      async pull(controller) {
        const to = at < file.size ? Math.min(at + CHUNK, file.size) : Math.min(at + CHUNK, end);
        controller.enqueue(at < file.size ? await readFile(file, at, to) : padding(at === file.size, to - at));
        at = to;
        work.progress({ done: at, total: end });
        if (at === end) controller.close();
      }
    },
    { highWaterMark: 0 }
  );
}

function padding(first: boolean, length: number): Bytes {
  const bytes = new Uint8Array(length);
  if (first) bytes[0] = 0x80;
  return bytes;
}

/** @throws `media/truncated` when the file does not give what it announces */
async function readFile(file: File, from: number, to: number): Promise<Bytes> {
  try {
    const bytes = new Uint8Array(await file.slice(from, to).arrayBuffer());
    if (bytes.length === to - from) return bytes;
  } catch (thrown) {
    throw new SvjError('media/truncated', undefined, thrown);
  }
  throw new SvjError('media/truncated');
}

async function describe(objects: Stores['objects'], fileId: ObjectId, file: File): Promise<Description> {
  const stored = await objects.open(fileId);
  if (stored === null) throw new SvjError('object/absent');
  try {
    const plaintextLength = paddedSize(file.size);
    return {
      schema: 1,
      file: {
        object: fileId,
        plaintextLength,
        dataLength: file.size,
        segments: segmentCount(plaintextLength),
        headHash: toHex(await sha256(await stored.read(0, HEAD_BYTES)))
      },
      // Half a letter, which a name may hold, has no place in canonical JSON.
      name: fromUtf8(utf8(file.name.slice(0, NAME_MAX))),
      mime: file.type.slice(0, NAME_MAX),
      modified: new Date(file.lastModified).toISOString()
    };
  } finally {
    stored.close();
  }
}

/** @throws `entry/damaged`, `vault/damaged`, `format/…`, `seal/…` */
async function openRow(vault: Vault, row: InboxRow): Promise<{ key: EntryKey; description: Description }> {
  const inbox = storedInbox(vault.row);
  if (inbox === null) throw new SvjError('vault/damaged', 'inbox');
  const privateKey = await openInbox(vault.id, inbox, vault.keys.local);
  const envelope = inboxWrapEnvelope(vault.id, row.entryId);
  const raw = await unwrapFromInbox(privateKey, inbox.publicKey, vault.id, envelope, row.wrap);
  if (raw === null) throw new SvjError('entry/damaged', 'inbox wrap');
  const key = await entryKey(raw);
  const place = recordEnvelope(vault.id, row.entryId, INBOX_EPOCH, DRAFT);
  const json = await openRecord(await recordKey(key, row.entryId), place, row.description);
  const description = validate(descriptionContent, json);
  const { object, plaintextLength, dataLength } = description.file;
  // Whoever finds a locked device can put something here: it says what a file of ours would say, or it is none.
  parseInstant(description.modified);
  if (object !== row.fileId || dataLength === 0 || plaintextLength !== paddedSize(dataLength)) {
    throw new SvjError('entry/damaged', 'inbox');
  }
  return { key, description };
}
