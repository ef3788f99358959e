import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SliceQueue } from '#web/capture/slice-queue.ts';
import { Durability } from './durability.svelte.ts';
import { Stopwatch } from './stopwatch.svelte.ts';

const SLICE_MS = 900;
const slice = () => new Blob(['x']);

/** A recorder that gives a slice every 0.9 s, and a disk that takes as long as it is told to. */
class Rig {
  appendMs = 20;
  readonly time = new Stopwatch();
  readonly durability = new Durability(this.time);
  readonly queue = new SliceQueue({
    append: async (blob) => {
      await new Promise((resolve) => setTimeout(resolve, this.appendMs));
      this.#bytes += blob.size;
      return { dataBytes: this.#bytes, durationMs: 0 };
    },
    onSaved: (saved) => this.durability.report(saved),
    onFailed: () => undefined,
    onFull: () => undefined
  });
  #bytes = 0;
  #slices: ReturnType<typeof setInterval> | undefined;

  run(): void {
    this.time.run();
    this.#slices = setInterval(() => this.queue.push(slice()), SLICE_MS);
  }

  /** As the recorder does: what was recorded so far is handed out at once. */
  halt(rest = slice()): void {
    clearInterval(this.#slices);
    this.time.halt();
    this.queue.push(rest);
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(ms);
    this.time.tick();
  }
}

describe('what may be called saved', () => {
  let rig: Rig;

  beforeEach(() => {
    vi.useFakeTimers();
    rig = new Rig();
    rig.durability.begin();
    rig.run();
  });

  afterEach(() => vi.useRealTimers());

  it('is nothing before the first byte is on the disk, and that is said when it lasts', async () => {
    rig.appendMs = 60_000;
    await rig.pass(2900);
    expect(rig.durability.safety).toBe('starting');
    expect(rig.durability.secondsAgo).toBeNull();
    await rig.pass(200);
    expect(rig.durability.safety).toBe('nothing');
    expect(rig.durability.secondsAgo).toBeNull();
  });

  it('is everything up to a moment ago while the disk keeps up', async () => {
    await rig.pass(1000);
    for (let second = 0; second < 10; second++) {
      await rig.pass(1000);
      expect(rig.durability.safety).toBe('saving');
      expect(rig.durability.secondsAgo).toBe(0);
      expect(rig.durability.unsavedMs).toBeLessThan(1000);
    }
  });

  it('is as old as the newest slice on a slow disk, however recently that one arrived there', async () => {
    await rig.pass(2000);
    rig.appendMs = 4000;
    await rig.pass(20_000);
    // Slices land every four seconds; each is older than the one before was.
    for (let second = 0; second < 12; second++) {
      await rig.pass(1000);
      expect(rig.durability.safety).toBe('stalled');
      expect(rig.durability.secondsAgo).toBeGreaterThan(10);
      expect(rig.durability.secondsAgo).toBe(Math.floor(rig.durability.unsavedMs / 1000));
    }
    rig.appendMs = 1;
    await rig.pass(5000);
    expect(rig.durability.safety).toBe('saving');
    expect(rig.durability.secondsAgo).toBe(0);
  });

  it('is everything in a pause, once the last slice is there, and right after it', async () => {
    await rig.pass(2000);
    rig.halt();
    expect(rig.durability.safety).toBe('saving');
    await rig.pass(100);
    expect(rig.durability.safety).toBe('saved');
    await rig.pass(60_000);
    expect(rig.durability.safety).toBe('saved');
    rig.run();
    expect(rig.durability.safety).toBe('saving');
    expect(rig.durability.secondsAgo).toBe(0);
  });

  it('is everything in a pause before which nothing more had been recorded', async () => {
    await rig.pass(2000);
    rig.halt(new Blob());
    await rig.pass(100);
    expect(rig.durability.safety).toBe('saved');
  });

  it('is not everything in a pause, nor after it, while something from before still waits', async () => {
    await rig.pass(2000);
    rig.appendMs = 30_000;
    await rig.pass(1000);
    rig.halt();
    await rig.pass(1000);
    expect(rig.durability.safety).toBe('saving');
    await rig.pass(3000);
    expect(rig.durability.safety).toBe('stalled');
    rig.run();
    expect(rig.durability.safety).toBe('stalled');
    expect(rig.durability.secondsAgo).toBeGreaterThan(3);
  });

  it('begins anew with each clip', async () => {
    await rig.pass(3000);
    rig.halt();
    await rig.pass(5000);
    rig.durability.begin();
    expect(rig.durability.safety).toBe('starting');
    expect(rig.durability.secondsAgo).toBeNull();
    rig.run();
    await rig.pass(2000);
    expect(rig.durability.safety).toBe('saving');
  });

  it('leaves out of the recorded time what never reached the disk', async () => {
    await rig.pass(2000);
    rig.appendMs = 60_000;
    await rig.pass(10_000);
    rig.halt();
    rig.time.cut(rig.durability.unsavedMs);
    expect(rig.time.elapsedMs).toBe(2 * SLICE_MS);
  });
});
