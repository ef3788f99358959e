import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import type { StreamRecorderOptions } from '#web/capture/recorder.ts';
import { Take, type Recorder, type TakeOptions, type Vault } from './record.ts';

/** What stands for the recorder of the browser, and what is still drawn. */
const world = vi.hoisted(() => ({
  start: (): void => undefined,
  stop: (_: StreamRecorderOptions): unknown => undefined,
  drawing: 0
}));

vi.mock('#web/capture/recorder.ts', () => ({
  StreamRecorder: class {
    readonly waitingBytes = 0;
    readonly #options: StreamRecorderOptions;

    constructor(options: StreamRecorderOptions) {
      this.#options = options;
    }

    start(): void {
      world.start();
    }

    stop(): Promise<void> {
      return Promise.resolve(world.stop(this.#options)).then(() => undefined);
    }
  }
}));
vi.mock('#web/capture/pictures.ts', () => ({
  LivePictures: class {
    #drawn = true;

    constructor() {
      world.drawing++;
    }

    take(): Promise<void> {
      return Promise.resolve();
    }

    finish(): Promise<{ poster: null; thumbnails: null }> {
      this.drop();
      return Promise.resolve({ poster: null, thumbnails: null });
    }

    drop(): void {
      if (this.#drawn) world.drawing--;
      this.#drawn = false;
    }
  }
}));

interface Call {
  readonly method: string;
  readonly input: unknown;
}

/** A worker that answers every call, and remembers them. */
class FakeWorker {
  readonly calls: Call[] = [];
  ended = false;

  call(method: string, input: unknown): Promise<unknown> {
    this.calls.push({ method, input });
    const answers: Record<string, unknown> = {
      startClip: { entryId: 'e', clipId: 'c' },
      append: { ...saved, sealedBytes: 166 }
    };
    return Promise.resolve(answers[method] ?? {});
  }

  end(): void {
    this.ended = true;
  }

  get methods(): string[] {
    return this.calls.map(({ method }) => method);
  }
}

function take(more: Partial<TakeOptions> = {}) {
  const [vault, recorder] = [new FakeWorker(), new FakeWorker()];
  const interrupted = vi.fn<TakeOptions['onInterrupted']>();
  const begun = Take.start({
    vault: () => vault as unknown as Vault,
    startRecorder: () => recorder as unknown as Recorder,
    stream: {} as MediaStream,
    type: { mime: 'video/webm', keyFrameMs: 1000 },
    videoBitsPerSecond: 1,
    audioBitsPerSecond: 1,
    entryId: null,
    onSaved: () => undefined,
    onInterrupted: interrupted,
    ...more
  });
  return { vault, recorder, interrupted, begun };
}

const saved = { dataBytes: 9, durationMs: 900, at: 0 };

describe('a take', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    Object.assign(world, { start: () => undefined, stop: () => undefined, drawing: 0 });
  });

  afterEach(() => vi.useRealTimers());

  it('that is stopped is kept as stopped', async () => {
    world.stop = (options) => options.onSaved(saved);
    const { vault, begun } = take();
    const end = await (await begun).stop('stopped');
    expect(end.outcome).toBe('kept');
    expect(vault.calls.at(-1)).toMatchObject({ method: 'finishClip', input: { ended: 'stopped' } });
  });

  it('says of each slice how much of the object is final then', async () => {
    const sealed = vi.fn<NonNullable<TakeOptions['onSealed']>>();
    world.stop = (options) => options.append(new Blob(['slice']));
    await (await take({ onSealed: sealed }).begun).stop('stopped');
    expect(sealed.mock.calls).toEqual([['c', 166]]);
  });

  it('that lost its last slices while it was stopped is kept as interrupted', async () => {
    world.stop = (options) => {
      options.onSaved(saved);
      options.onInterrupted('recorder');
    };
    const { vault, interrupted, begun } = take();
    const end = await (await begun).stop('stopped');
    expect(end.outcome).toBe('kept');
    expect(interrupted).toHaveBeenCalledWith('recorder');
    expect(vault.calls.at(-1)).toMatchObject({ method: 'finishClip', input: { ended: 'interrupted' } });
  });

  it('that is stopped before anything was recorded leaves nothing behind', async () => {
    const { vault, recorder, begun } = take();
    const end = await (await begun).stop('stopped');
    expect(end.outcome).toBe('empty');
    expect(vault.methods.at(-1)).toBe('abandonClip');
    expect([recorder.ended, world.drawing, vi.getTimerCount()]).toEqual([true, 0, 0]);
  });

  it('whose recorder does not start leaves nothing behind', async () => {
    world.start = () => {
      throw new SvjError('recorder/nothing');
    };
    const { vault, recorder, begun } = take();
    await expect(begun).rejects.toMatchObject({ code: 'recorder/nothing' });
    expect([vault.methods.at(-1), recorder.methods.at(-1)]).toEqual(['abandonClip', 'abort']);
    expect([recorder.ended, world.drawing, vi.getTimerCount()]).toEqual([true, 0, 0]);
  });
});
