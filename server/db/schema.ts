/**
 * The tables of the relay, as the query layer sees them: ids, lengths, times, hashes and ciphertext. Times are
 * milliseconds since 1970 (UTC), ids lower-case hex, flags 0 or 1.
 */

/** One person's account; `vault_id` names the journal that it backs up. */
export interface AccountTable {
  readonly account_id: string;
  /** HMAC of the normalised login name that was asked for: the name itself is not kept. */
  readonly wanted_index: Uint8Array;
  /** `enrolling` until the first second factor is confirmed. */
  state: 'enrolling' | 'active';
  readonly vault_id: string;
  /** HMAC of AUTH and of the recovery proof under the pepper `pepper_kid`; see accounts/auth-hash.ts. */
  auth_hash: Uint8Array;
  recovery_hash: Uint8Array;
  pepper_kid: string;
  /** The 48 bytes that a device derives its passphrase key with. */
  kdf: Uint8Array;
  readonly created_at: number;
}

/** Which account has which name; claimed with the first second factor. */
export interface LoginNameTable {
  readonly name_index: Uint8Array;
  readonly account_id: string;
}

/** One-time codes by an app. */
export interface TotpTable {
  readonly account_id: string;
  readonly seed: Uint8Array;
  confirmed: number;
  /** The step of the last code taken: each counts once. */
  last_step: number;
}

export interface RecoveryCodeTable {
  readonly account_id: string;
  /** SHA-256 of the code. */
  readonly code_hash: Uint8Array;
  used_at: number | null;
}

export interface SessionTable {
  /** SHA-256 of the token in the cookie. */
  readonly token_hash: Uint8Array;
  /** What the person sees and ends it by. */
  readonly session_id: string;
  readonly account_id: string;
  /** `password`: the second factor is still to come; `enrolling`: only one may be added; `full`. */
  readonly stage: SessionStage;
  /** The device's id in the vault head, as the device states it. */
  readonly device_id: string;
  readonly created_at: number;
  seen_at: number;
}

export type SessionStage = 'password' | 'enrolling' | 'full';

/** A device that signed in fully: its limits count apart from those of strangers. */
export interface KnownDeviceTable {
  readonly account_id: string;
  /** SHA-256 of its id, as lower-case hex. */
  readonly device_hash: string;
  seen_at: number;
}

/** Rate limits, so that they outlive a restart. */
export interface LimitTable {
  readonly bucket: string;
  /** Times of the uses that still count, as JSON. */
  uses: string;
  /** When the last of them stops counting. */
  expires_at: number;
}

/** What a new device needs before it can open anything: sealed keys, and the newest published head. */
export interface VaultTable {
  readonly account_id: string;
  recovery_copy: Uint8Array;
  inbox_number: number;
  inbox_public: Uint8Array;
  inbox_private: Uint8Array;
  /** 0 as long as no head was published. */
  head_sequence: number;
  /** Counts the commits; the cursor of the change feed. */
  feed: number;
  /** Of all heads, buckets and records, as far as they count against the bound of the account. */
  bytes: number;
}

export interface SlotTable {
  readonly account_id: string;
  readonly slot_id: string;
  readonly kind: string;
  readonly kdf: Uint8Array | null;
  readonly wrap: Uint8Array;
}

export interface HeadTable {
  readonly account_id: string;
  readonly sequence: number;
  /** SHA-256 of `sealed`. */
  readonly hash: string;
  readonly sealed: Uint8Array;
  readonly published_at: number;
}

export interface BucketTable {
  readonly account_id: string;
  readonly bucket: number;
  readonly revision: number;
  readonly sealed: Uint8Array;
  readonly feed: number;
}

/** A record that was sent and that no commit names yet. */
export interface StagedRecordTable {
  readonly account_id: string;
  readonly entry_id: string;
  readonly hash: string;
  readonly revision: number;
  readonly epoch: number;
  readonly wrap: Uint8Array;
  readonly record: Uint8Array;
  readonly staged_at: number;
}

/** The newest committed record of an entry. Of one that is destroyed only the row stays. */
export interface RecordTable {
  readonly account_id: string;
  readonly entry_id: string;
  readonly state: RecordState;
  readonly revision: number;
  /** Of the record that is kept; a deletion has a revision of its own and none of its own record. */
  readonly hash: string | null;
  readonly epoch: number;
  readonly wrap: Uint8Array | null;
  readonly record: Uint8Array | null;
  /** When its device will destroy it; null unless it is in the trash. */
  readonly purge_at: number | null;
  readonly feed: number;
}

export type RecordState = 'live' | 'trash' | 'destroyed';

/** May be exchanged once for an upload. */
export interface TicketTable {
  /** SHA-256 of the ticket. */
  readonly ticket_hash: Uint8Array;
  readonly account_id: string;
  readonly object_id: string;
  /** Bytes of the object; null while it is being recorded, and then `maximum` bounds it. */
  readonly length: number | null;
  readonly maximum: number;
  readonly expires_at: number;
}

/** An object that is being uploaded, or was. */
export interface UploadTable {
  /** SHA-256 of the secret in its address. */
  readonly upload_hash: Uint8Array;
  readonly account_id: string;
  readonly object_id: string;
  /** Where the store keeps the bytes. */
  readonly store_key: string;
  state: 'open' | 'complete';
  /** Null as long as nobody said it. */
  length: number | null;
  /** What is set aside of the account's quota while it is open. */
  readonly maximum: number;
  expires_at: number;
  /** The request that works on it, and until when that counts. */
  lease_holder: string | null;
  lease_until: number;
}

/** A complete object. */
export interface ObjectTable {
  readonly account_id: string;
  readonly object_id: string;
  readonly store_key: string;
  readonly size: number;
  readonly stored_at: number;
}

/**
 * Work on stored bytes that is owed: `removals` of what nobody may see any more and the store still has, `copies` of what
 * the replica may lack.
 */
export interface OwedTable {
  readonly store_key: string;
  readonly since: number;
  /** Until when it is the work of one process; 0 for nobody's. */
  claimed_until: number;
}

/** What is done now and then, by one process for all. */
export interface JobTable {
  readonly name: string;
  done_at: number;
}

/** Bytes of the account's objects and of what its open uploads may become. */
export interface UsageTable {
  readonly account_id: string;
  bytes: number;
}

export interface Tables {
  accounts: AccountTable;
  login_names: LoginNameTable;
  totp: TotpTable;
  recovery_codes: RecoveryCodeTable;
  sessions: SessionTable;
  known_devices: KnownDeviceTable;
  limits: LimitTable;
  vaults: VaultTable;
  slots: SlotTable;
  heads: HeadTable;
  buckets: BucketTable;
  staged_records: StagedRecordTable;
  records: RecordTable;
  tickets: TicketTable;
  uploads: UploadTable;
  objects: ObjectTable;
  removals: OwedTable;
  copies: OwedTable;
  jobs: JobTable;
  usage: UsageTable;
}
