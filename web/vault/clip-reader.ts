/**
 * Gives a player the bytes it asks for: the generated head and the untouched body as one
 * virtual file (decision 8). Nothing is kept but the open file and derived keys.
 */
import { concat, type Bytes } from '#shared/bytes.ts';
import { objectKey } from '#shared/crypto/keys.ts';
import { openRange, startOpening, type ObjectOpener } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import { KIND } from '#shared/format/kind.ts';
import { HEAD_BYTES, sealedSize } from '#shared/format/segment.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { Clip } from '#web/model/entry.ts';
import type { ObjectReader } from '#web/store/objects.ts';
import { readHead, recoverHead, type PlayableHead } from './clip-head.ts';
import { openEntry } from './entry-reader.ts';
import { objectEnvelope } from './envelopes.ts';
import type { RangeReader } from './range-server.ts';
import { openSealed } from './sealed-source.ts';
import type { ObjectOwner } from './small-object.ts';
import type { Vault } from './vault.ts';

interface OpenedClip<Head> {
  readonly owner: ObjectOwner;
  readonly clip: Clip;
  readonly file: ObjectReader;
  readonly opener: ObjectOpener;
  readonly head: Head;
}

/**
 * Not to be called within {@link Vault.read}: a head that has to be made again takes its time and is written.
 * @throws `object/absent`, `object/elsewhere`, `entry/damaged`, `seal/trailing-data`
 */
export async function openClip(vault: Vault, clipId: ObjectId): Promise<RangeReader> {
  const opened = await openParts(vault, await vault.read(() => findClip(vault, clipId)));
  const { head } = opened;
  if (typeof head === 'object') return virtualFile({ ...opened, head });
  try {
    return virtualFile({ ...opened, head: await recoverHead(vault, { ...opened, head }) });
  } catch (thrown) {
    opened.file.close();
    throw thrown;
  }
}

async function findClip(vault: Vault, clipId: ObjectId): Promise<{ owner: ObjectOwner; clip: Clip }> {
  const listed = await vault.stores.records.get('objects', clipId);
  if (listed === undefined) throw new SvjError('object/absent');
  const { record, key, row } = await openEntry(vault, listed.entryId);
  const clip = record.clips.find(({ id }) => id === clipId);
  if (clip === undefined) throw new SvjError('object/absent');
  return { owner: { entryId: row.entryId, key, epoch: row.epoch }, clip };
}

/** Outside of any lock: what lies on the relay may take its time. */
async function openParts(
  vault: Vault,
  { owner, clip }: { owner: ObjectOwner; clip: Clip }
): Promise<OpenedClip<Awaited<ReturnType<typeof readHead>>>> {
  const { file } = await openSealed(vault, clip.body);
  try {
    const opener = await openBody(vault, owner, clip, file);
    return { owner, clip, file, opener, head: await readHead(vault, owner, clip) };
  } catch (thrown) {
    file.close();
    throw thrown;
  }
}

async function openBody(vault: Vault, owner: ObjectOwner, clip: Clip, file: ObjectReader): Promise<ObjectOpener> {
  // A short file still plays up to its cut; a longer one was added to, and nothing explains that.
  if (file.size > sealedSize(clip.body.plaintextLength)) throw new SvjError('seal/trailing-data');
  const { seal } = await objectKey(owner.key, clip.id, KIND.media);
  const envelope = await objectEnvelope(vault.id, owner.entryId, clip.id, KIND.media, owner.epoch);
  const opener = await startOpening(seal, envelope, await file.read(0, HEAD_BYTES));
  if (opener === null) throw new SvjError('entry/damaged', 'object key');
  return opener;
}

function virtualFile(opened: OpenedClip<PlayableHead>): RangeReader {
  const { clip, file, opener } = opened;
  const { bytes: head, bodyFrom, bodyTo } = opened.head;
  const size = head.length + bodyTo - bodyFrom;
  return {
    size,
    mime: clip.mime,
    async read(from, to) {
      if (from < 0 || to < from || to > size) throw new SvjError('range/not-satisfiable');
      const pieces: Bytes[] = [head.subarray(Math.min(from, head.length), Math.min(to, head.length))];
      const start = bodyFrom + Math.max(0, from - head.length);
      const end = bodyFrom + Math.max(0, to - head.length);
      for await (const piece of openRange(opener, file, clip.body.plaintextLength, start, end)) pieces.push(piece);
      return concat(...pieces);
    },
    close() {
      file.close();
    }
  };
}
