import { flip, put, type Case } from '../case.ts';
import { be, HEAD, Message, ROOM, SEGMENT, type Slip } from '../reference.ts';
import { AAD, BASE, KEY, OTHER_KEY } from './base.ts';

/** Three full segments and a short one; all ciphertext is zero, so that the files stay small. */
const LENGTH = 3 * ROOM + 20;
const message = new Message('four segments', KEY, AAD);
const { plaintext: P, segments: S } = message.object(LENGTH);
const build = (...segments: Buffer[]): Buffer => Buffer.concat([message.head, ...segments]);
const released = (count: number): Buffer => Buffer.concat(P.slice(0, count));
const [S0, S1, S2, S3] = S as [Buffer, Buffer, Buffer, Buffer];
const WHOLE = build(...S);

const sized = (length: number): Case => {
  const sizedMessage = new Message(`size ${length}`, KEY, AAD);
  const { plaintext, segments } = sizedMessage.object(length);
  return {
    ...BASE,
    name: `stream_size_${length}`,
    description: `${length} bytes of plaintext in ${segments.length} segment(s).`,
    object: Buffer.concat([sizedMessage.head, ...segments]),
    plaintextLength: length,
    expect: 'ok',
    released: Buffer.concat(plaintext)
  };
};

const refused = (
  name: string,
  description: string,
  object: Buffer,
  expect: string,
  attack: string,
  authentic: number,
  byRange?: Case['byRange']
): Case => ({
  ...BASE,
  name: `stream_${name}`,
  description,
  attack,
  object,
  plaintextLength: LENGTH,
  expect,
  released: released(authentic),
  ...(byRange === undefined ? {} : { byRange })
});

/** A range reader stops at the trusted length, so that what follows it is never read. */
const NOT_READ = { expect: 'ok', released: released(4) };

const cut = (name: string, description: string, length: number, authentic: number): Case =>
  refused(`cut_${name}`, description, WHOLE.subarray(0, length), 'seal/truncated', 'A4', authentic);

const trailing = (name: string, description: string, tail: Buffer): Case =>
  refused(`trailing_${name}`, description, Buffer.concat([WHOLE, tail]), 'seal/trailing-data', 'A4', 3, NOT_READ);

const resealed = (index: number, slip: Slip): Buffer => message.segment(index, P[index]!, index === 3, slip);
const swapIn = (index: number, segment: Buffer): Buffer => build(...S.map((s, i) => (i === index ? segment : s)));
const twin = new Message('four segments again', KEY, AAD).object(LENGTH).segments;
const stranger = new Message('four segments', OTHER_KEY, AAD).object(LENGTH).segments;

/** One segment of exactly 65,504 bytes that claims to be the last: FLOE would allow it, this format does not. */
const full = new Message('full last', KEY, AAD);
const fullLast = full.segment(0, full.blank(0, ROOM), true);
const fullCase = (name: string, description: string, ...after: Buffer[]): Case => ({
  ...BASE,
  name: `stream_${name}`,
  description,
  attack: 'A3',
  object: Buffer.concat([full.head, fullLast, ...after]),
  plaintextLength: ROOM,
  expect: 'seal/truncated'
});

const many = new Message('257 segments', KEY, AAD);
const manyLength = 256 * ROOM + 1;
const { plaintext: manyPlaintext, segments: manySegments } = many.object(manyLength);
const MANY = { ...BASE, plaintextLength: manyLength };

const short = new Message('two segments', KEY, AAD);
const { plaintext: shortPlaintext, segments: shortSegments } = short.object(ROOM);

