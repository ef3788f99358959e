/**
 * What travels between the vault, which has no network, and the sync loop, which has no key: sealed bytes, ids and hashes
 * (FORMAT.md section 12).
 */
import type { Bytes } from '#shared/bytes.ts';
import type { EntryId, SlotId } from '#shared/ids.ts';

/** Slots and inbox pair of the vault, as the head lists them. */
export interface VaultHeader {
  readonly slots: readonly {
    readonly slotId: SlotId;
    readonly kind: 'passphrase' | 'recovery';
    /** 48-byte block of a passphrase slot. */
    readonly kdf: Bytes | null;
    readonly wrap: Bytes;
  }[];
  readonly recoveryCopy: Bytes;
  readonly inbox: { readonly number: number; readonly publicKey: Bytes; readonly privateKey: Bytes };
}

/** An entry's newest record with its key wrap, sealed. */
export interface PublishedEntry {
  readonly entryId: EntryId;
  readonly revision: number;
  /** SHA-256 of the sealed record, as the bucket lists it. */
  readonly hash: string;
  readonly epoch: number;
  readonly wrap: Bytes;
  readonly record: Bytes;
}

/** What goes to the relay at once: compare-and-set on the hash of its newest head. */
export interface Publication {
  readonly head: {
    readonly sequence: number;
    readonly hash: string;
    /** The head that must be the relay's newest; null for the first. */
    readonly parent: string | null;
    readonly sealed: Bytes;
  };
  /** Those that the head lists and the one before does not. */
  readonly buckets: readonly { readonly bucket: number; readonly revision: number; readonly sealed: Bytes }[];
  readonly entries: readonly PublishedEntry[];
  readonly tombstones: readonly { readonly entryId: EntryId; readonly revision: number }[];
  /** Null where it is as it was. */
  readonly header: VaultHeader | null;
  /** Where the passphrase was changed: what signs in from now on, and what proves that it may. */
  readonly passphrase: {
    readonly proof: { readonly recoveryAuth: Bytes };
    readonly kdf: Bytes;
    readonly auth: Bytes;
  } | null;
}

/** What came from the relay. Nothing of it is believed before the chain of heads vouches for it. */
export interface Arrival {
  /** From the one after this device's published head to the relay's newest; oldest first. */
  readonly heads: readonly Bytes[];
  /** What {@link TakeInOutcome} asked for; null where the relay says that it has none. */
  readonly buckets: readonly { readonly bucket: number; readonly sealed: Bytes | null }[];
  readonly entries: readonly { readonly entryId: EntryId; readonly sealed: ArrivedEntry | null }[];
  readonly header: VaultHeader | null;
}

export type ArrivedEntry = Pick<PublishedEntry, 'revision' | 'epoch' | 'wrap' | 'record'>;

/**
 * What an honest relay cannot show (attacks A12 to A15). `rolled-back`: older than what was accepted before. `forked`:
 * another history. `omitted`: something that the head lists is kept back. `undead`: a deleted entry is brought back.
 * `foreign`: something that this vault did not make.
 */
export type TakeInRefusal = 'rolled-back' | 'forked' | 'omitted' | 'undead' | 'foreign';

export type TakeInOutcome =
  | { readonly outcome: 'current' }
  /** Nothing was changed; to be called again with these too. */
  | {
      readonly outcome: 'needs';
      readonly buckets: readonly number[];
      readonly entries: readonly EntryId[];
      readonly header: boolean;
    }
  | { readonly outcome: 'taken'; readonly sequence: number; readonly changed: readonly EntryId[] }
  /** Nothing was changed. */
  | { readonly outcome: 'refused'; readonly why: TakeInRefusal; readonly entryId: EntryId | null };
