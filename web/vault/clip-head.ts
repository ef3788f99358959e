/**
 * The generated head of a clip (FORMAT.md section 10). It can be made again from the recording, so that its loss or
 * damage costs nothing but the time of reading the recording once.
 */
import type { Bytes } from '#shared/bytes.ts';
import { containerIndex, type ContainerIndex } from '#shared/container/container-index.ts';
import { openRange, type ObjectOpener, type SealedSource } from '#shared/crypto/stream.ts';
import { SvjError } from '#shared/errors.ts';
import { encodeFramed, parseFramed } from '#shared/format/framed.ts';
import { KIND } from '#shared/format/kind.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { integer, looseObject, minValue, number, pipe, validate } from '#shared/schema.ts';
import type { Clip } from '#web/model/entry.ts';
import type { ContainerHeadMessage } from '#web/workers/contracts.ts';
import { headOf } from './clip-writer.ts';
import { writeRevision } from './entries.ts';
import { openEntry } from './entry-reader.ts';
import { removeFiles } from './remove-files.ts';
import { readObject, writeObject, type ObjectOwner } from './small-object.ts';
import type { Vault } from './vault.ts';

/** What a player needs of it. */
export type PlayableHead = Pick<ContainerHeadMessage, 'bytes' | 'bodyFrom' | 'bodyTo'>;

const whole = pipe(number(), integer(), minValue(0));
const geometry = looseObject({ bodyFrom: whole, bodyTo: whole });

/** Null where it is absent or damaged. @throws `format/version`, `storage/…` */
export async function readHead(vault: Vault, owner: ObjectOwner, clip: Clip): Promise<PlayableHead | null> {
  try {
    const { json, bytes } = parseFramed(await readObject(vault, owner, KIND.containerHead, clip.head));
    const { bodyFrom, bodyTo } = validate(geometry, json);
    return bodyFrom > bodyTo || bodyTo > clip.body.dataLength ? null : { bytes, bodyFrom, bodyTo };
  } catch (thrown) {
    if (isDamage(thrown)) return null;
    throw thrown;
  }
}

/** Reads the recording once. Where that is damaged too, the head is one for what lies in front of it, and not `whole`. */
export async function rebuildHead(
  opener: ObjectOpener,
  file: SealedSource,
  { mime, body }: Clip
): Promise<{ head: ContainerHeadMessage; whole: boolean }> {
  let index: ContainerIndex | null = containerIndex(mime);
  let read = 0;
  try {
    for await (const bytes of openRange(opener, file, body.plaintextLength, 0, body.dataLength)) {
      read += bytes.length;
      index = observe(index, bytes);
    }
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
  }
  return { head: headOf(index, read), whole: read === body.dataLength };
}

/** Null when it is no container that the index reads: it is played as it is. */
function observe(index: ContainerIndex | null, bytes: Bytes): ContainerIndex | null {
  try {
    index?.append(bytes);
    return index;
  } catch (thrown) {
    if (!isDamage(thrown)) throw thrown;
    return null;
  }
}

/**
 * Puts a head that was made again in the place of the one that does not open. Where that cannot be written now, the next
 * one who opens the clip tries again.
 */
export async function replaceHead(
  vault: Vault,
  entryId: EntryId,
  clipId: ObjectId,
  { bytes, ...head }: ContainerHeadMessage
): Promise<void> {
  try {
    const replaced = await vault.commit(async (transaction) => {
      const opened = await openEntry(vault, entryId);
      const clip = opened.record.clips.find(({ id }) => id === clipId);
      const owner = { entryId, key: opened.key, epoch: opened.row.epoch };
      // Another tab may have been quicker.
      if (clip === undefined || (await readHead(vault, owner, clip)) !== null) return [];
      const written = await writeObject(transaction, owner, KIND.containerHead, encodeFramed(head, bytes));
      transaction.remove('objects', clip.head.object);
      transaction.remove('outbox', `object/${clip.head.object}`);
      const clips = opened.record.clips.map((other) => (other === clip ? { ...clip, head: written } : other));
      await writeRevision(transaction, opened, { ...opened.record, clips });
      return [clip.head.object];
    });
    await removeFiles(vault.stores.objects, ...replaced);
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
  }
}

function isDamage(thrown: unknown): boolean {
  if (!(thrown instanceof SvjError) || thrown.code === 'format/version') return false;
  return /^(?:seal|format|media|object|entry)\//.test(thrown.code);
}