export const stream: Case[] = [
  ...[0, 1, 15, 16, 17, ROOM - 1, ROOM, ROOM + 1, 2 * ROOM - 1, 2 * ROOM, 2 * ROOM + 1].map(sized),
  {
    ...refused(
      'four_segments',
      'Three full segments and a short one; the object that the others spoil.',
      WHOLE,
      'ok',
      'A1',
      4
    )
  },

  cut('head', 'Ends after the head.', HEAD, 0),
  cut('length_word', 'Ends inside the first length word.', HEAD + 3, 0),
  cut('first_31', 'Ends one byte before the first segment could be a segment.', HEAD + 31, 0),
  cut('first_32', 'Ends where an empty segment would end.', HEAD + 32, 0),
  cut('first_last_byte', 'Ends one byte before segment 0 ends.', HEAD + SEGMENT - 1, 0),
  cut('boundary_1', 'Ends exactly after segment 0.', HEAD + SEGMENT, 1),
  cut('boundary_2', 'Ends exactly after segment 1.', HEAD + 2 * SEGMENT, 2),
  cut('boundary_3', 'The last segment is missing.', HEAD + 3 * SEGMENT, 3),
  cut('boundary_1_plus_1', 'Ends one byte after segment 0.', HEAD + SEGMENT + 1, 1),
  cut('boundary_1_plus_16', 'Ends after the IV of segment 1.', HEAD + SEGMENT + 16, 1),
  cut('boundary_1_plus_31', 'Ends 31 bytes after segment 0.', HEAD + SEGMENT + 31, 1),
  cut('middle', 'Ends in the middle of segment 2.', HEAD + 2 * SEGMENT + 30_000, 2),
  cut('last_32', 'The last segment keeps 32 bytes.', HEAD + 3 * SEGMENT + 32, 3),
  cut('last_31', 'The last segment keeps 31 bytes.', HEAD + 3 * SEGMENT + 31, 3),
  cut('last_byte', 'The last byte is missing.', WHOLE.length - 1, 3),
  cut('last_tag', 'The last tag is missing.', WHOLE.length - 16, 3),
  {
    ...refused(
      'cut_empty_last',
      'The empty last segment is missing.',
      Buffer.concat([short.head, shortSegments[0]!]),
      'seal/truncated',
      'A3',
      0
    ),
    plaintextLength: ROOM,
    released: shortPlaintext[0]!,
    byRange: { expect: 'ok', released: shortPlaintext[0]! }
  },

  trailing('byte', 'One zero byte follows.', Buffer.alloc(1)),
  trailing('31_bytes', '31 bytes follow.', Buffer.alloc(31)),
  trailing('last_again', 'The last segment follows once more.', S3),
  trailing('full_segment', 'A full segment of the object follows.', S0),
  trailing('to_the_boundary', 'Zeros follow up to the end of a full segment.', Buffer.alloc(SEGMENT - S3.length)),
  trailing('another_object', 'Another whole object follows.', build(S3)),
  trailing('next_segment', 'A rightly sealed empty segment 4 follows.', message.segment(4, Buffer.alloc(0), true)),

  refused('swapped_0_1', 'Segments 0 and 1 are exchanged.', build(S1, S0, S2, S3), 'seal/damaged', 'A1', 0),
  refused('swapped_1_2', 'Segments 1 and 2 are exchanged.', build(S0, S2, S1, S3), 'seal/damaged', 'A1', 1),
  refused('reversed', 'The full segments stand in reverse order.', build(S2, S1, S0, S3), 'seal/damaged', 'A1', 0),
  refused('removed_0', 'Segment 0 is missing.', build(S1, S2, S3), 'seal/damaged', 'A2', 0),
  refused('removed_1', 'Segment 1 is missing.', build(S0, S2, S3), 'seal/damaged', 'A2', 1),
  refused('removed_2', 'Segment 2 is missing: the last one moves up.', build(S0, S1, S3), 'seal/damaged', 'A2', 2, {
    expect: 'seal/truncated',
    released: released(2)
  }),
  refused('doubled_0', 'Segment 0 stands twice.', build(S0, S0, S1, S2, S3), 'seal/damaged', 'A2', 1),
  refused('doubled_1', 'Segment 1 stands twice.', build(S0, S1, S1, S2, S3), 'seal/damaged', 'A2', 2),
  refused('doubled_2', 'Segment 2 stands twice.', build(S0, S1, S2, S2, S3), 'seal/damaged', 'A2', 3, {
    expect: 'seal/truncated',
    released: released(3)
  }),
  refused('copied_0_over_1', 'Segment 0 stands in place of segment 1.', build(S0, S0, S2, S3), 'seal/damaged', 'A2', 1),
  refused('last_only', 'Only the last segment is left.', build(S3), 'seal/damaged', 'A2', 0, {
    expect: 'seal/truncated'
  }),

  refused(
    'spliced_0',
    'Segment 0 of an older upload: same key, same envelope.',
    swapIn(0, twin[0]!),
    'seal/damaged',
    'A6',
    0
  ),
  refused(
    'spliced_1',
    'Segment 1 of an older upload: same key, same envelope.',
    swapIn(1, twin[1]!),
    'seal/damaged',
    'A6',
    1
  ),
  refused('spliced_last', 'The last segment of an older upload.', swapIn(3, twin[3]!), 'seal/damaged', 'A6', 3),
  refused('spliced_all', 'All segments of an older upload behind this head.', build(...twin), 'seal/damaged', 'A6', 0),
  refused(
    'spliced_stranger',
    'Segment 2 of an object under another key.',
    swapIn(2, stranger[2]!),
    'seal/damaged',
    'A6',
    2
  ),

  refused('bit_in_0', 'One bit in segment 0.', flip(WHOLE, HEAD + 100), 'seal/damaged', 'A5', 0),
  refused('bit_in_1', 'One bit in segment 1.', flip(WHOLE, HEAD + SEGMENT + 40_000), 'seal/damaged', 'A5', 1),
  refused(
    'bit_in_tag_of_2',
    'One bit in the tag of segment 2.',
    flip(WHOLE, HEAD + 3 * SEGMENT - 1),
    'seal/damaged',
    'A5',
    2
  ),
  refused(
    'bit_in_iv_of_2',
    'One bit in the IV of segment 2.',
    flip(WHOLE, HEAD + 2 * SEGMENT + 4),
    'seal/damaged',
    'A5',
    2
  ),
  refused('bit_in_last', 'One bit in the last segment.', flip(WHOLE, WHOLE.length - 20), 'seal/damaged', 'A5', 3),
  refused(
    'word_of_1_zero',
    'Length word of segment 1 is 0.',
    put(WHOLE, HEAD + SEGMENT, be(0, 4)),
    'seal/damaged',
    'A5',
    1
  ),
  refused(
    'word_of_1_short',
    'Length word of segment 1 says that the object ends in it.',
    put(WHOLE, HEAD + SEGMENT, be(100, 4)),
    'seal/trailing-data',
    'A5',
    1
  ),
  refused(
    'word_of_1_full',
    'Length word of segment 1 says that it is a full last one.',
    put(WHOLE, HEAD + SEGMENT, be(SEGMENT, 4)),
    'seal/truncated',
    'A5',
    1
  ),

  fullCase('full_last', 'The last segment is full; this format wants an empty one behind it.'),
  fullCase(
    'full_last_then_empty',
    'A full last segment, then an empty last one.',
    full.segment(1, Buffer.alloc(0), true)
  ),
  refused(
    'full_last_second',
    'Segment 1 is a full last one and the object goes on.',
    swapIn(1, resealed(1, { final: true, word: SEGMENT })),
    'seal/truncated',
    'A3',
    1
  ),
  refused(
    'final_flag_in_middle',
    'Segment 1 is authenticated as the last.',
    swapIn(1, resealed(1, { final: true })),
    'seal/damaged',
    'A3',
    1
  ),
  refused(
    'no_final_flag',
    'The last segment is sealed as one that is not.',
    swapIn(3, resealed(3, { final: false, word: 0xffff_ffff })),
    'seal/truncated',
    'A3',
    3
  ),
  refused(
    'no_final_flag_but_word',
    'The last segment is authenticated as one that is not; its length word is right.',
    swapIn(3, resealed(3, { final: false })),
    'seal/damaged',
    'A3',
    3
  ),
  refused(
    'numbered_from_1',
    'The segments are numbered from 1.',
    build(...S.map((_, i) => resealed(i, { index: i + 1 }))),
    'seal/damaged',
    'A1',
    0
  ),
  refused(
    'same_number',
    'Segment 1 is numbered 0 as well.',
    swapIn(1, resealed(1, { index: 0 })),
    'seal/damaged',
    'A1',
    1
  ),

  {
    ...MANY,
    name: 'stream_257_segments',
    description: 'The segment number passes one byte.',
    object: Buffer.concat([many.head, ...manySegments]),
    expect: 'ok',
    released: Buffer.concat(manyPlaintext)
  },
  {
    ...MANY,
    name: 'stream_257_segments_wrapped',
    description: 'Segment 256 is numbered 0, as a one-byte counter would.',
    attack: 'A1',
    object: Buffer.concat([
      many.head,
      ...manySegments.slice(0, 256),
      many.segment(256, manyPlaintext[256]!, true, { index: 0 })
    ]),
    expect: 'seal/damaged',
    released: Buffer.concat(manyPlaintext.slice(0, 256))
  }
];
