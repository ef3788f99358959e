/**
 * Gives a player the bytes it asks for: the generated head and the untouched body as one
 * virtual file (decision 8). Nothing is kept but the open file and derived keys.
 */
import { concat, type Bytes } from '#shared/bytes.ts';
import { objectKey } from '#shared/crypto/keys.ts';
import { openRange, startOpening, type ObjectOpener } from '#shared/crypto/stream.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import { parseFramed } from '#shared/format/framed.ts';
import { KIND } from '#shared/format/kind.ts';
import { HEAD_BYTES, sealedSize } from '#shared/format/segment.ts';
import type { ObjectId } from '#shared/ids.ts';
import { integer, looseObject, minValue, number, pipe, validate } from '#shared/schema.ts';
import type { Clip } from '#web/model/entry.ts';
import type { ObjectReader } from '#web/store/objects.ts';
import { READ_BYTES, type ClipAnswer, type ClipQuestion } from '#web/workers/clip-port.ts';
import { openEntry } from './entry-reader.ts';
import { objectEnvelope } from './envelopes.ts';
import { readObject, type ObjectOwner } from './small-object.ts';
import type { Vault } from './vault.ts';

const whole = pipe(number(), integer(), minValue(0));
const geometry = looseObject({ bodyFrom: whole, bodyTo: whole });

/** An opened clip; `close` gives the file back. */
export interface ClipReader {
  readonly size: number;
  readonly mime: string;
  /** Virtual bytes `[from, to)`. @throws `range/not-satisfiable`, `seal/damaged`, `seal/truncated` */
  read(from: number, to: number): Promise<Bytes>;
  close(): void;
}

/** @throws `object/absent`, `entry/damaged`, `seal/trailing-data` */
export async function openClip(vault: Vault, clipId: ObjectId): Promise<ClipReader> {
  const listed = await vault.stores.records.get('objects', clipId);
  if (listed === undefined) throw new SvjError('object/absent');
  const { record, key, row } = await openEntry(vault, listed.entryId);
  const clip = record.clips.find(({ id }) => id === clipId);
  if (clip === undefined) throw new SvjError('object/absent');
  const owner = { entryId: row.entryId, key, epoch: row.epoch };
  const head = parseFramed(await readObject(vault, owner, KIND.containerHead, clip.head));
  const { bodyFrom, bodyTo } = validate(geometry, head.json);
  if (bodyFrom > bodyTo || bodyTo > clip.body.dataLength) throw new SvjError('entry/damaged', 'head');
  const file = await vault.stores.objects.open(clipId);
  if (file === null) throw new SvjError('object/absent');
  try {
    const opener = await openBody(vault, owner, clip, file);
    return virtualFile({ head: head.bytes, bodyFrom, bodyTo, clip, file, opener });
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

function virtualFile(parts: {
  head: Bytes;
  bodyFrom: number;
  bodyTo: number;
  clip: Clip;
  file: ObjectReader;
  opener: ObjectOpener;
}): ClipReader {
  const { head, bodyFrom, bodyTo, clip, file, opener } = parts;
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

/** Answers the questions of one player request (clip-port.ts) until it is closed. */
export async function serveClip(vault: Vault, clipId: ObjectId, port: MessagePort): Promise<undefined> {
  const say = (answer: ClipAnswer, transfer: Transferable[] = []): void => {
    port.postMessage(answer, transfer);
  };
  let reader: ClipReader;
  try {
    reader = await vault.read(() => openClip(vault, clipId));
  } catch (thrown) {
    say({ type: 'failed', code: toSvjError(thrown).code });
    port.close();
    return undefined;
  }
  let turn = Promise.resolve();
  port.onmessage = (event: MessageEvent<ClipQuestion>) => {
    const question = event.data;
    turn = turn.then(() => answer(question));
  };
  async function answer(question: ClipQuestion): Promise<void> {
    if (question.type === 'close') {
      reader.close();
      port.close();
      return;
    }
    try {
      const to = Math.min(question.to, question.from + READ_BYTES);
      const bytes = await reader.read(question.from, to);
      say({ type: 'bytes', bytes }, [bytes.buffer]);
    } catch (thrown) {
      say({ type: 'failed', code: toSvjError(thrown).code });
    }
  }
  say({ type: 'opened', size: reader.size, mime: reader.mime });
  return undefined;
}
