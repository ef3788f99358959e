/**
 * Recording 720p from the fake camera: by the app (its recorder, its recorder worker, sealed and
 * flushed slice by slice) and by MediaRecorder alone. The driver adds the processor time.
 */
import { randomBytes } from '../../shared/bytes.ts';
import { entryKey, objectKey } from '../../shared/crypto/keys.ts';
import { KIND } from '../../shared/format/kind.ts';
import { newEntryId, newObjectId, newVaultId } from '../../shared/ids.ts';
import { PRESETS } from '../../web/capture/camera.ts';
import { recorderOptions, recordType, type RecordType } from '../../web/capture/mime.ts';
import { StreamRecorder } from '../../web/capture/recorder.ts';
import type { RecorderKeyMessage } from '../../web/workers/contracts.ts';
import { startRecorder, type RecorderClient } from '../../web/workers/workers.ts';
import type { TaskRun } from './task.ts';

// As web/capture/recorder.ts asks for it.
const TIMESLICE_MS = 900;
const FIRST_EPOCH = 1;
const { videoBitsPerSecond, audioBitsPerSecond } = PRESETS['720p'];

export async function prepareRecording(by: 'product' | 'limit', seconds: number): Promise<() => Promise<TaskRun>> {
  const video = { width: 1280, height: 720, frameRate: 30 };
  const stream = await navigator.mediaDevices.getUserMedia({ video, audio: true });
  const type = await recordType();
  return () => (by === 'product' ? recordSealed(stream, type, seconds) : recordBare(stream, type, seconds));
}

async function recordBare(stream: MediaStream, type: RecordType, seconds: number): Promise<TaskRun> {
  const recorder = new MediaRecorder(stream, recorderOptions(type, { videoBitsPerSecond, audioBitsPerSecond }));
  let bytes = 0;
  recorder.ondataavailable = ({ data }) => (bytes += data.size);
  const stopped = new Promise((resolve) => (recorder.onstop = resolve));
  const started = performance.now();
  recorder.start(TIMESLICE_MS);
  await elapsed(seconds);
  recorder.stop();
  await stopped;
  return { ms: performance.now() - started, bytes };
}

async function recordSealed(stream: MediaStream, type: RecordType, seconds: number): Promise<TaskRun> {
  const worker = await openRecorder(type);
  let bytes = 0;
  let latestSliceMs = 0;
  let failure = '';
  const recorder = new StreamRecorder({
    stream,
    type,
    videoBitsPerSecond,
    audioBitsPerSecond,
    append: async (slice) => {
      const handed = Date.now();
      const durable = await worker.call('append', { slice });
      latestSliceMs = Math.max(latestSliceMs, Date.now() - handed);
      bytes = durable.dataBytes;
      return durable;
    },
    onSaved: () => undefined,
    onInterrupted: (reason) => (failure = reason)
  });
  const started = performance.now();
  recorder.start();
  await elapsed(seconds);
  const stopping = performance.now();
  await recorder.stop();
  await worker.call('close', undefined);
  const ms = performance.now() - started;
  const stopToSavedMs = performance.now() - stopping;
  await worker.call('abort', undefined);
  worker.end();
  if (failure !== '') throw new Error(`the recording was interrupted: ${failure}`);
  return { ms, bytes, extra: { latestSliceMs, stopToSavedMs } };
}

async function openRecorder(type: RecordType): Promise<RecorderClient> {
  const worker = startRecorder();
  const { port1, port2 } = new MessageChannel();
  const clipId = newObjectId();
  const { seal, tail } = await objectKey(await entryKey(randomBytes(32)), clipId, KIND.media);
  const message: RecorderKeyMessage = {
    seal,
    tail,
    vaultId: newVaultId(),
    entryId: newEntryId(),
    clipId,
    epoch: FIRST_EPOCH,
    mime: type.mime,
    pad: true
  };
  port1.postMessage(message);
  await worker.call('open', { key: port2 }, { transfer: [port2] });
  return worker;
}

function elapsed(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 1000 * seconds));
}
