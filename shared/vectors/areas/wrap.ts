import { flip, put, type Case } from '../case.ts';
import { be, draw, header, Message, sealed, type Header, type Slip } from '../reference.ts';

const WRAP_KEY = draw('entry wrap key', 32);
const RAW = draw('entry key', 32);
const ENVELOPE: Header = {
  kind: 0x10,
  epoch: 1,
  revision: 1,
  vaultId: draw('vault', 16).toString('hex'),
  objectId: draw('entry', 16).toString('hex')
};
const message = new Message('wrap', WRAP_KEY, header(ENVELOPE));
const OBJECT = Buffer.concat([message.head, message.segment(0, RAW, true)]);

const refused = (name: string, description: string, object: Buffer, expect: string, attack = 'A5'): Case => ({
  name: `wrap_${name}`,
  description,
  attack,
  operation: 'unwrap',
  key: WRAP_KEY,
  envelope: ENVELOPE,
  object,
  expect
});

const ofLength = (name: string, description: string, length: number): Case =>
  refused(name, description, sealed(name, WRAP_KEY, header(ENVELOPE), draw(name, length)), 'format/length', 'A16');

const slipped = (name: string, description: string, slip: Slip): Case =>
  refused(name, description, Buffer.concat([message.head, message.segment(0, RAW, true, slip)]), 'wrong-key', 'A22');

const elsewhere = (name: string, description: string, change: Partial<Header>, attack: string): Case =>
  refused(
    name,
    description,
    sealed(name, WRAP_KEY, header({ ...ENVELOPE, ...change }), RAW),
    'seal/header-mismatch',
    attack
  );

export const wrap: Case[] = [
  { ...refused('valid', 'An entry key; the wrap that the others spoil.', OBJECT, 'ok', 'A9'), released: RAW },
  { ...refused('wrong_key', 'Opened with another key.', OBJECT, 'wrong-key', 'A22'), key: draw('another key', 32) },
  refused(
    'bad_header_tag',
    'One bit of the header tag: the same outcome as a wrong key.',
    flip(OBJECT, 150),
    'wrong-key',
    'A22'
  ),
  refused('bad_floe_iv', 'One bit of the FLOE IV: the same outcome.', flip(OBJECT, 110), 'wrong-key', 'A22'),
  refused(
    'bad_segment_tag',
    'One bit of the segment tag: the same outcome.',
    flip(OBJECT, OBJECT.length - 1),
    'wrong-key',
    'A22'
  ),
  refused('bad_segment_iv', 'One bit of the segment IV: the same outcome.', flip(OBJECT, 175), 'wrong-key', 'A22'),
  refused('bad_ciphertext', 'One bit of the wrapped key: the same outcome.', flip(OBJECT, 190), 'wrong-key', 'A22'),
  refused('bad_length_word', 'A wrong length word: the same outcome.', put(OBJECT, 166, be(65, 4)), 'wrong-key', 'A22'),
  refused(
    'not_last',
    'The length word of a segment that is not the last: the same outcome.',
    put(OBJECT, 166, be(0xffff_ffff, 4)),
    'wrong-key',
    'A22'
  ),
  slipped('wrong_index', 'The key is authenticated as segment 1.', { index: 1 }),
  slipped('not_final', 'The key is authenticated as a segment that is not the last.', { final: false }),
  slipped('key_of_other', 'Right header, segment under another key (key commitment).', { key: draw('planted', 32) }),

  ofLength('empty', 'No key inside.', 0),
  ofLength('16_bytes', 'A key of 16 bytes.', 16),
  ofLength('31_bytes', 'A key of 31 bytes.', 31),
  ofLength('33_bytes', 'A key of 33 bytes.', 33),
  ofLength('64_bytes', 'Two keys.', 64),
  refused('cut', 'The last byte is missing.', OBJECT.subarray(0, -1), 'format/length', 'A4'),
  refused('cut_head', 'Only the head.', OBJECT.subarray(0, 166), 'format/length', 'A4'),
  refused('nothing', 'No byte at all.', Buffer.alloc(0), 'format/length', 'A4'),
  refused('trailing', 'One byte follows.', Buffer.concat([OBJECT, Buffer.alloc(1)]), 'format/length', 'A4'),

  elsewhere(
    'other_entry',
    "Another entry's wrap in this one's place.",
    { objectId: draw('entry 2', 16).toString('hex') },
    'A9'
  ),
  elsewhere('other_vault', 'A wrap of another vault.', { vaultId: draw('vault 2', 16).toString('hex') }, 'A15'),
  elsewhere('other_epoch', 'A wrap of epoch 2.', { epoch: 2 }, 'A11'),
  elsewhere('inbox', 'An inbox wrap in place of an entry wrap.', { kind: 0x11 }, 'A8'),
  elsewhere('slot', 'A recovery slot in place of an entry wrap.', { kind: 0x02 }, 'A8'),
  refused(
    'bare_key',
    'An AES-KW ciphertext of the key, as other designs have it.',
    draw('aes-kw', 230),
    'format/magic',
    'A19'
  )
];
