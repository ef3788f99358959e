/**
 * Identifiers: 16 random bytes, written as 32 lower-case hex digits. One brand per kind, so
 * that an entry's id cannot stand where an object's is wanted; a brand is made here only.
 */
import { fromHex, randomBytes, toHex, type Bytes } from './bytes.ts';
import { SvjError } from './errors.ts';

declare const brand: unique symbol;
type Id<Name extends string> = string & { readonly [brand]: Name };

export type VaultId = Id<'VaultId'>;
export type SlotId = Id<'SlotId'>;
export type EntryId = Id<'EntryId'>;
/** A clip is named by the object that holds its body. */
export type ObjectId = Id<'ObjectId'>;
export type DeviceId = Id<'DeviceId'>;
type AnyId = VaultId | SlotId | EntryId | ObjectId | DeviceId;

const ID = /^[0-9a-f]{32}$/;

function parse<T extends AnyId>(text: string): T {
  if (!ID.test(text)) throw new SvjError('format/id');
  return text as T;
}

function generate<T extends AnyId>(): T {
  return toHex(randomBytes(16)) as T;
}

/** The 16 bytes that stand in an envelope. */
export function idBytes(id: AnyId): Bytes {
  return fromHex(id);
}

export const parseVaultId = (text: string): VaultId => parse<VaultId>(text);
export const parseSlotId = (text: string): SlotId => parse<SlotId>(text);
export const parseEntryId = (text: string): EntryId => parse<EntryId>(text);
export const parseObjectId = (text: string): ObjectId => parse<ObjectId>(text);
export const parseDeviceId = (text: string): DeviceId => parse<DeviceId>(text);

/** For what comes from outside, as from an address. */
export const isEntryId = (text: string): text is EntryId => ID.test(text);

export const newVaultId = (): VaultId => generate<VaultId>();
export const newSlotId = (): SlotId => generate<SlotId>();
export const newEntryId = (): EntryId => generate<EntryId>();
export const newObjectId = (): ObjectId => generate<ObjectId>();
export const newDeviceId = (): DeviceId => generate<DeviceId>();
