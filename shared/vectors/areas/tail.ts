import { flip, type Case } from '../case.ts';
import { draw, header, Message, ROOM, sealed, type Header } from '../reference.ts';

const KEY = draw('tail key', 32);
const REST = Buffer.from('what does not fill a segment yet');
/** Three full segments are written, the tail for the 41st time. */
const ENVELOPE: Header = {
  kind: 0x60,
  epoch: 1,
  revision: 3,
  vaultId: draw('vault', 16).toString('hex'),
  objectId: draw('object', 16).toString('hex'),
  part: 41
};
const OBJECT = sealed('tail', KEY, header(ENVELOPE), REST);

const tailCase = (name: string, description: string, expect: string, change: Partial<Case> = {}): Case => ({
  name: `tail_${name}`,
  description,
  attack: 'D2',
  operation: 'open',
  key: KEY,
  envelope: ENVELOPE,
  object: OBJECT,
  plaintextLength: REST.length,
  expect,
  ...(expect === 'ok' ? { released: REST } : {}),
  ...change
});

const asked = (name: string, description: string, change: Partial<Header>): Case =>
  tailCase(name, description, 'seal/header-mismatch', { envelope: { ...ENVELOPE, ...change } });

const longest = new Message('longest', KEY, header(ENVELOPE));
const blank = longest.blank(0, ROOM - 1);

export const tail: Case[] = [
  tailCase('valid', 'The rest behind three full segments.', 'ok'),
  tailCase('empty', 'Nothing is left over.', 'ok', {
    object: sealed('empty', KEY, header(ENVELOPE), Buffer.alloc(0)),
    plaintextLength: 0,
    released: Buffer.alloc(0)
  }),
  tailCase('longest', 'One byte less than a segment.', 'ok', {
    object: Buffer.concat([longest.head, longest.segment(0, blank, true)]),
    plaintextLength: ROOM - 1,
    released: blank
  }),
  asked('other_segment_count', 'A tail written before the last segment was.', { revision: 4 }),
  asked('other_counter', 'An older tail, put back.', { part: 42 }),
  asked('other_clip', 'The tail of another recording.', { objectId: draw('clip 2', 16).toString('hex') }),
  asked('as_media', 'A tail slot in place of the clip.', { kind: 0x20 }),
  asked('with_parent', 'A tail has no parent hash.', { parent: draw('parent', 32).toString('hex') }),
  tailCase('wrong_key', 'Opened with the key of the clip itself.', 'wrong-key', { key: draw('object key', 32) }),
  tailCase('torn_head', 'Only the first 100 bytes were written.', 'format/too-short', {
    object: OBJECT.subarray(0, 100)
  }),
  tailCase('torn_segment', 'The write ended inside the segment.', 'seal/truncated', {
    object: OBJECT.subarray(0, 200)
  }),
  tailCase('torn_sector', 'The last 20 bytes are still those of an older write.', 'seal/damaged', {
    object: Buffer.concat([OBJECT.subarray(0, -20), draw('older', 20)])
  }),
  tailCase('torn_zeros', 'The last 20 bytes are zeros.', 'seal/damaged', {
    object: Buffer.concat([OBJECT.subarray(0, -20), Buffer.alloc(20)])
  }),
  tailCase('rest_of_older', 'Bytes of an older, longer tail follow.', 'seal/trailing-data', {
    object: Buffer.concat([OBJECT, draw('older', 50)]),
    byRange: { expect: 'ok', released: REST }
  }),
  tailCase('bit', 'One bit.', 'seal/damaged', { object: flip(OBJECT, 190) })
];
