import { flip, put, type Case } from '../case.ts';
import { be, draw, header, sealed, sha256, type Header } from '../reference.ts';

const KEK = draw('kek', 32);
const VMK = draw('vault key', 32);
const block = (memory: number, passes: number, salt = 'salt'): Buffer =>
  Buffer.concat([Buffer.from([1, 0x13, 0, 0]), be(memory, 4), be(passes, 4), be(1, 4), draw(salt, 32)]);
const PARENT = sha256(block(131_072, 3)).toString('hex');
const PASSPHRASE: Header = {
  kind: 0x01,
  epoch: 0,
  revision: 1,
  vaultId: draw('vault', 16).toString('hex'),
  objectId: draw('slot', 16).toString('hex'),
  parent: PARENT
};
const { parent: _parent, ...PLAIN } = PASSPHRASE;
const OBJECT = sealed('slot', KEK, header(PASSPHRASE), VMK);

const slotCase = (name: string, description: string, expect: string, change: Partial<Case> = {}): Case => ({
  name: `slot_${name}`,
  description,
  attack: 'A16',
  operation: 'unwrap',
  key: KEK,
  envelope: PASSPHRASE,
  object: OBJECT,
  expect,
  ...(expect === 'ok' ? { released: VMK } : {}),
  ...change
});

const ofKind = (name: string, kind: number): Case => {
  const envelope = { ...PLAIN, kind };
  return slotCase(name, `A ${name} slot: no parent hash.`, 'ok', {
    envelope,
    object: sealed(name, KEK, header(envelope), VMK)
  });
};

/** The trusted block of this device is another than the one the slot was sealed with. */
const otherBlock = (name: string, description: string, other: Buffer, attack = 'A17'): Case =>
  slotCase(name, description, 'seal/header-mismatch', {
    attack,
    envelope: { ...PASSPHRASE, parent: sha256(other).toString('hex') }
  });

const storedAs = (name: string, description: string, stored: Header, attack = 'A16'): Case =>
  slotCase(name, description, 'seal/header-mismatch', { attack, object: sealed(name, KEK, header(stored), VMK) });

export const slot: Case[] = [
  slotCase('passphrase', 'A passphrase slot: its parent hash is that of the parameter block.', 'ok'),
  ofKind('recovery', 0x02),
  ofKind('passkey', 0x03),
  ofKind('device', 0x04),
  slotCase('wrong_passphrase', 'Another passphrase.', 'wrong-key', { attack: 'A22', key: draw('kek 2', 32) }),
  otherBlock('memory_lowered', 'The parameter block has less memory than the one that was bound.', block(65_536, 3)),
  otherBlock('memory_raised', 'The parameter block has more memory.', block(262_144, 3)),
  otherBlock('passes_changed', 'The parameter block has other passes.', block(131_072, 4)),
  otherBlock('salt_changed', 'The parameter block has another salt.', block(131_072, 3, 'salt 2')),
  otherBlock('salt_bit', 'One bit of the salt.', flip(block(131_072, 3), 47)),
  otherBlock('block_cut', 'The hash of a block without its last byte.', block(131_072, 3).subarray(0, 47)),
  storedAs('no_parent', 'Sealed without binding the parameters.', PLAIN, 'A17'),
  storedAs('other_slot', 'The wrap of another slot.', { ...PASSPHRASE, objectId: draw('slot 2', 16).toString('hex') }),
  storedAs('other_vault', 'The wrap of a vault made by somebody else.', {
    ...PASSPHRASE,
    vaultId: draw('vault 2', 16).toString('hex')
  }),
  storedAs(
    'recovery_as_passphrase',
    'A recovery slot in the place of the passphrase slot.',
    { ...PASSPHRASE, kind: 0x02 },
    'A8'
  ),
  storedAs('epoch_1', 'A slot has no epoch.', { ...PASSPHRASE, epoch: 1 }),
  slotCase('suite_0', 'A slot that claims suite 0.', 'format/version', {
    attack: 'A19',
    object: put(OBJECT, 4, [0, 0])
  }),
  slotCase('cut', 'The last byte is missing.', 'format/length', { attack: 'A4', object: OBJECT.subarray(0, -1) }),
  slotCase('tag_bit', 'One bit of the segment tag.', 'wrong-key', {
    attack: 'A22',
    object: flip(OBJECT, OBJECT.length - 1)
  }),
  slotCase('header_tag_bit', 'One bit of the header tag.', 'wrong-key', { attack: 'A22', object: flip(OBJECT, 140) })
];
