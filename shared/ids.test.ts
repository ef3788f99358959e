/** Identifiers: 16 random bytes, one spelling. */
import { describe, expect, it } from 'vitest';
import { SvjError } from './errors.ts';
import {
  idBytes,
  newDeviceId,
  newEntryId,
  newObjectId,
  newSlotId,
  newVaultId,
  parseDeviceId,
  parseEntryId,
  parseObjectId,
  parseSlotId,
  parseVaultId
} from './ids.ts';

const KINDS = [
  [newVaultId, parseVaultId],
  [newSlotId, parseSlotId],
  [newEntryId, parseEntryId],
  [newObjectId, parseObjectId],
  [newDeviceId, parseDeviceId]
] as const;

describe('ids', () => {
  it.each(KINDS)('%o makes what %o reads', (make, parse) => {
    const made = make();
    expect(parse(made)).toBe(made);
    expect(made).not.toBe(make());
    expect(idBytes(made)).toHaveLength(16);
    for (const odd of [
      '',
      made.slice(1),
      `${made}0`,
      made.replace(/^./, 'G'),
      'AB'.repeat(16),
      `${made}\n`,
      ` ${made}`
    ]) {
      expect(() => parse(odd)).toThrow(SvjError);
    }
  });
});
