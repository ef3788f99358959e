/** Flow: parts of one size, a bounded number in flight, nothing lost before an error. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { concat, type Bytes } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { chunked } from '#shared/testing/streams.ts';
import { Cutter, inOrder, IN_FLIGHT, PieceCutter, type Job } from './pipeline.ts';

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

describe('piece cutter', () => {
  it('cuts any chunks into prefixes and bodies that are those of the whole', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 21, max: 250 }), sizes, (prefix, size, chunks) => {
        const cutter = new PieceCutter(prefix, size);
        const segments: Bytes[] = [];
        for (const chunk of chunked(DATA, ...chunks)) {
          for (const pieces of cutter.cut(chunk)) {
            expect(pieces[0].length).toBe(prefix);
            segments.push(concat(...pieces));
          }
          chunk.fill(0); // its writer may use it again
        }
        expect(segments.every((segment) => segment.length === size)).toBe(true);
        expect(concat(...segments, ...cutter.rest())).toEqual(DATA);
      })
    );
  });

  it('does not copy a body that is whole in a chunk', () => {
    const cutter = new PieceCutter(4, 20);
    const body = DATA.subarray(4, 20);
    for (const none of cutter.cut(DATA.subarray(0, 4))) expect(none).toBe(undefined);
    for (const pieces of cutter.cut(body)) expect(pieces[1].buffer).toBe(body.buffer);
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
