import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Take, TakeEnd, TakeOptions } from '#web/journal/record.ts';
import { camera } from './camera.svelte.ts';
import { recording } from './recording.svelte.ts';
import { settings } from './settings.svelte.ts';

/** What the recording asked for, and the answers a test holds back. */
const world = vi.hoisted(() => ({
  takes: [] as { options: TakeOptions; end: (end: TakeEnd) => void }[],
  /** Called each time before a clip is named. */
  naming: () => Promise.resolve(),
  opening: () => Promise.resolve(),
  claims: 0
}));

vi.mock('./pwa.svelte.ts', () => ({ pwa: { blockUpdate: () => () => undefined } }));
vi.mock('./backup.svelte.ts', () => ({ backup: { grown: () => undefined } }));
vi.mock('./session.svelte.ts', () => ({
  session: { status: 'unlocked', vault: {}, keepAwake: () => () => undefined, onLock: () => () => undefined }
}));
vi.mock('./entries.svelte.ts', () => ({ entries: { apply: () => undefined } }));
vi.mock('./complete-entry.ts', () => ({ completeEntry: () => Promise.resolve() }));
vi.mock('./toasts.svelte.ts', () => ({ toasts: { show: () => undefined } }));
vi.mock('./camera.svelte.ts', () => ({
  camera: { open: vi.fn(() => world.opening().then(() => ({}))), switch: () => Promise.resolve() }
}));
vi.mock('./settings.svelte.ts', () => ({ settings: { countdown: 0, quality: '720p' } }));
vi.mock('#web/workers/workers.ts', () => ({ startRecorder: () => ({}) }));
vi.mock('#web/journal/capture.ts', async () => ({
  ...(await import('#web/capture/recorder-state.ts')),
  PRESETS: (await import('#web/capture/camera.ts')).PRESETS,
  recordType: () => Promise.resolve({ mime: 'video/webm', keyFrameMs: 1000 }),
  measureSpace: () => Promise.resolve({ bytes: null, minutes: null, warning: 'none' }),
  ScreenWakeLock: class {
    hold = () => undefined;
    release = () => undefined;
  },
  claimRecording: () => {
    world.claims++;
    return Promise.resolve(() => {
      world.claims--;
    });
  }
}));
vi.mock('#web/journal/record.ts', () => ({
  Take: {
    async start(options: TakeOptions): Promise<Take> {
      await world.naming();
      options.signal?.throwIfAborted();
      const ended = Promise.withResolvers<TakeEnd>();
      world.takes.push({ options, end: ended.resolve });
      const take = { entryId: `entry ${world.takes.length}`, pause: () => undefined, stop: () => ended.promise };
      return take as unknown as Take;
    }
  }
}));

const end = (outcome: TakeEnd['outcome'], durationMs = 1): TakeEnd =>
  ({ entryId: 'e', clipId: 'c', outcome, durationMs, kept: null, code: null }) as unknown as TakeEnd;
const choose = (chosen: { readonly countdown: number }): void => void Object.assign(settings, chosen);

