import { flip, put, type Case } from '../case.ts';
import { be, draw, type Slip } from '../reference.ts';
import { BASE, KEY, MESSAGE, OBJECT, OTHER_KEY, SEGMENT_0, TEXT } from './base.ts';

const WORD = 166;
const IV = 170;
const DATA = 182;
const TAG = OBJECT.length - 16;

const refused = (name: string, description: string, object: Buffer, expect: string, attack = 'A5'): Case => ({
  ...BASE,
  name: `segment_${name}`,
  description,
  attack,
  object,
  expect
});

/** Range readers stop at the trusted length, so that they see another fault or none. */
const slipped = (name: string, description: string, slip: Slip, expect = 'seal/damaged', attack = 'A5'): Case =>
  refused(name, description, Buffer.concat([MESSAGE.head, MESSAGE.segment(0, TEXT, true, slip)]), expect, attack);

const withWord = (name: string, description: string, word: Buffer, expect: string): Case =>
  refused(name, description, put(OBJECT, WORD, word), expect);

export const segment: Case[] = [
  refused('iv_first_bit', 'First bit of the segment IV.', flip(OBJECT, IV, 0x80), 'seal/damaged'),
  refused('iv_last_bit', 'Last bit of the segment IV.', flip(OBJECT, IV + 11), 'seal/damaged'),
  refused('iv_zero', 'The segment IV is all zeros.', put(OBJECT, IV, Buffer.alloc(12)), 'seal/damaged'),
  refused('data_first_bit', 'First bit of the ciphertext.', flip(OBJECT, DATA, 0x80), 'seal/damaged'),
  refused('data_last_bit', 'Last bit of the ciphertext.', flip(OBJECT, TAG - 1), 'seal/damaged'),
  refused(
    'data_swapped_bytes',
    'Two bytes of ciphertext exchanged.',
    put(OBJECT, DATA, [OBJECT[DATA + 1]!, OBJECT[DATA]!]),
    'seal/damaged'
  ),
  refused('data_zero', 'The ciphertext is all zeros.', put(OBJECT, DATA, Buffer.alloc(TEXT.length)), 'seal/damaged'),
  refused('tag_first_bit', 'First bit of the tag.', flip(OBJECT, TAG, 0x80), 'seal/damaged'),
  refused('tag_last_bit', 'Last bit of the tag.', flip(OBJECT, OBJECT.length - 1), 'seal/damaged'),
  refused('tag_zero', 'The tag is all zeros.', put(OBJECT, TAG, Buffer.alloc(16)), 'seal/damaged'),
  refused('tag_random', 'The tag is random.', put(OBJECT, TAG, draw('gcm tag', 16)), 'seal/damaged'),

  withWord('word_0', 'Length word 0.', be(0, 4), 'seal/damaged'),
  withWord('word_31', 'Length word 31: shorter than any segment.', be(31, 4), 'seal/damaged'),
  withWord('word_32', 'Length word of an empty segment in front of a longer one.', be(32, 4), 'seal/trailing-data'),
  withWord('word_one_less', 'Length word one too small.', be(SEGMENT_0.length - 1, 4), 'seal/trailing-data'),
  withWord('word_one_more', 'Length word one too large.', be(SEGMENT_0.length + 1, 4), 'seal/truncated'),
  withWord('word_plaintext', 'Length word counts the plaintext only.', be(TEXT.length, 4), 'seal/damaged'),
  withWord('word_65535', 'Length word 65,535.', be(65_535, 4), 'seal/truncated'),
  withWord('word_65536', 'Length word 65,536.', be(65_536, 4), 'seal/truncated'),
  withWord('word_65537', 'Length word 65,537: longer than any segment.', be(65_537, 4), 'seal/damaged'),
  withWord(
    'word_little_endian',
    'Length word in the wrong byte order.',
    Buffer.from(be(SEGMENT_0.length, 4)).reverse(),
    'seal/damaged'
  ),
  withWord('word_not_last', 'The mark of a segment that is not the last.', be(0xffff_ffff, 4), 'seal/truncated'),
  withWord('word_fffffffe', 'Length word FFFFFFFE.', be(0xffff_fffe, 4), 'seal/damaged'),
  withWord(
    'word_high_bit',
    'The highest bit of the length word.',
    put(be(SEGMENT_0.length, 4), 0, [0x80]),
    'seal/damaged'
  ),

  slipped(
    'flag_not_last',
    'The last segment is authenticated as not the last.',
    { final: false },
    'seal/damaged',
    'A3'
  ),
  slipped('index_1', 'Segment 0 is authenticated as segment 1.', { index: 1 }, 'seal/damaged', 'A1'),
  slipped('index_2_32', 'Segment 0 is authenticated as segment 2^32.', { index: 2 ** 32 }, 'seal/damaged', 'A1'),
  slipped('aad_empty', 'Sealed without associated data.', { aad: Buffer.alloc(0) }, 'seal/damaged', 'A1'),
  slipped('aad_without_flag', 'The associated data lack the final flag.', { aad: be(0, 8) }, 'seal/damaged', 'A3'),
  slipped(
    'aad_flag_2',
    'The final flag is 2.',
    { aad: Buffer.concat([be(0, 8), Buffer.from([2])]) },
    'seal/damaged',
    'A3'
  ),
  slipped(
    'aad_flag_first',
    'The final flag stands before the index.',
    { aad: Buffer.concat([Buffer.from([1]), be(0, 8)]) },
    'seal/damaged',
    'A3'
  ),
  slipped('key_of_group_1', 'Sealed under the key of segment 2^20.', { group: 2 ** 20 }, 'seal/damaged', 'A10'),
  slipped('key_is_object_key', 'Sealed under the object key itself.', { key: KEY }, 'seal/damaged', 'A10'),
  slipped('key_random', 'Sealed under a random key behind a right header.', { key: OTHER_KEY }, 'seal/damaged', 'A10'),
  {
    ...slipped(
      'iv_repeated_zero',
      'An all-zero IV that was really used: nothing forbids a random draw.',
      { iv: Buffer.alloc(12) },
      'ok'
    ),
    released: TEXT
  }
];
