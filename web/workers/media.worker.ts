/** Reads foreign media files. Holds no key and has no way to the network. Logic-free. */
import { mediaHandlers } from '#web/media/media-handlers.ts';
import type { MediaContract } from './contracts.ts';
import { serve } from './rpc.ts';

serve<MediaContract>(self, mediaHandlers);
