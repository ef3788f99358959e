import type { Case } from '../case.ts';
import { draw, padded } from '../reference.ts';

const unpadCase = (
  name: string,
  description: string,
  object: Buffer,
  expect: string,
  floor = 0,
  released?: Buffer
): Case => ({
  name: `padding_${name}`,
  description,
  attack: 'A21',
  operation: 'unpad',
  object,
  floor,
  expect,
  ...(released === undefined ? {} : { released })
});

const ok = (name: string, description: string, data: Buffer, floor = 0): Case =>
  unpadCase(name, description, padded(data, floor), 'ok', floor, data);

const refused = (name: string, description: string, object: Buffer, floor = 0): Case =>
  unpadCase(name, description, object, 'format/padding', floor);

const DATA = draw('data', 99);

export const padding: Case[] = [
  ok('empty', 'No data: the mark alone.', Buffer.alloc(0)),
  ok('one_byte', 'One byte of data.', Buffer.from([7])),
  ok('99_bytes', '99 bytes of data in 104.', DATA),
  ok('exact', '103 bytes of data fill 104 with the mark.', draw('exact', 103)),
  ok('ends_in_zeros', 'Data that end in zeros.', Buffer.concat([DATA, Buffer.alloc(3)])),
  ok('ends_in_mark', 'Data that end in the mark.', Buffer.concat([DATA, Buffer.from([0x80])])),
  ok('ends_in_padding', 'Data that end like padding.', Buffer.concat([DATA, Buffer.from([0x80, 0, 0])])),
  ok('floor', '10 bytes in a floor of 256.', draw('ten', 10), 256),
  ok('floor_exact', '255 bytes and the mark make 256.', draw('255', 255), 256),
  ok('above_floor', '256 bytes of data leave the floor.', draw('256', 256), 256),
  refused('no_mark', 'No mark at all.', Buffer.concat([DATA, Buffer.from([1, 2, 3, 4, 5])])),
  refused('zeros', 'Only zeros.', Buffer.alloc(104)),
  refused('nothing', 'No byte at all.', Buffer.alloc(0)),
  refused('mark_81', 'The mark is 81.', Buffer.concat([DATA, Buffer.from([0x81, 0, 0, 0, 0])])),
  refused('mark_01', 'The mark is 01, as in other paddings.', Buffer.concat([DATA, Buffer.from([1, 0, 0, 0, 0])])),
  refused('byte_after_mark', 'A byte follows the mark.', Buffer.concat([DATA, Buffer.from([0x80, 0, 0, 0, 1])])),
  refused('pkcs7', 'PKCS#7 padding.', Buffer.concat([DATA, Buffer.alloc(5, 5)])),
  refused('one_zero_more', 'One zero too many.', Buffer.concat([padded(DATA), Buffer.alloc(1)])),
  refused('one_zero_less', 'One zero too few.', padded(DATA).subarray(0, -1)),
  refused('next_size', 'Padded to the next size but one.', Buffer.concat([padded(DATA), Buffer.alloc(8)])),
  refused('below_floor', 'Rightly padded, but below the floor.', padded(DATA), 256),
  refused('floor_where_none', 'Padded to a floor that does not apply here.', padded(DATA, 256), 0)
];
