import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Interruption } from './recorder-state.ts';
import { StreamRecorder } from './recorder.ts';
import type { Saved } from './slice-queue.ts';

class FakeTrack extends EventTarget {
  muted = false;
  readonly kind: 'video' | 'audio';

  constructor(kind: 'video' | 'audio') {
    super();
    this.kind = kind;
  }
}

/** Says nothing by itself: a test says what the browser's would. */
class FakeMediaRecorder extends EventTarget {
  static last: FakeMediaRecorder;
  state: RecordingState = 'inactive';

  constructor() {
    super();
    FakeMediaRecorder.last = this;
  }

  start(): void {
    this.state = 'recording';
  }

  /** The state changes at once, the events come whenever the encoder is done. */
  stop(): void {
    this.state = 'inactive';
  }

  slice(text: string): void {
    this.dispatchEvent(Object.assign(new Event('dataavailable'), { data: new Blob([text]) }));
  }

  end(): void {
    this.state = 'inactive';
    this.dispatchEvent(new Event('stop'));
  }
}

/** A recording of two fake tracks that has begun. */
class Rig {
  readonly video = new FakeTrack('video');
  readonly audio = new FakeTrack('audio');
  readonly written: number[] = [];
  readonly saved: Saved[] = [];
  readonly reasons: Interruption[] = [];
  readonly recorder = new StreamRecorder({
    stream: { getTracks: () => [this.video, this.audio] } as unknown as MediaStream,
    type: { mime: 'video/webm', keyFrameMs: 1000 },
    videoBitsPerSecond: 1,
    audioBitsPerSecond: 1,
    append: (slice) => this.append(slice),
    onSaved: (saved) => this.saved.push(saved),
    onInterrupted: (reason) => this.reasons.push(reason)
  });
  readonly media = FakeMediaRecorder.last;
  /** Ended as the app does it, and whether that came to its end. */
  stopped = false;

  append(slice: Blob): Promise<{ dataBytes: number; durationMs: number }> {
    this.written.push(slice.size);
    return Promise.resolve({ dataBytes: this.written.reduce((sum, size) => sum + size, 0), durationMs: 0 });
  }

  start(): this {
    this.recorder.start();
    return this;
  }

  stop(): void {
    void this.recorder.stop().then(() => {
      this.stopped = true;
    });
  }
}

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('MediaRecorder', FakeMediaRecorder);
  vi.stubGlobal('document', new EventTarget());
  vi.stubGlobal('window', new EventTarget());
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe('the end of a recording', () => {
  it('is when the recorder says so, every slice before it being on the disk', async () => {
    const rig = new Rig().start();
    rig.stop();
    rig.media.slice('a');
    rig.media.end();
    await pass(0);
    expect([rig.stopped, rig.written, rig.reasons]).toEqual([true, [1], []]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is waited for as long as an encoder that is behind hands out slices', async () => {
    const rig = new Rig().start();
    rig.stop();
    for (let i = 0; i < 6; i++) {
      await pass(4000);
      rig.media.slice('a');
    }
    await pass(4000);
    expect(rig.stopped).toBe(false);
    rig.media.end();
    await pass(0);
    expect([rig.stopped, rig.written.length, rig.reasons]).toEqual([true, 6, []]);
  });

  it('D10: that a silent recorder never says is an interruption, and what comes later is not written', async () => {
    const rig = new Rig().start();
    rig.media.slice('a');
    rig.stop();
    await pass(4900);
    expect([rig.stopped, rig.reasons]).toEqual([false, []]);
    await pass(200);
    expect([rig.stopped, rig.reasons]).toEqual([true, ['recorder']]);
    rig.media.slice('b');
    rig.media.end();
    await pass(60_000);
    expect([rig.written, rig.reasons]).toEqual([[1], ['recorder']]);
  });

  it('D10: that a busy recorder never says is an interruption after half a minute', async () => {
    const rig = new Rig().start();
    rig.stop();
    for (let second = 1; second < 30; second++) {
      await pass(1000);
      rig.media.slice('a');
    }
    expect([rig.stopped, rig.reasons]).toEqual([false, []]);
    await pass(1000);
    expect([rig.stopped, rig.written.length, rig.reasons]).toEqual([true, 29, ['recorder']]);
  });

  it('D10: is an interruption when the encoder fails on its last slices', async () => {
    const rig = new Rig().start();
    rig.stop();
    rig.media.dispatchEvent(new Event('error'));
    rig.media.end();
    await pass(0);
    expect([rig.stopped, rig.reasons]).toEqual([true, ['recorder']]);
  });

  it('waits for the disk, however slow, with everything it took', async () => {
    const rig = new Rig().start();
    const disk = Promise.withResolvers<undefined>();
    const append = rig.append.bind(rig);
    rig.append = (slice) => disk.promise.then(() => append(slice));
    for (let i = 0; i < 20; i++) rig.media.slice('a'.repeat(1_000_000));
    expect(rig.reasons).toEqual(['too-slow']);
    rig.stop();
    rig.media.end();
    await pass(60_000);
    expect(rig.stopped).toBe(false);
    disk.resolve(undefined);
    await pass(0);
    expect([rig.stopped, rig.saved.at(-1)?.dataBytes, rig.reasons]).toEqual([true, 16_000_000, ['too-slow']]);
  });
});
