/** Poster and scrub sheet made anew from a clip that can be played: after an import, after a recovery, or by choice. */
import type { Bytes } from '#shared/bytes.ts';
import { toSvjError } from '#shared/errors.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { picturesOf, postersAt, type FrameOptions } from '#web/capture/pictures.ts';
import type { Clip, EntryRecord } from '#web/model/entry.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type { VaultContract } from '#web/workers/contracts.ts';
import type { WorkerClient } from '#web/workers/rpc.ts';

type Vault = WorkerClient<VaultContract>;

export interface Kept {
  readonly record: EntryRecord;
  readonly summary: EntrySummary;
}

/** Where a clip can be played from: a path of our own origin that the service worker answers. */
export type ClipUrl = (clip: ObjectId) => string;

/**
 * Draws and stores what is missing or does not open. Clips that cannot be played are left as they are.
 *
 * @returns the entry as it is then, or null when nothing was lacking
 */
export async function completePictures(
  vault: Vault,
  record: EntryRecord,
  urlOf: ClipUrl,
  options: FrameOptions = {}
): Promise<Kept | null> {
  let kept: Kept | null = null;
  for (const clip of record.clips.filter(({ durationMs }) => durationMs > 0)) {
    try {
      const lacking = await lackingPictures(vault, record.id, clip);
      if (!lacking.poster && !lacking.thumbnails) continue;
      const shown = record.trims[clip.id]?.value ?? { fromMs: 0, toMs: clip.durationMs };
      const { poster, thumbnails } = await picturesOf(urlOf(clip.id), clip.durationMs, shown, options);
      kept = await vault.call('setPictures', {
        id: record.id,
        clip: clip.id,
        // What is whole stays: the poster may have been chosen.
        poster: lacking.poster ? poster : null,
        thumbnails: lacking.thumbnails ? thumbnails : null
      });
    } catch (thrown) {
      if (options.signal?.aborted) throw thrown;
    }
  }
  return kept;
}

async function lackingPictures(
  vault: Vault,
  id: EntryId,
  { id: clip, poster, thumbnails }: Clip
): Promise<{ readonly poster: boolean; readonly thumbnails: boolean }> {
  return {
    poster: poster === null || (await isBroken(vault.call('poster', { id, poster: poster.object }))),
    thumbnails: thumbnails === null || (await isBroken(vault.call('thumbnails', { id, clip })))
  };
}

/** Damaged or gone: a picture can be made again. Any other failure says nothing of it. */
async function isBroken(reading: Promise<unknown>): Promise<boolean> {
  try {
    await reading;
    return false;
  } catch (thrown) {
    const { code } = toSvjError(thrown);
    if (code === 'entry/damaged' || code === 'object/absent' || /^(?:seal|format)\//.test(code)) return true;
    throw thrown;
  }
}

/** How many frames are offered as posters. */
const CHOICES = 6;

/** Frames spread over a clip, within its trim, to choose the poster from. @throws `media/unplayable`, `call/aborted` */
export function posterChoices(
  url: string,
  range: { readonly fromMs: number; readonly toMs: number },
  signal?: AbortSignal
): Promise<Bytes[]> {
  const length = range.toMs - range.fromMs;
  const times = Array.from({ length: CHOICES }, (_, i) => range.fromMs + (length * (i + 0.5)) / CHOICES);
  return postersAt(url, times, signal);
}

/** Makes one frame the entry's poster; the scrub sheet stays. */
export async function choosePoster(vault: Vault, id: EntryId, clip: ObjectId, poster: Bytes): Promise<Kept> {
  const thumbnails = await vault.call('thumbnails', { id, clip });
  return vault.call('setPictures', { id, clip, poster, thumbnails });
}
