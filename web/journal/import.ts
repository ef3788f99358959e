/**
 * Importing a video file: the media worker takes everything but picture and sound out of it, the recorder worker
 * seals what comes, slice by slice. The file as it was is never stored, and a failed import leaves nothing.
 */
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { EntryId, ObjectId } from '#shared/ids.ts';
import { measureSpace } from '#web/capture/space.ts';
import type { EntryRecord } from '#web/model/entry.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type {
  Fraction,
  GivenFile,
  ImportedMedia,
  MediaContract,
  SharedFile,
  StartedClip
} from '#web/workers/contracts.ts';
import type { WorkerClient } from '#web/workers/rpc.ts';
import { localInstant } from './local-instant.ts';
import { abandon, beginClip, type Recorder, type Vault } from './record.ts';

export type Media = WorkerClient<MediaContract>;

export interface ImportOptions {
  readonly vault: Vault;
  startRecorder(): Recorder;
  startMedia(): Media;
  readonly signal: AbortSignal;
  progress(fraction: Fraction): void;
}

export interface ImportedEntry {
  readonly id: EntryId;
  readonly record: EntryRecord;
  readonly summary: EntrySummary;
}

/** A file to take in: picked by the person, or kept sealed by the vault. */
export interface ImportFile {
  readonly name: string;
  readonly size: number;
  /** ms since 1970. */
  readonly lastModified: number;
  /** Its id in the inbox; it goes when the entry is there. */
  readonly shared: ObjectId | null;
  /** For one reading. */
  open(): GivenFile;
}

export function pickedImport(file: File): ImportFile {
  const { name, size, lastModified } = file;
  return { name, size, lastModified, shared: null, open: () => file };
}

export function sharedImport(vault: Vault, { id, name, bytes, modified }: SharedFile): ImportFile {
  return {
    name,
    size: bytes,
    lastModified: Date.parse(modified),
    shared: id,
    open() {
      const { port1, port2 } = new MessageChannel();
      // What fails is said over the port; where nobody is left to say it, the reader's patience ends.
      vault.call('serveShared', { id, port: port2 }, { transfer: [port2] }).catch(() => port2.close());
      return port1;
    }
  };
}

/**
 * Runs `work` while no other tab takes in the same shared file.
 * @returns false when one does, and `work` was not run
 */
export async function importAlone({ shared }: ImportFile, work: () => Promise<void>): Promise<boolean> {
  if (shared !== null) {
    return navigator.locks.request(`svj/shared/${shared}`, { ifAvailable: true }, async (lock) => {
      if (lock === null) return false;
      await work();
      return true;
    });
  }
  await work();
  return true;
}

const TITLE_MAX = 200;

/**
 * @throws `media/*` (see the table), `storage/quota` before or during the import, `call/aborted`; nothing is left then
 */
export async function importVideo(file: ImportFile, options: ImportOptions): Promise<ImportedEntry> {
  const { vault, signal } = options;
  if (file.size === 0) throw new SvjError('media/empty');
  const media = options.startMedia();
  const recorder = options.startRecorder();
  let clip: StartedClip | null = null;
  try {
    const probing = file.open();
    const probed = await media.call('probe', { file: probing }, { signal, transfer: portsOf(probing) });
    if (!canPlay(probed.mime)) throw new SvjError('media/undecodable');
    const space = await measureSpace(1);
    if (space.bytes !== null && space.bytes < file.size) throw new SvjError('storage/quota');

    const date = probed.recordedAt ?? localInstant(new Date(file.lastModified));
    clip = await beginClip(vault, recorder, {
      entryId: null,
      mime: probed.mime,
      source: 'import',
      recordedAt: date
    });
    const { shown } = await pour(media, recorder, file, options);
    signal.throwIfAborted();
    const closed = await recorder.call('close', undefined);
    const title = titleFrom(file.name);
    const { shared } = file;
    const kept = await vault.call('finishClip', {
      ...clip,
      closed,
      ended: 'stopped',
      poster: null,
      thumbnails: null,
      date,
      ...(title === '' ? {} : { title }),
      ...(shown === null ? {} : { shown }),
      ...(shared === null ? {} : { shared })
    });
    return { id: clip.entryId, ...kept };
  } catch (thrown) {
    await abandon(vault, recorder, clip);
    throw toSvjError(thrown);
  } finally {
    media.end();
    recorder.end();
  }
}

/** Media worker → here → recorder worker, one slice at a time; the answer is what lets the next one come. */
async function pour(
  media: Media,
  recorder: Recorder,
  file: ImportFile,
  options: ImportOptions
): Promise<ImportedMedia> {
  const { port1, port2 } = new MessageChannel();
  port2.onmessage = ({ data }: MessageEvent<{ readonly slice: Uint8Array<ArrayBuffer> }>) => {
    recorder.call('append', { slice: data.slice }, { transfer: [data.slice.buffer] }).then(
      () => port2.postMessage({ ok: true }),
      (thrown: unknown) => port2.postMessage({ ok: false, code: toSvjError(thrown).code })
    );
  };
  try {
    const stripping = file.open();
    return await media.call(
      'strip',
      { file: stripping, to: port1 },
      {
        transfer: [port1, ...portsOf(stripping)],
        signal: options.signal,
        progress: (fraction) => options.progress(fraction)
      }
    );
  } finally {
    port2.close();
  }
}

function portsOf(given: GivenFile): MessagePort[] {
  return given instanceof MessagePort ? [given] : [];
}

/** Some browsers decode a codec and still refuse it in this container; some have no decoder to ask at all. */
function canPlay(mime: string): boolean {
  return document.createElement('video').canPlayType(mime.replace(/codecs=(.*)$/, 'codecs="$1"')) !== '';
}

/** The file's name without its ending; camera counters such as IMG_0042 say nothing and give no title. */
export function titleFrom(fileName: string): string {
  const name = fileName.replace(/\.[^.]{1,5}$/, '').trim();
  return /^[A-Z]{2,5}[_-]?\d+$|^\d[\d_-]*$|^(VID|PXL|MVI|RPReplay)[_-]/i.test(name) ? '' : name.slice(0, TITLE_MAX);
}