describe('a recording', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(world, { naming: () => Promise.resolve(), opening: () => Promise.resolve() });
    world.takes.length = 0;
    choose({ countdown: 0 });
    recording.reset();
  });

  afterEach(() => vi.useRealTimers());

  it('starts, is stopped, and gives back what it held', async () => {
    await recording.start();
    expect([recording.state, world.claims]).toEqual(['recording', 1]);
    const stopped = recording.stop();
    world.takes[0]?.end(end('kept'));
    await stopped;
    expect([recording.state, world.claims]).toEqual(['saved', 0]);
  });

  it('never begins when its screen is left during the countdown', async () => {
    choose({ countdown: 3 });
    const started = recording.start();
    await vi.advanceTimersByTimeAsync(1000);
    expect([recording.state, recording.countdown]).toEqual(['countdown', 2]);
    vi.mocked(camera.open).mockClear();
    recording.cancel();
    expect([recording.state, recording.countdown, world.claims]).toEqual(['idle', 0, 0]);
    await vi.advanceTimersByTimeAsync(10_000);
    await started;
    expect(world.takes).toHaveLength(0);
    expect(camera.open).not.toHaveBeenCalled();
    expect([recording.state, recording.error]).toEqual(['idle', null]);
  });

  it.each(['opening', 'naming'] as const)('never begins when its screen is left while %s', async (wait) => {
    const answer = Promise.withResolvers<undefined>();
    world[wait] = () => answer.promise;
    const started = recording.start();
    await vi.advanceTimersByTimeAsync(100);
    recording.cancel();
    expect(world.claims).toBe(0);
    answer.resolve(undefined);
    await started;
    expect(world.takes).toHaveLength(0);
    expect([recording.state, recording.error]).toEqual(['idle', null]);
    await recording.start();
    expect([recording.state, world.takes.length]).toEqual(['recording', 1]);
    world.takes[0]?.end(end('kept'));
    await recording.stop();
  });

  describe('whose camera is switched in a pause', () => {
    async function switchedInPause(): Promise<void> {
      await recording.start();
      await vi.advanceTimersByTimeAsync(1000);
      recording.pause();
      const switched = recording.switchCamera();
      world.takes[0]?.end(end('kept'));
      await switched;
    }

    it('stays paused, records nothing, and raises no alarm however long that lasts', async () => {
      await switchedInPause();
      await vi.advanceTimersByTimeAsync(60_000);
      expect([recording.state, world.takes.length, recording.switching]).toEqual(['paused', 1, false]);
      expect([recording.safety, recording.elapsedMs, recording.live]).toEqual(['saved', 1000, true]);
      recording.resume();
      await vi.advanceTimersByTimeAsync(0);
      expect([recording.state, world.takes.length, recording.clips]).toEqual(['recording', 2, 2]);
      expect(recording.safety).toBe('starting');
      const stopped = recording.stop();
      world.takes[1]?.end(end('kept'));
      await stopped;
      expect(recording.state).toBe('saved');
    });

    it('is saved when it is stopped in that pause', async () => {
      await switchedInPause();
      await recording.stop();
      expect([recording.state, recording.end?.outcome, world.claims]).toEqual(['saved', 'kept', 0]);
      expect(world.takes).toHaveLength(1);
    });

    it('is switched back in that pause without a clip', async () => {
      await switchedInPause();
      await recording.switchCamera();
      expect([recording.state, world.takes.length]).toEqual(['paused', 1]);
      await recording.stop();
    });

    it('keeps what there is when the camera does not come back', async () => {
      await switchedInPause();
      vi.mocked(camera.open).mockRejectedValueOnce(new Error('gone'));
      recording.resume();
      await vi.advanceTimersByTimeAsync(0);
      expect([recording.state, recording.end?.outcome]).toEqual(['interrupted', 'kept']);
      recording.finishInterrupted();
    });
  });

  it('begins once, however often it is asked to', async () => {
    await Promise.all([recording.start(), recording.start()]);
    expect(world.takes).toHaveLength(1);
    world.takes[0]?.end(end('kept'));
    await recording.stop();
  });

  it('D: one that was interrupted and left while closing does not disturb the next', async () => {
    await recording.start();
    world.takes[0]?.options.onInterrupted('muted');
    expect(recording.state).toBe('interrupted');
    recording.reset();
    await recording.start();
    world.takes[0]?.options.onSaved({ dataBytes: 9, durationMs: 9, at: Date.now() });
    expect(recording.savedSecondsAgo).toBeNull();
    world.takes[0]?.end(end('empty'));
    await vi.advanceTimersByTimeAsync(10);
    expect([recording.state, recording.entryId, recording.clips, world.claims]).toEqual(['recording', 'entry 2', 1, 1]);
    expect(recording.end).toBeNull();
    const stopped = recording.stop();
    world.takes[1]?.end(end('kept'));
    await stopped;
    expect(recording.state).toBe('saved');
  });

  it('is not called saved when its last slices found no way to the disk while it was stopped', async () => {
    await recording.start();
    await vi.advanceTimersByTimeAsync(1000);
    world.takes[0]?.options.onSaved({ dataBytes: 9, durationMs: 900, at: Date.now() });
    await vi.advanceTimersByTimeAsync(5000);
    const stopped = recording.stop();
    world.takes[0]?.options.onInterrupted('space');
    world.takes[0]?.end(end('kept', 1200));
    await stopped;
    expect([recording.state, recording.interruption]).toEqual(['interrupted', 'space']);
    // The clock tells what is kept.
    expect(recording.elapsedMs).toBe(1000);
    recording.finishInterrupted();
  });

  it('shows what the container holds when the encoder was cut off: what came late is no newer for that', async () => {
    await recording.start();
    await vi.advanceTimersByTimeAsync(60_000);
    const stopped = recording.stop();
    await vi.advanceTimersByTimeAsync(30_000);
    world.takes[0]?.options.onSaved({ dataBytes: 9, durationMs: 40_000, at: Date.now() });
    world.takes[0]?.options.onInterrupted('recorder');
    world.takes[0]?.end(end('kept', 40_000));
    await stopped;
    expect(recording.elapsedMs).toBe(40_000);
    recording.finishInterrupted();
  });

  it.each(['stop', 'switchCamera'] as const)('is not called saved when it was cut off during %s', async (deed) => {
    await recording.start();
    const ended = recording[deed]();
    world.takes[0]?.options.onInterrupted('recorder');
    world.takes[0]?.end(end('kept'));
    await ended;
    expect([recording.state, recording.interruption]).toEqual(['interrupted', 'recorder']);
    expect([world.takes.length, world.claims]).toEqual([1, 0]);
    recording.finishInterrupted();
  });

  it('is not disturbed by what an earlier clip reports late', async () => {
    await recording.start();
    const stopped = recording.stop();
    world.takes[0]?.end(end('kept'));
    await stopped;
    world.takes[0]?.options.onInterrupted('storage');
    expect([recording.state, recording.interruption]).toEqual(['saved', null]);
    await recording.start();
    world.takes[0]?.options.onInterrupted('storage');
    expect([recording.state, recording.interruption]).toEqual(['recording', null]);
    world.takes[1]?.end(end('kept'));
    await recording.stop();
  });
});
