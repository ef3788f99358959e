/**
 * What the page and its workers may say to each other. Both sides import this file; nothing
 * else is shared. Every call is `name: Call<input, output, progress>`.
 *
 * [Note: Who holds which key] The page holds none. The kdf worker holds the passphrase for
 * one derivation and is ended; its result goes over a MessagePort straight to the vault
 * worker. The vault worker holds the vault's keys until it is ended, which is what locking is.
 * A recorder worker holds the key of the one object it writes, so that a lock does not stop it.
 */
import type { Bytes } from '#shared/bytes.ts';
import type { ErrorCode } from '#shared/errors.ts';
import type { DeviceId, EntryId, ObjectId, VaultId } from '#shared/ids.ts';
import type { EntryPatch, EntryRecord, Mood } from '#web/model/entry.ts';
import type { Arrival, Publication, TakeInOutcome, VaultHeader } from '#web/model/parcel.ts';
import type { EntrySummary } from '#web/model/summary.ts';
import type { VaultCondition } from '#web/model/vault-condition.ts';

export interface Call<Input, Output, Progress = never> {
  readonly input: Input;
  readonly output: Output;
  readonly progress: Progress;
}

export interface Fraction {
  readonly done: number;
  readonly total: number;
}

// ------------------------------------------------------------------ kdf worker

export interface KdfContract {
  /** Derives and posts the passphrase key to `to`; resolves when it is sent. */
  derive: Call<{ passphrase: string; kdf: Bytes; to: MessagePort }, undefined>;
  /**
   * Times the floor once. The first is the strongest that stays under 1.5 s here, and no weaker than `atLeast`; those
   * behind it, none weaker either, are for a device that has not the memory for it.
   */
  calibrate: Call<{ atLeast: Bytes | null }, readonly [Calibration, ...Calibration[]]>;
}

/** Parameters that this device could derive with. */
export interface Calibration {
  /** A fresh 48-byte block with a new salt. */
  readonly kdf: Bytes;
  /** Expected duration of one derivation with it, ms. */
  readonly expectedMs: number;
}

// ---------------------------------------------------------------- vault worker

export interface VaultOutline {
  readonly exists: boolean;
  readonly vaultId: VaultId | null;
  /** The passphrase slot's 48-byte block, checked against floor and ceiling. */
  readonly kdf: Bytes | null;
  /** Why no passphrase may be typed: the stored block was altered. Recovery words open the journal all the same. */
  readonly kdfRefused: ErrorCode | null;
  /** Recordings that were never finished, without those that some tab is writing or that hold no byte. */
  readonly unfinished: number;
  /** Files of other apps that wait, sealed, to be taken in. */
  readonly shared: number;
}

export interface RecoveryState {
  readonly confirmedAt: string | null;
  /** The person chose "Later" once; it is not offered again. */
  readonly postponed: boolean;
  /** Confirmation is asked for now: never done, or the 7- or 90-day re-check is due. */
  readonly due: boolean;
}

export interface RecoveryAnswer {
  /** From 0. */
  readonly position: number;
  readonly word: string;
}

export interface StartedClip {
  readonly entryId: EntryId;
  readonly clipId: ObjectId;
}

/** What the recorder worker says of an object it has closed. */
export interface ClosedClip {
  readonly plaintextLength: number;
  readonly dataLength: number;
  readonly segments: number;
  readonly headHash: string;
  /** Generated head of the container (FORMAT.md section 10). */
  readonly head: ContainerHeadMessage;
}

export interface ContainerHeadMessage {
  readonly bytes: Bytes;
  readonly bodyFrom: number;
  readonly bodyTo: number;
  readonly durationMs: number;
  readonly width: number;
  readonly height: number;
}

export interface FinishedClip extends StartedClip {
  readonly closed: ClosedClip;
  readonly ended: 'stopped' | 'interrupted';
  /** JPEG or WebP bytes; null when the camera gave no picture. */
  readonly poster: Bytes | null;
  readonly thumbnails: ThumbnailSheet | null;
  /** Replaces what startClip was told, where the file knew better (imports). */
  readonly date?: string;
  readonly title?: string;
  /** What the file showed of it. */
  readonly shown?: ShownPart;
  /** The file in the inbox that it was made of: it goes in the same commit. */
  readonly shared?: ObjectId;
}

/** One sheet image with equally sized tiles, row by row; tile i shows `timesMs[i]`. */
export interface ThumbnailSheet {
  readonly image: Bytes;
  readonly mime: string;
  readonly columns: number;
  readonly tileWidth: number;
  readonly tileHeight: number;
  readonly timesMs: readonly number[];
}

