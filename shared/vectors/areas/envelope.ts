import { flip, put, type Case } from '../case.ts';
import { be, draw, header, Message, sealed, type Header } from '../reference.ts';
import { AAD, BASE, ENVELOPE, KEY, MESSAGE, OBJECT, TEXT } from './base.ts';

const refused = (name: string, description: string, object: Buffer, expect: string, attack?: string): Case => ({
  ...BASE,
  name: `envelope_${name}`,
  description,
  object,
  expect,
  ...(attack === undefined ? {} : { attack })
});

/** Sealed rightly for `stored`, asked for as the base object. */
const elsewhere = (name: string, description: string, change: Partial<Header>, attack: string): Case =>
  refused(
    name,
    description,
    sealed(name, KEY, header({ ...ENVELOPE, ...change }), TEXT),
    'seal/header-mismatch',
    attack
  );

const ok = (name: string, description: string, envelope: Header): Case => ({
  ...BASE,
  name: `envelope_${name}`,
  description,
  envelope,
  object: sealed(name, KEY, header(envelope), TEXT),
  expect: 'ok',
  released: TEXT
});

const id = (label: string): string => draw(label, 16).toString('hex');

export const envelope: Case[] = [
  { ...refused('valid', 'One short segment; the object that the others spoil.', OBJECT, 'ok'), released: TEXT },
  ok('zero_fields', 'Epoch, revision and part are 0, no parent.', {
    kind: 0x31,
    epoch: 0,
    revision: 0,
    vaultId: '00'.repeat(16),
    objectId: '00'.repeat(16)
  }),
  ok('largest_fields', 'Epoch 2^32 - 1, revision and part 2^53 - 1.', {
    ...ENVELOPE,
    epoch: 0xffff_ffff,
    revision: Number.MAX_SAFE_INTEGER,
    part: Number.MAX_SAFE_INTEGER
  }),

  refused('empty', 'No byte at all.', Buffer.alloc(0), 'format/too-short', 'A4'),
  refused('one_byte', 'The first byte only.', OBJECT.subarray(0, 1), 'format/too-short', 'A4'),
  refused('cut_inside', 'Ends one byte before the envelope ends.', OBJECT.subarray(0, 91), 'format/too-short', 'A4'),
  refused('alone', 'The envelope without a FLOE header.', OBJECT.subarray(0, 92), 'format/too-short', 'A4'),
  refused('zeros', 'As long as the object, all zeros.', Buffer.alloc(OBJECT.length), 'format/magic', 'A4'),
  refused(
    'leading_byte',
    'One byte in front of the object.',
    Buffer.concat([Buffer.alloc(1), OBJECT]),
    'format/magic',
    'A4'
  ),
  refused('missing_first_byte', 'The first byte is gone.', OBJECT.subarray(1), 'format/magic', 'A4'),

  refused('magic_lower_case', 'The magic in lower case.', put(OBJECT, 0, Buffer.from('svj1')), 'format/magic', 'A19'),
  refused('magic_next', 'The magic of a later format.', put(OBJECT, 0, Buffer.from('SVJ2')), 'format/magic', 'A19'),
  refused('magic_age', 'The first bytes of an age file.', put(OBJECT, 0, Buffer.from('age-')), 'format/magic', 'A19'),
  refused(
    'magic_webm',
    'The first bytes of an unsealed WebM file.',
    put(OBJECT, 0, be(0x1a45dfa3, 4)),
    'format/magic',
    'A19'
  ),
  refused(
    'legacy_cbc',
    'A ciphertext of the older design: IV, AES-CBC.',
    draw('legacy', OBJECT.length & ~15),
    'format/magic',
    'A19'
  ),

  refused('suite_0', 'Suite 0.', put(OBJECT, 4, be(0, 2)), 'format/version', 'A19'),
  refused('suite_2', 'Suite 2.', put(OBJECT, 4, be(2, 2)), 'format/version', 'A19'),
  refused('suite_little_endian', 'The suite in the wrong byte order.', put(OBJECT, 4, [1, 0]), 'format/version', 'A19'),
  refused('suite_ffff', 'Suite 65535.', put(OBJECT, 4, be(0xffff, 2)), 'format/version', 'A19'),
  {
    ...refused(
      'suite_sealed_as_2',
      'Sealed with suite 2 in the authenticated header as well.',
      (() => {
        const aad = put(AAD, 4, be(2, 2));
        return sealed('suite 2', KEY, aad, TEXT);
      })(),
      'format/version',
      'A19'
    )
  },

  refused('kind_0', 'Kind 0 does not exist.', put(OBJECT, 6, [0]), 'format/kind', 'A19'),
  refused('kind_unassigned', 'Kind 27 (hex) is not assigned.', put(OBJECT, 6, [0x27]), 'format/kind', 'A19'),
  refused('kind_ff', 'Kind FF does not exist.', put(OBJECT, 6, [0xff]), 'format/kind', 'A19'),
  refused(
    'kind_rewritten',
    'The stored kind was changed to another that exists.',
    put(OBJECT, 6, [0x21]),
    'seal/header-mismatch',
    'A8'
  ),
  elsewhere('kind_poster_as_media', 'A poster served as the video.', { kind: 0x21 }, 'A8'),
  elsewhere('kind_transcript_as_media', 'A transcript served as the video.', { kind: 0x23 }, 'A8'),
  elsewhere('kind_record_as_media', 'An entry record served as the video.', { kind: 0x30 }, 'A8'),
  elsewhere('kind_tail_as_media', 'A tail slot served as the video.', { kind: 0x60 }, 'A8'),

  refused('flags_1', 'The lowest flag is set.', put(OBJECT, 7, [1]), 'format/flags', 'A19'),
  refused('flags_80', 'The highest flag is set.', put(OBJECT, 7, [0x80]), 'format/flags', 'A19'),
  {
    ...refused(
      'flags_sealed',
      'The flag is set in the authenticated header as well.',
      sealed('flags', KEY, put(AAD, 7, [1]), TEXT),
      'format/flags',
      'A19'
    )
  },

  refused('epoch_rewritten', 'The stored epoch was changed.', put(OBJECT, 8, be(2, 4)), 'seal/header-mismatch', 'A5'),
  elsewhere('epoch_other', 'Sealed in another epoch.', { epoch: 2 }, 'A11'),
  refused(
    'revision_rewritten',
    'The stored revision was changed.',
    put(OBJECT, 12, be(2, 8)),
    'seal/header-mismatch',
    'A11'
  ),
  elsewhere('revision_older', 'An older revision.', { revision: 0 }, 'A11'),
  elsewhere('revision_newer', 'A newer revision than trusted state knows.', { revision: 2 }, 'A11'),
  refused(
    'revision_beyond_2_53',
    'Revision 2^53 has no exact value everywhere.',
    put(OBJECT, 12, be(2n ** 53n, 8)),
    'format/length',
    'A5'
  ),
  elsewhere('vault_other', 'Sealed for another vault under the same key.', { vaultId: id('vault 2') }, 'A15'),
  refused('vault_rewritten', 'One bit of the stored vault id.', flip(OBJECT, 20), 'seal/header-mismatch', 'A15'),
  elsewhere('object_other', 'Sealed for another object under the same key.', { objectId: id('object 2') }, 'A7'),
  refused('object_rewritten', 'One bit of the stored object id.', flip(OBJECT, 51, 0x80), 'seal/header-mismatch', 'A7'),
  elsewhere('part_other', 'Another part counter.', { part: 1 }, 'A1'),
  refused('part_beyond_2_53', 'Part counter 2^64 - 1.', put(OBJECT, 52, be(2n ** 64n - 1n, 8)), 'format/length', 'A5'),
  elsewhere('parent_other_entry', 'An object of another entry.', { parent: draw('entry 2', 32).toString('hex') }, 'A7'),
  elsewhere('parent_missing', 'Sealed without the parent hash.', { parent: '00'.repeat(32) }, 'A7'),
  refused('parent_rewritten', 'One bit of the stored parent hash.', flip(OBJECT, 91), 'seal/header-mismatch', 'A7'),
  {
    ...refused(
      'rewritten_to_fit',
      'Another object, its stored envelope overwritten with the expected one.',
      (() => {
        const other = new Message('other', KEY, header({ ...ENVELOPE, objectId: id('object 2') }));
        return Buffer.concat([MESSAGE.aad, other.head.subarray(92), other.segment(0, TEXT, true)]);
      })(),
      'wrong-key',
      'A7'
    )
  }
];
