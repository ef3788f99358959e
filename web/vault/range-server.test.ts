/** The line between a player and the vault: what takes long says so, and what is silent is given up. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import { ANSWER_MS, ClipSource } from '#web/workers/clip-source.ts';
import { serveRanges, type RangeReader } from './range-server.ts';

const reader: RangeReader = {
  size: 10,
  mime: 'video/webm',
  read: (from, to) => Promise.resolve(new Uint8Array(to - from).fill(7)),
  close: () => undefined
};

/** A message takes its turn, whatever the clock says. */
function delivered(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((done) => {
    port2.onmessage = () => {
      port1.close();
      done();
    };
    port1.postMessage(null);
  });
}

const later = <T>(ms: number, value: T): Promise<T> => new Promise((done) => setTimeout(() => done(value), ms));

describe('serving ranges', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'clearTimeout', 'clearInterval'] }));
  afterEach(() => vi.useRealTimers());

  /** Time goes by, and messages arrive in it. */
  async function pass(ms: number): Promise<void> {
    for (let at = 0; at < ms; at += 500) {
      await vi.advanceTimersByTimeAsync(500);
      await delivered();
    }
  }

  it('what takes far longer than an answer may is waited for while it says that it works', async () => {
    const opening = ClipSource.open((port) => void serveRanges(() => later(5 * ANSWER_MS, reader), port));
    await pass(6 * ANSWER_MS);
    const source = await opening;
    expect(source.size).toBe(10);
    expect(await source.read(2, 5)).toEqual(new Uint8Array(3).fill(7));
    source.close();
  });

  it('what does not answer at all is given up', async () => {
    const opening = ClipSource.open(() => undefined);
    const outcome = expect(opening).rejects.toMatchObject({ code: 'call/worker-died' });
    await pass(ANSWER_MS + 1000);
    await outcome;
  });

  it('what fails while it opens says why', async () => {
    const opening = ClipSource.open(
      (port) =>
        void serveRanges(
          () => later(ANSWER_MS / 2, null).then(() => Promise.reject(new SvjError('seal/damaged'))),
          port
        )
    );
    const outcome = expect(opening).rejects.toMatchObject({ code: 'seal/damaged' });
    await pass(ANSWER_MS);
    await outcome;
  });
});
