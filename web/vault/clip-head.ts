/**
 * The generated head of a clip (FORMAT.md section 10). It can be made again from the recording, so that its loss or
 * damage costs nothing but the time of reading the recording once.
 */
import type { Bytes } from '#shared/bytes.ts';
import { containerIndex, type ContainerIndex } from '#shared/container/container-index.ts';
import { openRange, type ObjectOpener, type SealedSource } from '#shared/crypto/stream.ts';
import { SvjError, type ErrorCode } from '#shared/errors.ts';
import { encodeFramed, parseFramed } from '#shared/format/framed.ts';
import { KIND } from '#shared/format/kind.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { integer, looseObject, minValue, number, pipe, validate } from '#shared/schema.ts';
import type { Clip } from '#web/model/entry.ts';
import { withParts } from '#web/model/patch.ts';
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

/**
 * `damaged`: absent, altered or cut. `unread`: something says that another version made it, or that somebody has its file
 * now; it is played without, and left where it is.
 * @param from as {@link readObject} takes it
 * @throws `storage/…`, `object/elsewhere`, `relay/…`
 */
export async function readHead(
  vault: Vault,
  owner: ObjectOwner,
  clip: Clip,
  from: 'anywhere' | 'here' = 'anywhere'
): Promise<PlayableHead | 'damaged' | 'unread'> {
  try {
    const { json, bytes } = parseFramed(await readObject(vault, owner, KIND.containerHead, clip.head, from));
    const { bodyFrom, bodyTo } = validate(geometry, json);
    return bodyFrom > bodyTo || bodyTo > clip.body.dataLength ? 'damaged' : { bytes, bodyFrom, bodyTo };
  } catch (thrown) {
    if (isDamage(thrown)) return 'damaged';
    if (thrown instanceof SvjError && UNREAD.includes(thrown.code)) return 'unread';
    throw thrown;
  }
}

const UNREAD: readonly ErrorCode[] = ['format/version', 'format/flags', 'object/busy'];

/** Heads made again, or being made: a player asks for one recording many times. They go with the worker. */
const rebuilt = new WeakMap<Vault, Map<ObjectId, Promise<PlayableHead>>>();

/** One reading of the recording for all who ask, and a new head in the place of a damaged one. */
export function recoverHead(vault: Vault, { owner, clip, opener, file, head }: DamagedClip): Promise<PlayableHead> {
  const known = rebuilt.get(vault) ?? new Map<ObjectId, Promise<PlayableHead>>();
  rebuilt.set(vault, known);
  const made =
    known.get(clip.id) ??
    (async () => {
      const { head: fresh, whole } = await rebuildHead(opener, file, clip);
      if (whole && head === 'damaged') await replaceHead(vault, owner.entryId, clip.id, fresh);
      return fresh;
    })();
  known.set(clip.id, made);
  // What fails may be tried again.
  made.catch(() => known.delete(clip.id));
  return made;
}

export interface DamagedClip {
  readonly owner: ObjectOwner;
  readonly clip: Clip;
  readonly opener: ObjectOpener;
  readonly file: SealedSource;
  readonly head: 'damaged' | 'unread';
}

/** Reads the recording once. Where that is damaged too, the head is one for what lies in front of it, and not `whole`. */
async function rebuildHead(
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
 * unlock tries again.
 */
async function replaceHead(
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
      if (clip === undefined || (await readHead(vault, owner, clip, 'here')) !== 'damaged') return [];
      const written = await writeObject(transaction, owner, KIND.containerHead, encodeFramed(head, bytes));
      transaction.remove('objects', clip.head.object);
      transaction.remove('outbox', `object/${clip.head.object}`);
      await writeRevision(transaction, opened, withParts(opened.record, clipId, { head: written }, vault.device));
      return [clip.head.object];
    });
    await removeFiles(vault.stores.objects, ...replaced);
  } catch (thrown) {
    if (!(thrown instanceof SvjError)) throw thrown;
  }
}

function isDamage(thrown: unknown): boolean {
  if (!(thrown instanceof SvjError) || UNREAD.includes(thrown.code)) return false;
  return thrown.code === 'object/absent' || /^(?:seal|format|media|entry)\//.test(thrown.code);
}
