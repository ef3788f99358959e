/** What the media worker does: look at foreign files, and take everything but picture and sound out of them. */
import type { MediaContract } from '#web/workers/contracts.ts';
import type { Handlers } from '#web/workers/rpc.ts';
import { openVideo } from './opened-video.ts';
import { strip } from './strip.ts';

export const mediaHandlers: Handlers<MediaContract> = {
  async probe({ file }) {
    const { input, mime, announcedMs, recordedAt } = await openVideo(file);
    input.dispose();
    return { mime, durationMs: announcedMs ?? 0, recordedAt };
  },
  async strip({ file, to }, context) {
    try {
      return await strip(file, to, context);
    } finally {
      to.close();
    }
  }
};
