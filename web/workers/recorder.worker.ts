/** Writes one object, holding that object's key alone. Logic-free. */
import { recorderHandlers } from '#web/vault/recorder-handlers.ts';
import type { RecorderContract } from './contracts.ts';
import { serve } from './rpc.ts';

serve<RecorderContract>(self, recorderHandlers());
