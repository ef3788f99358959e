/** The one message that arrives over a port, or the failure that arrives in its place. */
import { isErrorCode, SvjError } from '#shared/errors.ts';

/** Posted by whoever cannot deliver. */
export interface FailedDelivery {
  readonly failed: string;
}

/** @throws `call/aborted` when the caller gives up, and the code that a failed delivery names */
export function receive<T>(port: MessagePort, signal?: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => {
      port.close();
      reject(new SvjError('call/aborted'));
    });
    port.onmessage = (event: MessageEvent<T | FailedDelivery>) => {
      port.close();
      const { data } = event;
      if (typeof data === 'object' && data !== null && 'failed' in data) {
        reject(new SvjError(isErrorCode(data.failed) ? data.failed : 'internal'));
      } else {
        resolve(data);
      }
    };
  });
}
