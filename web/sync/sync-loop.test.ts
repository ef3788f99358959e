import { describe, expect, it, vi } from 'vitest';
import { SvjError, type ErrorCode } from '#shared/errors.ts';
import { newEntryId } from '#shared/ids.ts';
import type { Exchanged } from './exchange.ts';
import { SyncLoop, type SyncState } from './sync-loop.ts';

const IN_STEP: Exchanged = { outcome: 'in-step', changed: new Set() };

/** A loop whose exchanges end as they are told; the last one is repeated. */
function started(...outcomes: (Exchanged | ErrorCode)[]) {
  const states: SyncState[] = [];
  const changed = vi.fn();
  const feed: { tell: (() => void) | null } = { tell: null };
  const controller = new AbortController();
  const exchange = vi.fn(async () => {
    const outcome = outcomes.length > 1 ? outcomes.shift() : outcomes[0];
    if (outcome === undefined || typeof outcome === 'string') throw new SvjError(outcome ?? 'internal');
    return Promise.resolve(outcome);
  });
  const loop = new SyncLoop({
    exchange,
    async *feed(signal) {
      while (!signal.aborted) {
        await new Promise<void>((resolve) => {
          feed.tell = resolve;
          signal.addEventListener('abort', () => resolve());
        });
        yield 1;
      }
    },
    onState: (state) => states.push(state),
    onChanged: changed,
    random: () => 0.5
  });
  const running = loop.run(controller.signal);
  return { loop, states, changed, exchange, feed, running, stop: () => controller.abort() };
}

const statuses = (states: readonly SyncState[]): string[] => states.map(({ status }) => status);

describe('the sync loop', () => {
  it('exchanges at once, when something was changed here, and when the relay says so', async () => {
    const { loop, states, exchange, feed, running, stop } = started(IN_STEP);
    await vi.waitFor(() => expect(statuses(states)).toEqual(['working', 'in-step']));
    loop.wake();
    await vi.waitFor(() => expect(exchange).toHaveBeenCalledTimes(2));
    feed.tell?.();
    await vi.waitFor(() => expect(exchange).toHaveBeenCalledTimes(3));
    stop();
    await running;
    expect(exchange).toHaveBeenCalledTimes(3);
  });

  it('does not miss what is changed during an exchange', async () => {
    const { loop, exchange, running, stop } = started(IN_STEP);
    exchange.mockImplementationOnce(() => {
      loop.wake();
      return Promise.resolve(IN_STEP);
    });
    loop.wake();
    await vi.waitFor(() => expect(exchange.mock.calls.length).toBeGreaterThanOrEqual(2));
    stop();
    await running;
  });

  it('tries again after a failure, at once when it is woken', async () => {
    vi.useFakeTimers();
    try {
      const { loop, states, exchange, running, stop } = started('relay/unreachable', 'relay/unreachable', IN_STEP);
      await vi.advanceTimersByTimeAsync(0);
      expect(states.at(-1)).toEqual({ status: 'waiting', code: 'relay/unreachable' });
      await vi.advanceTimersByTimeAsync(500);
      expect(exchange).toHaveBeenCalledTimes(2);
      loop.wake();
      await vi.advanceTimersByTimeAsync(0);
      expect(states.at(-1)).toEqual({ status: 'in-step' });
      stop();
      await running;
    } finally {
      vi.useRealTimers();
    }
  });

  it('ends when somebody has to sign in, and when the relay is refused', async () => {
    const out = started('session/absent');
    await out.running;
    expect(statuses(out.states)).toEqual(['working', 'signed-out']);
    const refused = started({ outcome: 'refused', why: 'rolled-back', entryId: null });
    await refused.running;
    expect(refused.states.at(-1)).toEqual({ status: 'refused', why: 'rolled-back' });
  });

  it('says which entries came, and ends silently with the journal', async () => {
    const changed = new Set([newEntryId()]);
    const loop = started({ outcome: 'in-step', changed }, 'vault/locked');
    await vi.waitFor(() => expect(loop.changed).toHaveBeenCalledWith(changed));
    loop.loop.wake();
    await loop.running;
    expect(loop.states.at(-1)).toEqual({ status: 'working' });
  });
});
