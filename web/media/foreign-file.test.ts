/** A file that the vault opens piece by piece reads like one that was picked. */
import { describe, expect, it } from 'vitest';
import { concat, randomBytes, toHex, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { serveRanges, type RangeReader } from '#web/vault/range-server.ts';
import { foreignFile } from './foreign-file.ts';

const DATA = concat(...Array.from({ length: 20 }, () => randomBytes(60_000)));

interface Served {
  readonly port: MessagePort;
  readonly seen: { closed: boolean; reads: number };
}

function served(read: RangeReader['read'] = (from, to) => Promise.resolve(DATA.slice(from, to))): Served {
  const { port1, port2 } = new MessageChannel();
  const seen = { closed: false, reads: 0 };
  const reader: RangeReader = {
    size: DATA.length,
    mime: 'video/mp4',
    read: (from, to) => {
      seen.reads++;
      return read(from, to);
    },
    close: () => (seen.closed = true)
  };
  void serveRanges(() => Promise.resolve(reader), port2);
  return { port: port1, seen };
}

describe('a foreign file', () => {
  it('reads the same, picked or opened by the vault', async () => {
    const { port, seen } = served();
    for (const given of [new File([DATA], 'a.mp4'), port]) {
      const file = await foreignFile(given);
      expect(file.size).toBe(DATA.length);
      const parts: Bytes[] = [];
      for (const [from, to] of [
        [0, 64],
        [64, 1_190_000],
        [1_190_000, 2_000_000]
      ] as const) {
        parts.push(await file.read(from, to));
      }
      expect(toHex(concat(...parts))).toBe(toHex(DATA));
      file.close();
    }
    expect(seen.reads).toBeGreaterThan(3);
    await expect.poll(() => seen.closed).toBe(true);
  });

  it('answers questions that are asked at once, each with its own bytes', async () => {
    const file = await foreignFile(served().port);
    const places = Array.from({ length: 12 }, (_, i) => [i * 7919, i * 7919 + 600_000] as const);
    const answers = await Promise.all(places.map(([from, to]) => file.read(from, to)));
    answers.forEach((bytes, i) => {
      const [from = 0, to = 0] = places[i] ?? [];
      expect(toHex(bytes)).toBe(toHex(DATA.slice(from, to)));
    });
    file.close();
  });

  it('fails as the vault fails, and stays failed', async () => {
    const damaged = (): Promise<Bytes> => Promise.reject(new SvjError('seal/damaged'));
    const file = await foreignFile(served(damaged).port);
    await expect(file.read(0, 10)).rejects.toMatchObject({ code: 'seal/damaged' });
    await expect(file.read(0, 10)).rejects.toMatchObject({ code: 'seal/damaged' });
    const { port1, port2 } = new MessageChannel();
    void serveRanges(() => Promise.reject(new SvjError('object/absent')), port2);
    await expect(foreignFile(port1)).rejects.toMatchObject({ code: 'object/absent' });
  });
});
