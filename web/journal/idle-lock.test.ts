import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { IDLE_LIMIT_MS, IdleLock, idleExpired, type Instant } from './idle-lock.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const at = (wall: number, mono = wall): Instant => ({ wall, mono });

describe('idleExpired', () => {
  it('is false up to the limit and true from it on', () => {
    expect(idleExpired(at(0), at(0), at(IDLE_LIMIT_MS - 1))).toBe(false);
    expect(idleExpired(at(0), at(0), at(IDLE_LIMIT_MS))).toBe(true);
  });

  it('B5: holds when the wall clock is set back an hour', () => {
    expect(idleExpired(at(0, 0), at(10 * MINUTE, 10 * MINUTE), at(11 * MINUTE - HOUR, 11 * MINUTE))).toBe(true);
  });

  it('B5: locks at once when the wall clock jumps a day ahead', () => {
    expect(idleExpired(at(0, 0), at(MINUTE, MINUTE), at(DAY, 2 * MINUTE))).toBe(true);
  });

  it('B5: counts sleep, during which the monotonic clock stood', () => {
    expect(idleExpired(at(0, 0), at(MINUTE, MINUTE), at(8 * HOUR, 2 * MINUTE))).toBe(true);
  });

  it('forgives what time synchronisation corrects', () => {
    expect(idleExpired(at(100_000, 0), at(110_000, 10_000), at(109_000, 20_000))).toBe(false);
  });

  it('is expired whenever either clock has passed the limit, whatever the other says', () => {
    fc.assert(
      fc.property(fc.integer({ min: -DAY, max: DAY }), fc.integer({ min: 0, max: DAY }), (wall, mono) => {
        const expired = idleExpired(at(0), at(0), { wall, mono });
        if (mono >= IDLE_LIMIT_MS || wall >= IDLE_LIMIT_MS || wall < -MINUTE) expect(expired).toBe(true);
        else expect(expired).toBe(false);
      })
    );
  });
});

describe('IdleLock', () => {
  let now: Instant;
  let busy: boolean;
  const expired = vi.fn();
  const active = vi.fn();
  const lock = new IdleLock({ clock: { now: () => now }, busy: () => busy, expired, active });
  let target: Window & { readonly document: EventTarget };

  beforeEach(() => {
    vi.useFakeTimers();
    vi.clearAllMocks();
    now = at(0);
    busy = false;
    target = Object.assign(new EventTarget(), { document: new EventTarget() }) as unknown as typeof target;
    lock.start(target);
  });

  afterEach(() => {
    lock.stop();
    vi.useRealTimers();
  });

  it('locks by its own timer', () => {
    now = at(IDLE_LIMIT_MS);
    vi.advanceTimersByTime(10_000);
    expect(expired).toHaveBeenCalledOnce();
  });

  it.each(['pointerdown', 'keydown', 'wheel', 'touchstart', 'input'])('is put off by %s', (type) => {
    now = at(IDLE_LIMIT_MS - 1);
    target.dispatchEvent(new Event(type));
    now = at(IDLE_LIMIT_MS + 1);
    vi.advanceTimersByTime(10_000);
    expect(expired).not.toHaveBeenCalled();
  });

  it('is not put off by an input that comes too late', () => {
    now = at(IDLE_LIMIT_MS);
    target.dispatchEvent(new Event('pointermove'));
    expect(expired).toHaveBeenCalledOnce();
  });

  it.each(['focus', 'pageshow'])('looks at the clocks on %s', (type) => {
    now = at(DAY);
    target.dispatchEvent(new Event(type));
    expect(expired).toHaveBeenCalledOnce();
  });

  it('looks at the clocks when the page becomes visible', () => {
    now = at(0, DAY);
    target.document.dispatchEvent(new Event('visibilitychange'));
    expect(expired).toHaveBeenCalledOnce();
  });

  it('does not count a recording as idling, and starts anew after it', () => {
    busy = true;
    for (let minutes = 29; minutes <= 120; minutes += 1) {
      now = at((minutes * HOUR) / 60);
      vi.advanceTimersByTime(10_000);
    }
    busy = false;
    now = at(2 * HOUR + IDLE_LIMIT_MS - 1);
    vi.advanceTimersByTime(10_000);
    expect(expired).not.toHaveBeenCalled();
    now = at(2 * HOUR + IDLE_LIMIT_MS);
    vi.advanceTimersByTime(10_000);
    expect(expired).toHaveBeenCalledOnce();
  });

  it.each([
    ['the wall clock', at(DAY, 1000)],
    ['the monotonic clock', at(1000, DAY)],
    ['a wall clock that was set back', at(-HOUR, 1000)]
  ])('locks a device that slept in the middle of a clip, by %s', (_, then) => {
    busy = true;
    now = then;
    target.dispatchEvent(new Event('focus'));
    expect(expired).toHaveBeenCalledOnce();
  });

  it('is put off by the person in another tab, but not revived', () => {
    now = at(IDLE_LIMIT_MS - 1);
    lock.touchedElsewhere();
    now = at(IDLE_LIMIT_MS + 1);
    lock.check();
    expect(expired).not.toHaveBeenCalled();
    now = at(3 * IDLE_LIMIT_MS);
    lock.touchedElsewhere();
    expect(expired).toHaveBeenCalledOnce();
    lock.touchedElsewhere();
    expect(expired).toHaveBeenCalledOnce();
  });

  it('tells of the person at most once in ten seconds', () => {
    for (let second = 0; second <= 20; second++) {
      now = at(second * 1000);
      target.dispatchEvent(new Event('keydown'));
    }
    expect(active).toHaveBeenCalledTimes(3);
  });
});
