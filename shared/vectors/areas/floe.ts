import { flip, put, type Case } from '../case.ts';
import { be, draw, Message } from '../reference.ts';
import { AAD, BASE, KEY, MESSAGE, OBJECT, OTHER_KEY, SEGMENT_0, TEXT } from './base.ts';

const refused = (name: string, description: string, object: Buffer, expect: string, attack: string): Case => ({
  ...BASE,
  name: `floe_${name}`,
  description,
  attack,
  object,
  expect
});

const underParameters = (name: string, parameters: string): Buffer => {
  const message = new Message(name, KEY, AAD, Buffer.from(parameters, 'hex'));
  return Buffer.concat([message.head, message.segment(0, TEXT, true)]);
};

const withHead = (head: Message): Buffer => Buffer.concat([head.head, head.segment(0, TEXT, true)]);

export const floe: Case[] = [
  refused('aead_other', 'AEAD number 1.', put(OBJECT, 92, [1]), 'format/floe-parameters', 'A19'),
  refused('kdf_other', 'KDF number 1.', put(OBJECT, 93, [1]), 'format/floe-parameters', 'A19'),
  refused(
    'segment_length_less',
    'Segments of 65,535 bytes.',
    put(OBJECT, 94, be(65_535, 4)),
    'format/floe-parameters',
    'A19'
  ),
  refused(
    'segment_length_more',
    'Segments of 65,537 bytes.',
    put(OBJECT, 94, be(65_537, 4)),
    'format/floe-parameters',
    'A19'
  ),
  refused('segment_length_0', 'Segments of 0 bytes.', put(OBJECT, 94, be(0, 4)), 'format/floe-parameters', 'A18'),
  refused(
    'segment_length_4_gib',
    'Segments of 2^32 - 1 bytes.',
    put(OBJECT, 94, be(0xffff_ffff, 4)),
    'format/floe-parameters',
    'A18'
  ),
  refused('iv_length_12', 'A FLOE IV of 12 bytes.', put(OBJECT, 98, be(12, 4)), 'format/floe-parameters', 'A19'),
  refused(
    'parameters_sealed_4k',
    'Sealed rightly with segments of 4 KiB.',
    underParameters('4k', '00000000100000000020'),
    'format/floe-parameters',
    'A19'
  ),
  refused(
    'parameters_zero',
    'All ten parameter bytes are 0.',
    put(OBJECT, 92, Buffer.alloc(10)),
    'format/floe-parameters',
    'A19'
  ),
  refused('cut_in_parameters', 'Ends inside the parameters.', OBJECT.subarray(0, 97), 'format/too-short', 'A4'),
  refused('cut_in_iv', 'Ends inside the FLOE IV.', OBJECT.subarray(0, 120), 'format/too-short', 'A4'),
  refused('cut_in_tag', 'Ends one byte before the header tag ends.', OBJECT.subarray(0, 165), 'format/too-short', 'A4'),
  refused('iv_first_bit', 'First bit of the FLOE IV.', flip(OBJECT, 102, 0x80), 'wrong-key', 'A5'),
  refused('iv_last_bit', 'Last bit of the FLOE IV.', flip(OBJECT, 133), 'wrong-key', 'A5'),
  refused('tag_first_bit', 'First bit of the header tag.', flip(OBJECT, 134, 0x80), 'wrong-key', 'A5'),
  refused('tag_last_bit', 'Last bit of the header tag.', flip(OBJECT, 165), 'wrong-key', 'A5'),
  refused('tag_zero', 'The header tag is all zeros.', put(OBJECT, 134, Buffer.alloc(32)), 'wrong-key', 'A5'),
  { ...refused('wrong_key', 'Opened with another key.', OBJECT, 'wrong-key', 'A10'), key: OTHER_KEY },
  {
    ...refused('wrong_key_one_bit', 'Opened with a key that differs in one bit.', OBJECT, 'wrong-key', 'A10'),
    key: flip(KEY, 31)
  },
  { ...refused('zero_key', 'Opened with the all-zero key.', OBJECT, 'wrong-key', 'A10'), key: Buffer.alloc(32) },
  {
    ...refused('segment_key', 'Opened with the AES key of its segment.', OBJECT, 'wrong-key', 'A10'),
    key: MESSAGE.segmentKey()
  },
  refused(
    'tag_without_aad',
    'The header tag was made without the envelope.',
    Buffer.concat([AAD, new Message('no aad', KEY, Buffer.alloc(0)).head, SEGMENT_0]),
    'wrong-key',
    'A7'
  ),
  refused(
    'tag_of_other_key',
    'IV and header tag were made under another key, the segment under the right one.',
    Buffer.concat([new Message('base', OTHER_KEY, AAD).head, SEGMENT_0]),
    'wrong-key',
    'A10'
  ),
  refused(
    'header_of_other_message',
    'The FLOE header of another object with the same envelope and key: the segment does not belong to it.',
    Buffer.concat([new Message('twin', KEY, AAD).head, SEGMENT_0]),
    'seal/damaged',
    'A6'
  ),
  refused('tag_sha512', 'The header tag is random.', put(OBJECT, 134, draw('tag', 32)), 'wrong-key', 'A5'),
  {
    ...refused(
      'fresh_iv',
      'Sealed again under the same key: another IV, the same plaintext.',
      withHead(new Message('again', KEY, AAD)),
      'ok',
      'A6'
    ),
    released: TEXT
  }
];
