/** The closed list of sealed things (FORMAT.md section 3). A number is never used twice. */
export const KIND = {
  passphraseSlot: 0x01,
  recoverySlot: 0x02,
  passkeySlot: 0x03,
  deviceSlot: 0x04,
  recoveryCopy: 0x05,
  inboxPrivateKey: 0x06,
  entryKeyWrap: 0x10,
  inboxWrap: 0x11,
  media: 0x20,
  poster: 0x21,
  cues: 0x22,
  transcript: 0x23,
  attachment: 0x24,
  containerHead: 0x25,
  thumbnails: 0x26,
  entryRecord: 0x30,
  vaultHead: 0x31,
  headBucket: 0x32,
  searchShard: 0x34,
  export: 0x40,
  shareManifest: 0x50,
  tail: 0x60,
  listCache: 0x61,
  serverEnvelope: 0x70
} as const;

export type KindName = keyof typeof KIND;
export type Kind = (typeof KIND)[KindName];

const KNOWN: ReadonlySet<number> = new Set(Object.values(KIND));

export function isKind(value: number): value is Kind {
  return KNOWN.has(value);
}
