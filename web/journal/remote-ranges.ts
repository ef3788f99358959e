/** Reads sealed bytes from the relay for the vault, which has no network (workers/remote-port.ts). */
import { toSvjError, type ErrorCode } from '#shared/errors.ts';
import type { RelayClient } from '#web/sync/relay-client.ts';
import type { RemoteAnswer, RemoteQuestion } from '#web/workers/remote-port.ts';
import type { VaultClient } from './session.ts';

/** For one block: a line this slow plays nothing. */
const PATIENCE_MS = 60_000;

/** Until the signal aborts, or the vault ends. @throws what the call throws */
export async function serveRemote(
  vault: VaultClient,
  relay: Pick<RelayClient, 'objectRange'>,
  signal: AbortSignal
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const answer = async ({ id, objectId, from, to }: RemoteQuestion): Promise<void> => {
    try {
      const patience = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]);
      const bytes = await relay.objectRange(objectId, from, to, patience);
      const given: RemoteAnswer = { id, bytes };
      port1.postMessage(given, [bytes.buffer]);
    } catch (thrown) {
      const failed: RemoteAnswer = { id, failed: named(toSvjError(thrown).code) };
      port1.postMessage(failed);
    }
  };
  port1.onmessage = ({ data }: MessageEvent<RemoteQuestion>) => void answer(data);
  signal.addEventListener('abort', () => {
    const closed: RemoteAnswer = { closed: true };
    port1.postMessage(closed);
    // What is posted last would be lost with a port that is closed at once.
    setTimeout(() => port1.close());
  });
  await vault.call('connectRemote', { port: port2 }, { transfer: [port2] });
}

/** What the relay does not have, it does not have yet: the device that made it is still to send it. */
function named(code: ErrorCode): ErrorCode {
  if (code === 'http/not-found' || code === 'store/absent') return 'object/elsewhere';
  return code === 'call/aborted' ? 'relay/unreachable' : code;
}
