/** Derives passphrase keys. Logic-free; ended after each use, which returns its memory. */
import { kdfHandlers } from '#web/vault/kdf-handlers.ts';
import type { KdfContract } from './contracts.ts';
import { serve } from './rpc.ts';

serve<KdfContract>(self, kdfHandlers);
