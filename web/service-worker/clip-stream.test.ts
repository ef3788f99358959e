/** The body of an answer: in order, one piece ahead, and quiet when a player breaks off to seek. */
import { describe, expect, it, vi } from 'vitest';
import type { Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { clipStream, type ByteReader } from './clip-stream.ts';

const LENGTH = 400_000;

function source(read: (from: number, to: number) => Promise<Bytes>) {
  const reader = { read: vi.fn(read), close: vi.fn() } satisfies ByteReader;
  const onFailure = vi.fn();
  return { reader, onFailure, stream: clipStream(reader, 0, LENGTH, onFailure) };
}

const given = (from: number, to: number): Promise<Bytes> => Promise.resolve(new Uint8Array(to - from));

/** A read that waits until it is let go. */
function slow() {
  const waiting: (() => void)[] = [];
  const read = (from: number, to: number): Promise<Bytes> =>
    new Promise((resolve) => waiting.push(() => resolve(new Uint8Array(to - from))));
  return { read, letGo: () => waiting.splice(0).forEach((go) => go()) };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 5));

describe('clip stream', () => {
  it('gives everything and closes', async () => {
    const { reader, onFailure, stream } = source(given);
    expect((await new Response(stream.body).arrayBuffer()).byteLength).toBe(LENGTH);
    await stream.done;
    expect(reader.close).toHaveBeenCalledOnce();
    expect(onFailure).not.toHaveBeenCalled();
  });

  it('says where a read failed', async () => {
    const { onFailure, stream } = source((from, to) =>
      from === 0 ? given(from, to) : Promise.reject(new SvjError('seal/damaged'))
    );
    const taking = stream.body.getReader();
    const first = await taking.read();
    await expect(taking.read()).rejects.toMatchObject({ code: 'seal/damaged' });
    expect(onFailure).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'seal/damaged' }),
      first.value?.length
    );
  });

  it.each<[string, 'gives' | 'fails']>([
    ['what was on its way comes', 'gives'],
    ['what was on its way fails', 'fails']
  ])('is quiet when the player seeks in the middle of a read, and %s', async (_, outcome) => {
    const { read, letGo } = slow();
    const { reader, onFailure, stream } = source(
      outcome === 'gives'
        ? read
        : async (from, to) => {
            await read(from, to);
            throw new SvjError('call/aborted');
          }
    );
    const taking = stream.body.getReader();
    const pending = taking.read();
    await settled();
    await taking.cancel();
    letGo();
    await settled();
    expect((await pending).done).toBe(true);
    expect(onFailure).not.toHaveBeenCalled();
    expect(reader.close).toHaveBeenCalledOnce();
    expect(reader.read).toHaveBeenCalledOnce();
  });

  it('is quiet after an end, as by a lock', async () => {
    const { read, letGo } = slow();
    const { onFailure, stream } = source(read);
    const pending = stream.body.getReader().read();
    await settled();
    stream.end(new SvjError('vault/locked'));
    letGo();
    await expect(pending).rejects.toMatchObject({ code: 'vault/locked' });
    await settled();
    expect(onFailure).not.toHaveBeenCalled();
  });
});
