/** The vault: the only place that holds keys. Logic-free; ending it is what locking means. */
import { vaultHandlers } from '#web/vault/vault-handlers.ts';
import type { VaultContract } from './contracts.ts';
import { serve } from './rpc.ts';

serve<VaultContract>(self, vaultHandlers());
