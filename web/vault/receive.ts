/** The one message that arrives over a port, or the failure that arrives in its place. */
import { isErrorCode, SvjError } from '#shared/errors.ts';

/** Posted by whoever cannot deliver. */
export interface FailedDelivery {
  readonly failed: string;
}

export function receive<T>(port: MessagePort): Promise<T> {
  return new Promise((resolve, reject) => {
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
