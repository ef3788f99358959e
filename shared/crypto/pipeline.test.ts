/** Flow: parts of one size, a bounded number in flight, nothing lost before an error, nobody left waiting. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { concat, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { chunked } from '#shared/testing/streams.ts';
import { Cutter, inOrder, IN_FLIGHT, stage, type Job } from './pipeline.ts';

const DATA = Uint8Array.from({ length: 1_000 }, (_, i) => i * 31);

describe('cutter', () => {
  it('cuts any chunks into the same parts, as views and as copies', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 250 }), sizes, (size, chunks) => {
        const [viewing, copying] = [new Cutter(size), new Cutter(size)];
        const [views, copies]: [Bytes[], Bytes[]] = [[], []];
        for (const chunk of chunked(DATA, ...chunks)) {
          for (const part of viewing.cut(chunk)) views.push(part.slice());
          copies.push(...copying.push(chunk));
        }
        expect(views.every((part) => part.length === size)).toBe(true);
        expect(concat(...views, viewing.rest())).toEqual(DATA);
        expect(concat(...copies, copying.rest())).toEqual(DATA);
        expect(viewing.held).toBe(DATA.length % size);
      })
    );
  });

  it('what push gives stays valid when the chunk is used again', () => {
    const cutter = new Cutter(10);
    const chunk = new Uint8Array(25).fill(1);
    const parts = cutter.push(chunk);
    chunk.fill(2);
    parts.push(...cutter.push(chunk));
    expect(concat(...parts)).toEqual(concat(new Uint8Array(25).fill(1), new Uint8Array(25).fill(2)));
  });
});

describe('inOrder', () => {
  /** Jobs that end in reverse order, and the largest number that ran at once. */
  function counted(
    count: number,
    failing = -1
  ): { jobs: Iterable<Job<number>>; most: () => number; begun: () => number } {
    let [running, most, begun] = [0, 0, 0];
    const job = (i: number) => async (): Promise<number> => {
      begun++;
      running++;
      most = Math.max(most, running);
      await new Promise((done) => setTimeout(done, (count - i) % 4));
      running--;
      if (i === failing) throw new SvjError('seal/damaged');
      return i;
    };
    return { jobs: Array.from({ length: count }, (_, i) => job(i)), most: () => most, begun: () => begun };
  }

  it('keeps the order, and not more than a few in flight', async () => {
    for (const count of [0, 1, IN_FLIGHT - 1, IN_FLIGHT, IN_FLIGHT + 1, 40]) {
      const { jobs, most } = counted(count);
      const results: number[] = [];
      for await (const result of inOrder(jobs)) results.push(result);
      expect(results).toEqual(Array.from({ length: count }, (_, i) => i));
      expect(most()).toBe(Math.min(count, IN_FLIGHT));
    }
  });

  it('yields everything before the job that failed, then its error', async () => {
    for (const failing of [0, 5, 20, 39]) {
      const { jobs, begun } = counted(40, failing);
      const results: number[] = [];
      const run = (async () => {
        for await (const result of inOrder(jobs)) results.push(result);
      })();
      await expect(run).rejects.toThrow(SvjError);
      expect(results).toHaveLength(failing);
      expect(begun()).toBeLessThanOrEqual(failing + IN_FLIGHT);
    }
  });

  it('starts nothing ahead of a reader that has gone', async () => {
    const { jobs, begun } = counted(40);
    for await (const result of inOrder(jobs)) if (result === 2) break;
    expect(begun()).toBeLessThanOrEqual(3 + IN_FLIGHT);
  });
});

describe('stage', () => {
  const doubling = (): TransformStream<Bytes, Bytes> =>
    stage(async function* (chunks) {
      for await (const chunk of chunks) {
        yield chunk.slice();
        yield chunk.slice();
      }
    });

  it('a write settles only when its chunk is no longer needed', async () => {
    const { readable, writable } = doubling();
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    const buffer = new Uint8Array([1]);
    let written = false;
    const write = writer.write(buffer).then(() => (written = true));
    expect((await reader.read()).value).toEqual(new Uint8Array([1]));
    expect(written).toBe(false);
    expect((await reader.read()).value).toEqual(new Uint8Array([1]));
    const end = reader.read();
    await write;
    buffer[0] = 2;
    await writer.close();
    expect((await end).done).toBe(true);
  });

  it('an error keeps what was already produced, and reaches the writer', async () => {
    const { readable, writable } = stage(async function* (chunks) {
      for await (const chunk of chunks) {
        yield chunk.slice();
        throw new SvjError('seal/damaged');
      }
    });
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    const write = writer.write(new Uint8Array([1]));
    const closed = writer.closed;
    expect((await reader.read()).value).toEqual(new Uint8Array([1]));
    await expect(reader.read()).rejects.toMatchObject({ code: 'seal/damaged' });
    await expect(write).rejects.toMatchObject({ code: 'seal/damaged' });
    await expect(closed).rejects.toMatchObject({ code: 'seal/damaged' });
  });

  it('a reader that cancels stops the writer', async () => {
    const { readable, writable } = doubling();
    const writer = writable.getWriter();
    const write = writer.write(new Uint8Array([1]));
    const closed = writer.closed;
    const reader = readable.getReader();
    await reader.read();
    await reader.cancel(new SvjError('call/aborted'));
    await expect(write).rejects.toMatchObject({ code: 'call/aborted' });
    await expect(closed).rejects.toMatchObject({ code: 'call/aborted' });
  });

  it('a reader that cancels while it waits is not left waiting', async () => {
    const { readable, writable } = doubling();
    const reader = readable.getReader();
    const waiting = reader.read();
    await reader.cancel('enough');
    expect((await waiting).done).toBe(true);
    await expect(writable.getWriter().closed).rejects.toBe('enough');
  });

  it('a writer that aborts errors the reader, waiting or in the middle of a chunk', async () => {
    const first = doubling();
    const waiting = first.readable.getReader().read();
    const aborted = first.writable.abort(new SvjError('call/aborted'));
    await expect(waiting).rejects.toMatchObject({ code: 'call/aborted' });
    await aborted;

    const second = doubling();
    const [writer, reader] = [second.writable.getWriter(), second.readable.getReader()];
    const write = writer.write(new Uint8Array([1]));
    await reader.read();
    const abort = writer.abort(new SvjError('call/aborted'));
    await expect(write).rejects.toMatchObject({ code: 'call/aborted' });
    await abort;
    await reader.read();
    await expect(reader.read()).rejects.toMatchObject({ code: 'call/aborted' });
  });

  it('a source that fails errors the reader through a pipe', async () => {
    const source = new ReadableStream<Bytes>({
      start(controller) {
        controller.error(new SvjError('storage/unavailable'));
      }
    });
    const reader = source.pipeThrough(doubling()).getReader();
    await expect(reader.read()).rejects.toMatchObject({ code: 'storage/unavailable' });
  });

  it('memory stays flat: nothing is read ahead of the reader but one chunk', async () => {
    let pulled = 0;
    const source = new ReadableStream<Bytes>(
      {
        pull(controller) {
          pulled++;
          controller.enqueue(new Uint8Array(10));
        }
      },
      { highWaterMark: 0 }
    );
    const reader = source.pipeThrough(doubling()).getReader();
    for (let i = 0; i < 20; i++) await reader.read();
    expect(pulled).toBeLessThanOrEqual(12);
    await reader.cancel();
  });
});
