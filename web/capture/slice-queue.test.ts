import { describe, expect, it } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import { SliceQueue, type Saved } from './slice-queue.ts';

const slice = (text: string) => new Blob([text]);

function queueOver(append: (text: string) => Promise<void>) {
  const saved: Saved[] = [];
  const failures: unknown[] = [];
  let dataBytes = 0;
  const queue = new SliceQueue(
    async (blob) => {
      await append(await blob.text());
      dataBytes += blob.size;
      return { dataBytes, durationMs: 0, at: 0 };
    },
    (durable) => saved.push(durable),
    (error) => failures.push(error)
  );
  return { queue, saved, failures };
}

describe('slices on their way to the disk', () => {
  it('go one at a time and in their order, however long each takes', async () => {
    const order: string[] = [];
    let open = 0;
    const { queue, saved } = queueOver(async (text) => {
      expect(++open).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, text === 'a' ? 20 : 1));
      open--;
      order.push(text);
    });
    for (const text of ['a', 'b', 'c']) queue.push(slice(text));
    expect(queue.waitingBytes).toBe(3);
    await queue.drained();
    expect(order).toEqual(['a', 'b', 'c']);
    expect(saved.map(({ dataBytes }) => dataBytes)).toEqual([1, 2, 3]);
    expect(queue.waitingBytes).toBe(0);
  });

  it('are not saved after a failure, which is reported once: a gap would spoil what follows', async () => {
    const { queue, saved, failures } = queueOver((text) =>
      text === 'b' ? Promise.reject(new SvjError('storage/quota')) : Promise.resolve()
    );
    for (const text of ['a', 'b', 'c', 'd']) queue.push(slice(text));
    await queue.drained();
    queue.push(slice('e'));
    await queue.drained();
    expect(saved).toHaveLength(1);
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatchObject({ code: 'storage/quota' });
  });

  it('are refused when a disk does not keep up, before memory grows without end', () => {
    const { queue, failures } = queueOver(() => new Promise(() => undefined));
    const second = new Blob([new Uint8Array(1_000_000)]);
    for (let i = 0; i < 40; i++) queue.push(second);
    expect(failures).toHaveLength(1);
    expect(queue.waitingBytes).toBeLessThan(18_000_000);
  });

  it('that are empty are no slices', async () => {
    const { queue, saved } = queueOver(() => Promise.resolve());
    queue.push(new Blob());
    await queue.drained();
    expect(saved).toEqual([]);
  });
});
