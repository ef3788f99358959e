/** The pump: order, back-pressure, nothing lost before an error, no buffer used too late, nobody left waiting. */
import { describe, expect, it } from 'vitest';
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { chunked, through } from '#shared/testing/streams.ts';
import { IN_FLIGHT } from './pipeline.ts';
import { pump, type Call, type Process } from './pump.ts';

const none: Process['end'] = () => [];
const aborted = (): SvjError => new SvjError('call/aborted');
const byte = (value: number): Bytes => new Uint8Array([value]);

/** Every chunk `times` times, each copy the work of one call. */
function repeating(times: number, before?: () => Promise<unknown>): TransformStream<Bytes, Bytes> {
  return pump(() => ({
    *take(chunk) {
      for (let i = 0; i < times; i++) {
        const copy = chunk.slice();
        yield (before?.() ?? Promise.resolve()).then(() => copy);
      }
    },
    end: none
  }));
}

/** Until everything that waits for nothing has happened. */
const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 10));

/** Two good calls for each chunk, then what `fail` does. */
function failing(fail: () => Call): TransformStream<Bytes, Bytes> {
  return pump(() => ({
    *take(chunk) {
      yield Promise.resolve(chunk.slice());
      yield Promise.resolve([chunk.slice(), chunk.slice()]);
      yield fail();
    },
    end: none
  }));
}

