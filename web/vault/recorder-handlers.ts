/** What the recorder worker answers: one object, one key, nothing else of the vault. */
import { SvjError } from '#shared/errors.ts';
import type { ObjectSealKey, TailKey } from '#shared/crypto/keys.ts';
import { OpfsObjects } from '#web/store/opfs.ts';
import type { RecorderContract, RecorderKeyMessage } from '#web/workers/contracts.ts';
import type { Handlers } from '#web/workers/rpc.ts';
import { holdClip } from './clip-lock.ts';
import { ClipWriter } from './clip-writer.ts';
import { receive } from './receive.ts';

export function recorderHandlers(): Handlers<RecorderContract> {
  let writer: ClipWriter | undefined;

  function current(): ClipWriter {
    if (writer === undefined) throw new SvjError('recorder/failed', 'not open');
    return writer;
  }

  return {
    async open({ key }) {
      const message = await receive<RecorderKeyMessage>(key);
      // Held until this worker is ended, so that nobody recovers the clip before it is recorded.
      await holdClip(message.clipId);
      // Brands do not travel in messages; the vault worker is the only one that posts these.
      const objectKey = { seal: message.seal as ObjectSealKey, tail: message.tail as TailKey };
      writer = await ClipWriter.create(new OpfsObjects(), objectKey, message);
      return undefined;
    },
    async append({ slice }) {
      return current().append(slice instanceof Blob ? new Uint8Array(await slice.arrayBuffer()) : slice);
    },
    close() {
      return current().close();
    },
    async abort() {
      await writer?.abort();
      return undefined;
    }
  };
}