/** A recording that was never closed: the app or the browser died. */
export interface UnfinishedClip extends StartedClip {
  readonly recordedAt: string;
  readonly durationMs: number;
  readonly dataLength: number;
  /** Something was saved and none of it opens: it stays until it is discarded, and cannot be kept. */
  readonly damaged: boolean;
  /** The entry already holds earlier clips. */
  readonly continues: boolean;
}

export interface EntryVersion {
  readonly revision: number;
  readonly changed: readonly ('title' | 'note' | 'tags' | 'mood' | 'date' | 'trims' | 'clips')[];
  readonly title: string;
  readonly note: string;
  readonly mood: Mood | null;
  readonly tags: readonly string[];
}

export interface TrashItem {
  readonly summary: EntrySummary;
  readonly deletedAt: string;
  readonly purgeAt: string;
}

export interface VaultUsage {
  readonly entries: number;
  readonly clips: number;
  readonly objectBytes: number;
  readonly trashBytes: number;
}

export interface VaultSettings {
  /** Pad videos to Padmé sizes (on unless the person turns it off). */
  readonly padVideo: boolean;
}

/** A file that another app gave, as it waits in the inbox. */
export interface SharedFile {
  readonly id: ObjectId;
  /** Empty where it is not known. */
  readonly name: string;
  readonly bytes: number;
  /** When the file was last changed, ISO 8601. */
  readonly modified: string;
  /** Nothing of it opens: it can only be discarded. */
  readonly damaged: boolean;
}

/** What a look at recordings that were never closed came to. */
export interface FoundRecordings {
  /** For the person to decide about. */
  readonly offered: readonly UnfinishedClip[];
  /** Stopped while the journal was locked, entries now; their pictures are still to be made. */
  readonly kept: readonly { readonly record: EntryRecord; readonly summary: EntrySummary }[];
  /** Imports that were cut off: nothing of them is kept. */
  readonly cutImports: number;
}

/** What the relay is told when an account is made for this journal. */
export interface AccountRequest {
  readonly vaultId: VaultId;
  readonly deviceId: DeviceId;
  /** 48 bytes. */
  readonly kdf: Bytes;
  /** 32 bytes each: what the passphrase and the recovery words prove. They open nothing. */
  readonly auth: Bytes;
  readonly recoveryAuth: Bytes;
  readonly vault: VaultHeader;
}

/** What signs in to the relay, 32 bytes each. */
export interface SignInProofs {
  readonly deviceId: DeviceId;
  readonly auth: Bytes;
  /** Where the passphrase opens the journal that is open here: the relay may still know the one before. */
  readonly recoveryAuth: Bytes | null;
}

/** A journal as the relay has it, for a browser that has none. */
export interface Enrolment {
  readonly vaultId: VaultId;
  readonly header: VaultHeader;
  /** All that the relay has, oldest first. */
  readonly heads: readonly Bytes[];
  /** A head that a device of the same person vouched for, which the relay's must follow; null where there is none. */
  readonly known: { readonly sequence: number; readonly hash: string } | null;
}

/** `foreign`: not what this passphrase's journal made. `forked`: not what the other device vouched for. */
export type EnrolOutcome = 'enrolled' | 'wrong' | 'foreign' | 'forked';

/** An object of the journal, and where it lies. */
export interface StoredPlace {
  readonly objectId: ObjectId;
  readonly entryId: EntryId;
  /** Not a picture or a head. */
  readonly isRecording: boolean;
  /** Sealed, in bytes. */
  readonly size: number;
  readonly isHere: boolean;
}

export interface Places {
  /** Of all entries, those in the trash too. */
  readonly objects: readonly StoredPlace[];
  /** Entries of which the relay does not have the newest words. */
  readonly unpublished: readonly EntryId[];
  /** Recordings under way, or cut off and not yet decided about. */
  readonly drafts: readonly ObjectId[];
}

/** `absent`: the relay does not have it. `damaged`: what it has does not open. */
export type VerifyOutcome = 'verified' | 'absent' | 'damaged';

export type UnlockOutcome = 'unlocked' | 'wrong';

/** `read-only`: open, but the passphrase was not changed, since nothing could be. */
export type RecoverOutcome = 'recovered' | 'read-only' | 'wrong';

