/** How long to wait before a relay that failed is asked again. */
import { SvjError } from '#shared/errors.ts';
import { RelayRefusal } from './relay-transport.ts';

const FIRST_MS = 500;
const LONGEST_MS = 30_000;
/** What a relay may ask for; the timers of a browser fire at once when they are told more than 24 days. */
const LONGEST_ASKED_MS = 3_600_000;

/**
 * Twice as long after each failure, and spread, so that all devices do not come back in the same second.
 * @param failures in a row, from 1
 * @param random in [0, 1)
 */
export function backOffMs(failures: number, error: SvjError, random: () => number): number {
  const exact = Math.min(LONGEST_MS, FIRST_MS * 2 ** (failures - 1));
  const asked = error instanceof RelayRefusal ? (error.retryAfterMs ?? 0) : 0;
  return Math.max(exact * (0.5 + random() / 2), Math.min(asked, LONGEST_ASKED_MS));
}

/** @throws `call/aborted` */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const waited = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  try {
    await abortable(waited, signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Waits no longer than the signal lives; the work itself goes on. @throws `call/aborted`, what `work` throws */
export async function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) {
    work.catch(() => undefined);
    throw new SvjError('call/aborted');
  }
  const { promise, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(new SvjError('call/aborted'));
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}
