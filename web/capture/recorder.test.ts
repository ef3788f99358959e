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

  mute(): void {
    this.muted = true;
    this.dispatchEvent(new Event('mute'));
  }

  unmute(): void {
    this.muted = false;
    this.dispatchEvent(new Event('unmute'));
  }

  end(): void {
    this.dispatchEvent(new Event('ended'));
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

/** What the browser answers when it is asked whether it may use camera and microphone. */
const permit = (query: (wanted: { name: string }) => Promise<{ state: PermissionState }>) =>
  vi.stubGlobal('navigator', { permissions: { query } });

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('MediaRecorder', FakeMediaRecorder);
  vi.stubGlobal('document', new EventTarget());
  vi.stubGlobal('window', new EventTarget());
  permit(() => Promise.resolve({ state: 'granted' }));
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

  it('D10: is waited for as long as an encoder that is behind hands out slices', async () => {
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

describe('camera and microphone lost', () => {
  it.each([
    ['video', 'camera'],
    ['audio', 'microphone']
  ] as const)('D10: a %s track that ends with its permission says so', async (kind, permission) => {
    permit(({ name }) => Promise.resolve({ state: name === permission ? 'denied' : 'granted' }));
    const rig = new Rig().start();
    rig[kind].end();
    // The recorder ends with its tracks, and knows less.
    rig.media.end();
    await pass(1000);
    expect(rig.reasons).toEqual(['permission']);
  });

  it.each(['video', 'audio'] as const)('D10: a %s track that ends otherwise went away', async (kind) => {
    const rig = new Rig().start();
    rig[kind].end();
    rig.media.end();
    await pass(1000);
    expect(rig.reasons).toEqual(['track-ended']);
  });

  it('D10: a track that ends where the browser does not tell of permissions went away', async () => {
    permit(() => Promise.reject(new TypeError('no such permission')));
    const rig = new Rig().start();
    rig.video.end();
    await pass(0);
    expect(rig.reasons).toEqual(['track-ended']);
  });

  it('D10: both tracks ending are one interruption', async () => {
    const rig = new Rig().start();
    rig.video.end();
    rig.audio.end();
    await pass(1000);
    expect(rig.reasons).toEqual(['track-ended']);
  });

  it('D10: a recorder that stops by itself lost its tracks, whether or not they said so', async () => {
    const rig = new Rig().start();
    rig.media.end();
    await pass(1000);
    expect(rig.reasons).toEqual(['track-ended']);
  });

  it('D10: an encoder that fails is an interruption by the recorder', () => {
    const rig = new Rig().start();
    rig.media.dispatchEvent(new Event('error'));
    expect(rig.reasons).toEqual(['recorder']);
  });

  it('D10: a mute of less than two seconds is none, as when a camera adjusts', async () => {
    const rig = new Rig().start();
    rig.video.mute();
    await pass(1900);
    rig.video.unmute();
    await pass(10_000);
    expect(rig.reasons).toEqual([]);
  });

  it('D10: a mute of more than two seconds is an interruption, as by a phone call', async () => {
    const rig = new Rig().start();
    rig.audio.mute();
    await pass(1900);
    expect(rig.reasons).toEqual([]);
    await pass(200);
    expect(rig.reasons).toEqual(['muted']);
  });

  it('D10: a mute counts from its own beginning, whatever the other track does', async () => {
    const rig = new Rig().start();
    rig.video.mute();
    await pass(1500);
    rig.audio.mute();
    await pass(100);
    rig.audio.unmute();
    await pass(500);
    expect(rig.reasons).toEqual(['muted']);
  });

  it('D10: a track that is muted when the recording starts is muted from then on', async () => {
    const rig = new Rig();
    rig.audio.mute();
    rig.start();
    await pass(1900);
    expect(rig.reasons).toEqual([]);
    await pass(200);
    expect(rig.reasons).toEqual(['muted']);
  });

  it('D10: a track that is muted when the recording starts may still wake up', async () => {
    const rig = new Rig();
    rig.video.mute();
    rig.start();
    await pass(1000);
    rig.video.unmute();
    await pass(10_000);
    expect(rig.reasons).toEqual([]);
  });

  it.each([
    ['pagehide', 'window'],
    ['freeze', 'document']
  ] as const)('D10: a page that gets %s is put to sleep', (event, target) => {
    const rig = new Rig().start();
    globalThis[target].dispatchEvent(new Event(event));
    expect(rig.reasons).toEqual(['frozen']);
  });

  it('D10: nothing of this interrupts what is being stopped already', async () => {
    const rig = new Rig().start();
    rig.audio.mute();
    rig.stop();
    rig.video.end();
    window.dispatchEvent(new Event('pagehide'));
    rig.media.slice('a');
    rig.media.end();
    await pass(10_000);
    expect([rig.stopped, rig.written, rig.reasons]).toEqual([true, [1], []]);
  });
});

describe('a recording that cannot begin', () => {
  it('fails with nothing recorded, and hears of nothing afterwards', async () => {
    const rig = new Rig();
    rig.media.start = () => {
      throw new DOMException('', 'NotSupportedError');
    };
    expect(() => rig.start()).toThrow(expect.objectContaining({ code: 'recorder/nothing' }));
    rig.video.end();
    rig.media.dispatchEvent(new Event('error'));
    window.dispatchEvent(new Event('pagehide'));
    await pass(10_000);
    expect(rig.reasons).toEqual([]);
  });
});
