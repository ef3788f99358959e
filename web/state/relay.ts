/** The relay of this app: its own origin, as the policy demands. */
import { RelayClient } from '#web/sync/relay-client.ts';

export const ask = (path: string, init: RequestInit): Promise<Response> => fetch(path, init);

export const relay = new RelayClient(ask);