export interface VaultContract {
  inspect: Call<undefined, VaultOutline>;
  /** Six random words. */
  suggestPassphrase: Call<undefined, string>;
  /** Makes the vault and leaves it unlocked. */
  create: Call<{ passphrase: MessagePort; kdf: Bytes }, undefined>;
  unlock: Call<{ passphrase: MessagePort }, UnlockOutcome>;
  condition: Call<undefined, VaultCondition>;
  /** Which of the typed words are no recovery words (positions from 0); empty when all could be. */
  checkWords: Call<{ words: readonly string[] }, readonly number[]>;
  /** Opens by recovery words and sets a new passphrase in the same commit. */
  recover: Call<{ words: readonly string[]; passphrase: MessagePort; kdf: Bytes }, RecoverOutcome>;
  changePassphrase: Call<{ current: MessagePort; next: MessagePort; kdf: Bytes }, 'changed' | 'wrong'>;

  recoveryState: Call<undefined, RecoveryState>;
  /** The 24 words. Right after `create` no passphrase is needed; later it is. */
  recoveryWords: Call<{ passphrase: MessagePort | null }, readonly string[] | 'wrong'>;
  /** Three positions (from 0) to ask back; no others are taken. */
  recoveryQuestions: Call<undefined, readonly number[]>;
  /** Three other positions when not all answers are right; which one is wrong is not told. */
  confirmRecovery: Call<{ answers: readonly RecoveryAnswer[] }, 'confirmed' | readonly number[]>;
  postponeRecovery: Call<undefined, undefined>;

  list: Call<undefined, readonly EntrySummary[]>;
  entry: Call<{ id: EntryId }, { record: EntryRecord; summary: EntrySummary }>;
  versions: Call<{ id: EntryId }, readonly EntryVersion[]>;
  edit: Call<{ id: EntryId; patch: EntryPatch }, { record: EntryRecord; summary: EntrySummary }>;
  /** The picture's bytes, or null when the entry has none. @throws `entry/damaged` */
  poster: Call<{ id: EntryId; poster: ObjectId }, Bytes>;
  thumbnails: Call<{ id: EntryId; clip: ObjectId }, ThumbnailSheet | null>;
  /** Stores regenerated or chosen pictures. */
  setPictures: Call<
    { id: EntryId; clip: ObjectId; poster: Bytes | null; thumbnails: ThumbnailSheet | null },
    { record: EntryRecord; summary: EntrySummary }
  >;
  remove: Call<{ id: EntryId }, undefined>;
  restore: Call<{ id: EntryId }, undefined>;
  trash: Call<undefined, readonly TrashItem[]>;
  /** Destroys the entry key and every object, now. */
  destroy: Call<{ id: EntryId }, undefined>;

  /** `entryId` null starts a new entry; `recorder` receives the object key. */
  startClip: Call<
    { entryId: EntryId | null; mime: string; source: 'camera' | 'import'; recordedAt: string; recorder: MessagePort },
    StartedClip
  >;
  finishClip: Call<FinishedClip, { record: EntryRecord; summary: EntrySummary }>;
  /** @throws `recorder/nothing` when the clip's draft is gone before its recorder could hold it */
  confirmClip: Call<StartedClip, undefined>;
  /** Nothing was recorded, or the import was cancelled: leaves no trace. */
  abandonClip: Call<StartedClip, undefined>;
  unfinished: Call<undefined, FoundRecordings, Fraction>;
  keep: Call<StartedClip, { record: EntryRecord; summary: EntrySummary }, Fraction>;
  discard: Call<StartedClip, undefined>;

  /**
   * Seals a file that another app gave, in a locked journal too.
   * @throws `vault/absent`, `media/empty`, `media/truncated` when the file does not give what it announces, `storage/quota`
   */
  putShared: Call<{ file: File }, undefined, Fraction>;
  /** What waits to be taken in, in the order of its ids. */
  sharedFiles: Call<undefined, readonly SharedFile[]>;
  /** Gives one to the media worker; clip-port.ts says what is said over the port. */
  serveShared: Call<{ id: ObjectId; port: MessagePort }, undefined>;
  /** Taken in, or refused: its key and its bytes go. */
  discardShared: Call<{ id: ObjectId }, undefined>;

  /** Hands one player request to the vault; see clip-port.ts for what is said over it. */
  serveClip: Call<{ clip: ObjectId; port: MessagePort }, undefined>;

