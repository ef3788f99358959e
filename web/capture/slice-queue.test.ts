import { describe, expect, it, vi } from 'vitest';
import { SvjError } from '#shared/errors.ts';
import { SliceQueue, type Saved } from './slice-queue.ts';

const slice = (text: string) => new Blob([text]);

function queueOver(append: (text: string) => Promise<void>) {
  const saved: Saved[] = [];
  const failures: unknown[] = [];
  const full = vi.fn();
  let dataBytes = 0;
  const queue = new SliceQueue({
    append: async (blob) => {
      await append(await blob.text());
      dataBytes += blob.size;
      return { dataBytes, durationMs: 0 };
    },
    onSaved: (durable) => saved.push(durable),
    onFailed: (error) => failures.push(error),
    onFull: full
  });
  return { queue, saved, failures, full };
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

  it('are refused when a disk does not keep up, before memory grows without end; those taken before all arrive', async () => {
    const disk = Promise.withResolvers<undefined>();
    const arrived: string[] = [];
    const { queue, saved, failures, full } = queueOver(async (text) => {
      await disk.promise;
      arrived.push(text.slice(0, 2));
    });
    const names = Array.from({ length: 40 }, (_, i) => String(i).padStart(2, '0'));
    for (const name of names) queue.push(slice(name.padEnd(1_000_000)));
    expect(full).toHaveBeenCalledOnce();
    expect(queue.waitingBytes).toBe(16_000_000);
    disk.resolve(undefined);
    await queue.drained();
    // However much room there is again: something is missing before it.
    queue.push(slice('late'));
    await queue.drained();
    expect(arrived).toEqual(names.slice(0, 16));
    expect(saved.at(-1)?.dataBytes).toBe(16_000_000);
    expect([queue.waitingBytes, failures, full.mock.calls.length]).toEqual([0, [], 1]);
  });

  it('that wait after a refusal are not saved either once one of them fails', async () => {
    const arrived: string[] = [];
    const { queue, failures } = queueOver(async (text) => {
      await Promise.resolve();
      if (text.startsWith('02')) throw new SvjError('storage/quota');
      arrived.push(text.slice(0, 2));
    });
    for (let i = 0; i < 40; i++) queue.push(slice(String(i).padStart(2, '0').padEnd(1_000_000)));
    await queue.drained();
    expect(arrived).toEqual(['00', '01']);
    expect(failures).toHaveLength(1);
    expect(queue.waitingBytes).toBe(0);
  });

  it('that are empty are no slices', async () => {
    const { queue, saved } = queueOver(() => Promise.resolve());
    queue.push(new Blob());
    await queue.drained();
    expect(saved).toEqual([]);
  });
});
