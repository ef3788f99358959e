/**
 * The port to stored objects: opaque bytes under opaque keys. An object grows at its end until it is completed, and is
 * immutable from then on. Its conformance suite is `testing/object-store-suite.ts`.
 *
 * The caller sees to it that one `append` or `complete` at a time works on a key (the lease of an upload does); a
 * store only has to survive a second one without mixing up bytes of different offsets.
 */
import { SvjError } from '#shared/errors.ts';

declare const brand: unique symbol;

/** `<account>/<name>`, each 16 bytes as 32 lower-case hex digits: nothing in it can climb out of a folder. */
export type ObjectKey = string & { readonly [brand]: 'ObjectKey' };

const KEY = /^[0-9a-f]{32}\/[0-9a-f]{32}$/;

export interface ObjectSize {
  /** Bytes that survive the end of this process, however it comes. */
  readonly size: number;
  readonly complete: boolean;
}

export interface AppendOptions {
  /** Ends the append; what was received before it is kept. */
  readonly signal: AbortSignal;
  /** Bytes that `body` will have, when known: a store may then pass them on while they come in. */
  readonly expected?: number | undefined;
}

export interface ObjectStore {
  /**
   * Adds `body` at `offset`, which must be the durable size; 0 begins an object. A body that fails, or is cut off by
   * the signal, loses nothing that was received: it is made durable first, and then the failure is thrown.
   *
   * @returns the durable size
   * @throws `store/offset`, `store/complete`, `store/full`, `store/unavailable`, `call/aborted`, and what `body` threw
   */
  append(key: ObjectKey, offset: number, body: AsyncIterable<Uint8Array>, options: AppendOptions): Promise<number>;
  /** Null when nothing was ever appended. */
  size(key: ObjectKey): Promise<ObjectSize | null>;
  /** May be repeated. @throws `store/absent` */
  complete(key: ObjectKey): Promise<void>;
  /**
   * Bytes `[from, to)` of a complete object; fewer only where it ends.
   * @throws `store/absent` also while it is not complete
   */
  read(key: ObjectKey, from: number, to: number, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** Removes the object in every state, with all its parts, versions and replicas. May be repeated. */
  remove(key: ObjectKey): Promise<void>;
  /** Every key that holds bytes and begins with `prefix`, once, in no particular order. */
  list(prefix: string): AsyncIterable<ObjectKey>;
}

export function isObjectKey(text: string): text is ObjectKey {
  return KEY.test(text);
}

/** @throws `format/id` */
export function objectKey(account: string, name: string): ObjectKey {
  const key = `${account}/${name}`;
  if (!isObjectKey(key)) throw new SvjError('format/id');
  return key;
}

export function accountOfKey(key: ObjectKey): string {
  return key.slice(0, 32);
}