describe('pump', () => {
  it('keeps the order, however long each call takes, in one piece or several', async () => {
    const wait = (): Promise<void> => new Promise((done) => setTimeout(done, Math.random() * 4));
    const data = Uint8Array.from({ length: 60 }, (_, i) => i);
    const transform = pump(async () => {
      await wait();
      return {
        head: byte(200),
        async take(chunk) {
          await wait();
          return Array.from(chunk.slice(), async (value) => {
            await wait();
            return value % 3 === 0 ? [byte(value), new Uint8Array()] : byte(value);
          });
        },
        end: () => [Promise.resolve(byte(201))]
      };
    });
    const { result, released } = await through(chunked(data, 1, 25, 7), transform);
    expect(result).toBe('ok');
    expect([...released]).toEqual([200, ...data, 201]);
  });

  it('ends without a piece when there was none', async () => {
    expect(await through([], repeating(2))).toEqual({ result: 'ok', released: new Uint8Array() });
  });

  it('hands on what is ready while the writer has nothing more to give yet', async () => {
    const { readable, writable } = repeating(1);
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    for (let i = 1; i <= 3; i++) {
      const read = reader.read();
      await writer.write(byte(i));
      expect((await read).value).toEqual(byte(i));
    }
    await writer.write(byte(4));
    expect((await reader.read()).value).toEqual(byte(4));
  });

  it('a write settles only when its chunk is no longer needed', async () => {
    const TOTAL = 5 * IN_FLIGHT;
    const { readable, writable } = repeating(TOTAL);
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    const buffer = byte(1);
    let [read, readWhenWritten] = [0, -1];
    const write = writer.write(buffer).then(() => {
      readWhenWritten = read;
      buffer.fill(2);
      return writer.close();
    });
    await settled();
    expect(readWhenWritten).toBe(-1);
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      expect(next.value).toEqual(byte(1));
      read++;
    }
    await write;
    expect(read).toBe(TOTAL);
    expect(readWhenWritten).toBeGreaterThanOrEqual(TOTAL - 2 * IN_FLIGHT);
  });

  it.each<[string, () => Call]>([
    ['a call that fails', () => Promise.reject(new SvjError('seal/damaged'))],
    [
      'a call that cannot begin',
      () => {
        throw new SvjError('seal/damaged');
      }
    ]
  ])('%s keeps what is in front of it, and reaches the writer', async (_, fail) => {
    const { readable, writable } = failing(fail);
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    const closed = writer.closed;
    // Enough of them that a write still waits when the error comes.
    const writing = (async () => {
      for (let i = 0; i < IN_FLIGHT; i++) await writer.write(byte(1));
    })();
    writing.catch(() => undefined);
    for (let i = 0; i < 3; i++) expect((await reader.read()).value).toEqual(byte(1));
    await expect(reader.read()).rejects.toMatchObject({ code: 'seal/damaged' });
    await expect(closed).rejects.toMatchObject({ code: 'seal/damaged' });
    await expect(writing).rejects.toMatchObject({ code: 'seal/damaged' });
  });

  it('an error at the beginning and at the end reaches both sides', async () => {
    const damaged = (): never => {
      throw new SvjError('seal/damaged');
    };
    const never = pump(damaged);
    await expect(never.readable.getReader().read()).rejects.toMatchObject({ code: 'seal/damaged' });
    await expect(never.writable.getWriter().closed).rejects.toMatchObject({ code: 'seal/damaged' });

    const cut = pump(() => ({ take: (chunk) => [Promise.resolve(chunk.slice())], end: damaged }));
    const { result, released } = await through([byte(1), byte(2)], cut);
    expect(result).toBe('seal/damaged');
    expect(released).toEqual(new Uint8Array([1, 2]));
  });

  it('a reader that cancels stops the writer', async () => {
    const { readable, writable } = repeating(3 * IN_FLIGHT);
    const writer = writable.getWriter();
    const write = writer.write(byte(1));
    const closed = writer.closed;
    const reader = readable.getReader();
    await reader.read();
    await reader.cancel(aborted());
    await expect(write).rejects.toMatchObject({ code: 'call/aborted' });
    await expect(closed).rejects.toMatchObject({ code: 'call/aborted' });
  });

  it('a reader that cancels while it waits is not left waiting', async () => {
    const { readable, writable } = repeating(2);
    const reader = readable.getReader();
    const waiting = reader.read();
    await reader.cancel('enough');
    expect((await waiting).done).toBe(true);
    await expect(writable.getWriter().closed).rejects.toBe('enough');
  });

  it('calls that end after the reader has gone disturb nobody', async () => {
    let letGo = (): void => undefined;
    const late = new Promise<void>((done) => (letGo = done));
    const { readable, writable } = repeating(2, () => late);
    const [writer, reader] = [writable.getWriter(), readable.getReader()];
    writer.closed.catch(() => undefined);
    await writer.write(byte(1));
    const waiting = reader.read();
    await reader.cancel('enough');
    letGo();
    await settled(); // an enqueue now would be an unhandled rejection
    expect((await waiting).done).toBe(true);
  });

  it('a reader that cancels while a chunk is being looked at begins nothing more', async () => {
    let [letGo, begun] = [(): void => undefined, 0];
    const { readable, writable } = pump(() => ({
      async take(chunk) {
        await new Promise<void>((done) => (letGo = done));
        return (function* () {
          for (; begun < 3 * IN_FLIGHT; begun++) yield Promise.resolve(chunk.slice());
        })();
      },
      end: none
    }));
    const write = writable.getWriter().write(byte(1));
    write.catch(() => undefined);
    await settled();
    await readable.cancel(aborted());
    letGo();
    await expect(write).rejects.toMatchObject({ code: 'call/aborted' });
    expect(begun).toBeLessThanOrEqual(1);
  });

  it('a writer that aborts errors the reader, waiting or in the middle of a chunk', async () => {
    const first = repeating(2);
    const waiting = first.readable.getReader().read();
    const stopped = first.writable.abort(aborted());
    await expect(waiting).rejects.toMatchObject({ code: 'call/aborted' });
    await stopped;

    const second = repeating(3 * IN_FLIGHT);
    const [writer, reader] = [second.writable.getWriter(), second.readable.getReader()];
    const write = writer.write(byte(1));
    write.catch(() => undefined);
    await reader.read();
    await writer.abort(aborted());
    await expect(write).rejects.toMatchObject({ code: 'call/aborted' });
    let rest = 0;
    await expect(
      (async () => {
        for (; !(await reader.read()).done; rest++);
      })()
    ).rejects.toMatchObject({ code: 'call/aborted' });
    expect(rest).toBeLessThanOrEqual(2 * IN_FLIGHT);
  });

  it('a source that fails errors the reader through a pipe', async () => {
    const source = new ReadableStream<Bytes>({
      start(controller) {
        controller.error(new SvjError('storage/unavailable'));
      }
    });
    const reader = source.pipeThrough(repeating(2)).getReader();
    await expect(reader.read()).rejects.toMatchObject({ code: 'storage/unavailable' });
  });

  it('memory stays flat: nothing is read ahead of the reader but what is in flight, and two chunks', async () => {
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
    const reader = source.pipeThrough(repeating(1)).getReader();
    for (let read = 1; read <= 200; read++) {
      await reader.read();
      if (read % 20 === 0) await settled();
      // In flight, in the hands of the stream, and two in those of the writer.
      expect(pulled).toBeLessThanOrEqual(read + IN_FLIGHT + IN_FLIGHT / 2 + 2);
    }
    await reader.cancel();
  });
});