  /** Sequence of the newest head that the relay is known to have; 0 before the first. */
  published: Call<undefined, number>;
  /** What the relay does not have yet; null when it has everything. Repeated until it is confirmed or refused. */
  prepareCommit: Call<undefined, Publication | null>;
  /** The relay accepted the head with this hash. */
  confirmCommit: Call<{ hash: string }, undefined>;
  /** A new account: nothing counts as published any more. */
  republish: Call<undefined, undefined>;
  /** Takes in what other devices published, and puts what was changed here on top of it. */
  takeIn: Call<Arrival, TakeInOutcome>;

  /** @throws `vault/words-unconfirmed` */
  accountRequest: Call<{ passphrase: MessagePort }, AccountRequest | 'wrong'>;
  /**
   * What signs in to the relay; the passphrase's key is kept for `enrol`.
   * @throws `vault/other-journal` when this browser has another one than `vaultId`
   */
  prove: Call<{ passphrase: MessagePort; vaultId: VaultId }, SignInProofs>;
  /** The same by recovery words. @throws `format/words`, `vault/other-journal` */
  proveByWords: Call<{ words: readonly string[]; vaultId: VaultId }, { deviceId: DeviceId; recoveryAuth: Bytes }>;
  /** Makes this browser a device of the journal, and leaves it unlocked and empty: `takeIn` brings the rest. */
  enrol: Call<Enrolment, EnrolOutcome>;
  /** Eight words that are the same on all devices that are in step; null before the first publication. */
  headCode: Call<undefined, readonly string[] | null>;
  /** By this port the vault reads what lies on the relay; remote-port.ts says what is said over it. */
  connectRemote: Call<{ port: MessagePort }, undefined>;
  places: Call<undefined, Places>;
  /** Reads an object back from the relay and opens its ends and three segments between. @throws `relay/…`, `session/absent` */
  verify: Call<{ objectId: ObjectId }, VerifyOutcome>;
  /** Verifies a recording once more, then takes it off this device. @throws as `verify` */
  free: Call<{ objectId: ObjectId }, VerifyOutcome>;

  usage: Call<undefined, VaultUsage>;
  settings: Call<undefined, VaultSettings>;
  setSettings: Call<VaultSettings, undefined>;
}

// ------------------------------------------------------------- recorder worker

/** What the vault posts over the `recorder` port of startClip. */
export interface RecorderKeyMessage {
  readonly seal: CryptoKey;
  readonly tail: CryptoKey;
  readonly vaultId: VaultId;
  readonly entryId: EntryId;
  readonly clipId: ObjectId;
  readonly epoch: number;
  readonly mime: string;
  readonly pad: boolean;
}

/** What is on disk, flushed. Nothing else may drive "Saved". */
export interface Durable {
  readonly dataBytes: number;
  readonly durationMs: number;
}

export interface Appended extends Durable {
  /**
   * So many bytes of the object file, from its beginning, are final: a page may send them while the rest is recorded.
   * Behind them lies room reserved ahead.
   */
  readonly sealedBytes: number;
}

export interface RecorderContract {
  /** Waits for the key on the port, creates the object and flushes its head. */
  open: Call<{ key: MessagePort }, undefined>;
  /** Resolves when the slice is sealed and flushed. */
  append: Call<{ slice: Blob | Bytes }, Appended>;
  close: Call<undefined, ClosedClip>;
  /** Ends writing and removes the files. */
  abort: Call<undefined, undefined>;
}

// ---------------------------------------------------------------- media worker

export interface ImportedMedia {
  readonly mime: string;
  readonly durationMs: number;
  /** From the file's own metadata, which is removed from the media; ISO 8601 or null. */
  readonly recordedAt: string | null;
  /** Null when the file showed all that is in it. */
  readonly shown: ShownPart | null;
}

/** The part that a file showed of what is in it, ms from the beginning of what was stored. */
export interface ShownPart {
  readonly fromMs: number;
  /** Null when it goes on to the end. */
  readonly toMs: number | null;
}

/** A file that was picked, or the port over which the vault gives one that it keeps sealed (clip-port.ts). */
export type GivenFile = File | MessagePort;

export interface MediaContract {
  /** Reads only the head: is this a video we can take in, and of which container will it be? */
  probe: Call<{ file: GivenFile }, { mime: string; durationMs: number; recordedAt: string | null }>;
  /**
   * Remuxes without any metadata into append-only slices, posted to `to` as `{ slice }`, each
   * answered by `{ ok: true }` (back-pressure) or `{ ok: false, code }`.
   */
  strip: Call<{ file: GivenFile; to: MessagePort }, ImportedMedia, Fraction>;
}
