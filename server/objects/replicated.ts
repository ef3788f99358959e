/**
 * Keeps every complete object a second time. An upload is acknowledged by the first store alone; the replica follows.
 *
 * [Note: what is owed to the replica] Nothing of it is kept in memory. A copy that failed, or that a killed process
 * never made, is found again by `repair`, which compares the two lists. A removal is not: an object that the first
 * store lacks may be one that it lost, and then the replica is the last that has it. So `remove` fails until both are
 * clean, and whoever calls it keeps the debt (the table `removals`) and calls again.
 */
import { SvjError } from '#shared/errors.ts';
import type { AppendOptions, ObjectKey, ObjectSize, ObjectStore } from './object-store.ts';

const NEVER = new AbortController().signal;
/** Names are compared slice by slice, so that no list of all of them stands in memory. */
const SLICES = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, '0'));

export class ReplicatedObjectStore implements ObjectStore {
  readonly #first: ObjectStore;
  readonly #replica: ObjectStore;
  #copies: Promise<void> = Promise.resolve();

  constructor(first: ObjectStore, replica: ObjectStore) {
    this.#first = first;
    this.#replica = replica;
  }

  append(key: ObjectKey, offset: number, body: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<number> {
    return this.#first.append(key, offset, body, options);
  }

  size(key: ObjectKey): Promise<ObjectSize | null> {
    return this.#first.size(key);
  }

  /** The copy is begun here and not waited for: an hour of video must not keep its device waiting. */
  async complete(key: ObjectKey): Promise<void> {
    await this.#first.complete(key);
    // One after the other. Its failure is nobody's here: `repair` finds what is owed.
    this.#copies = this.#copies.then(() => this.replicate(key, NEVER)).catch(() => undefined);
  }

  /** Resolves when the copies that were begun are made, or have failed. */
  async settled(): Promise<void> {
    await this.#copies;
  }

  read(key: ObjectKey, from: number, to: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>> {
    return this.#first.read(key, from, to, signal);
  }

  /** The first store before the replica: see `#copy` for what runs beside it. */
  async remove(key: ObjectKey): Promise<void> {
    await this.#first.remove(key);
    await this.#replica.remove(key);
  }

  async *list(prefix: string): AsyncIterable<ObjectKey> {
    // What only the replica has is still stored: a removal that reached one of the two, or a loss.
    const seen = new Set<ObjectKey>();
    for await (const key of this.#first.list(prefix)) {
      seen.add(key);
      yield key;
    }
    for await (const key of this.#replica.list(prefix)) if (!seen.has(key)) yield key;
  }

  /** Makes the copy of one object; does nothing where it is made. @throws when the replica does not take it */
  async replicate(key: ObjectKey, signal: AbortSignal): Promise<void> {
    const size = await this.#first.size(key);
    if (size?.complete !== true) return;
    await this.#copy(key, size.size, signal);
  }

  /**
   * Copies whatever the replica lacks. One object that fails does not keep the others waiting.
   * @returns the keys that are still owed
   */
  async repair(signal: AbortSignal): Promise<ObjectKey[]> {
    const owed: ObjectKey[] = [];
    for (const slice of SLICES) {
      const there = new Set<ObjectKey>();
      for await (const key of this.#replica.list(slice)) {
        if ((await this.#replica.size(key))?.complete === true) there.add(key);
      }
      for await (const key of this.#first.list(slice)) {
        signal.throwIfAborted();
        if (there.has(key)) continue;
        await this.replicate(key, signal).catch(() => owed.push(key));
      }
    }
    return owed;
  }

  async #copy(key: ObjectKey, size: number, signal: AbortSignal): Promise<void> {
    const there = await this.#replica.size(key);
    if (there?.complete === true) return;
    const from = there?.size ?? 0;
    const bytes = await this.#first.read(key, from, size, signal);
    await this.#replica.append(key, from, bytes, { signal, expected: size - from });
    // Another process may be copying the same object: only what is all there is called complete.
    const copied = await this.#replica.size(key);
    if (copied !== null && !copied.complete) {
      if (copied.size !== size) throw new SvjError('store/unavailable', 'replica');
      await this.#replica.complete(key);
    }
    // Removed meanwhile, from both and before the copy was there: the copy must not outlive it.
    if ((await this.#first.size(key)) === null) await this.#replica.remove(key);
  }
}
