import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import { abortable, backOffMs, pause } from './back-off.ts';
import { RelayRefusal } from './relay-transport.ts';

const unreachable = new SvjError('relay/unreachable');
const refused = (retryAfter: string) =>
  new RelayRefusal('relay/too-many', new Response(null, { status: 429, headers: { 'Retry-After': retryAfter } }));

describe('a relay that failed is asked again', () => {
  it('after twice as long each time, up to half a minute, and never in the same moment by all', () => {
    const longest = [1, 2, 3, 4, 5, 6, 7, 8, 2000].map((failures) => backOffMs(failures, unreachable, () => 1));
    expect(longest).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(backOffMs(3, unreachable, () => 0)).toBe(1000);
  });

  it('not before it wants to be, as far as that is a number of seconds and an hour at most', () => {
    const waits = ['60', '0', '999999999', '-5', '1e9', 'Wed, 21 Oct 2026 07:28:00 GMT', ''];
    expect(waits.map((text) => backOffMs(1, refused(text), () => 1))).toEqual([
      ...[60_000, 500, 3_600_000],
      ...[500, 500, 500, 500]
    ]);
  });
});

describe('a pause', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('lasts as long as it is asked to', async () => {
    const over = vi.fn();
    void pause(1000, new AbortController().signal).then(over);
    await vi.advanceTimersByTimeAsync(999);
    expect(over).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(over).toHaveBeenCalled();
  });

  it('ends at once when it is stopped, and leaves no timer behind', async () => {
    const stop = new AbortController();
    const paused = pause(1000, stop.signal);
    stop.abort();
    await expect(paused).rejects.toMatchObject({ code: 'call/aborted' });
    await expect(pause(1000, stop.signal)).rejects.toMatchObject({ code: 'call/aborted' });
    expect(vi.getTimerCount()).toBe(0);
  });
});

it('work that nobody waits for any more may fail unheard', async () => {
  const stop = new AbortController();
  const { promise, reject } = Promise.withResolvers<never>();
  const waiting = abortable(promise, stop.signal);
  stop.abort();
  await expect(waiting).rejects.toMatchObject({ code: 'call/aborted' });
  reject(new Error('too late'));
  await expect(abortable(Promise.reject(new Error('late')), stop.signal)).rejects.toMatchObject({
    code: 'call/aborted'
  });
});
