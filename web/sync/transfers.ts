/**
 * The port to what is known of objects on their way to the relay. Its conformance suite is `testing/transfers-suite.ts`.
 * Only ids and lengths of ciphertext; the address of an upload lets its holder add ciphertext to it and no more.
 */
import type { ObjectId } from '#shared/ids.ts';

export interface Transfer {
  readonly objectId: ObjectId;
  /** `verified`: the relay was made to give it back, and gave what was sent. */
  readonly state: 'sending' | 'backed-up' | 'verified';
  /** Bytes on disk; 0 while it is being recorded. */
  readonly size: number;
  /** Of the upload, relative; null before it is created and when it is complete. */
  readonly url: string | null;
  /** Of the last change, milliseconds since 1970. */
  readonly at: number;
}

export interface Transfers {
  /** Null for what was never begun. */
  get(objectId: ObjectId): Promise<Transfer | null>;
  all(): Promise<Transfer[]>;
  /** Resolves when it is durable: an address that is lost means to begin anew. */
  put(transfer: Transfer): Promise<void>;
  /** Does nothing where there is none. */
  remove(objectId: ObjectId): Promise<void>;
}
