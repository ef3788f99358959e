import { put, type Case } from '../case.ts';
import { be, draw } from '../reference.ts';

const block = (memory: number, passes: number, lanes = 1): Buffer =>
  Buffer.concat([Buffer.from([1, 0x13, 0, 0]), be(memory, 4), be(passes, 4), be(lanes, 4), draw('salt', 32)]);
const BLOCK = block(131_072, 3);

const kdfCase = (name: string, description: string, object: Buffer, expect: string, attack = 'A17'): Case => ({
  name: `kdf_${name}`,
  description,
  attack,
  operation: 'kdf',
  object,
  expect,
  ...(expect === 'ok' ? { released: object } : {})
});

const cost = (name: string, description: string, memory: number, passes: number, expect: string): Case =>
  kdfCase(name, description, block(memory, passes), expect, expect === 'kdf/above-ceiling' ? 'A18' : 'A17');

export const kdf: Case[] = [
  cost('default', '128 MiB, 3 passes.', 131_072, 3, 'ok'),
  cost('floor', '64 MiB, 3 passes: the least.', 65_536, 3, 'ok'),
  cost('ceiling', '1 GiB, 16 passes: the most.', 1_048_576, 16, 'ok'),
  cost('strong', '256 MiB, 3 passes.', 262_144, 3, 'ok'),
  cost('memory_below_floor', '64 MiB less 1 KiB.', 65_535, 3, 'kdf/below-floor'),
  cost('memory_8_kib', '8 KiB.', 8, 3, 'kdf/below-floor'),
  cost('memory_0', 'No memory.', 0, 3, 'kdf/below-floor'),
  cost('memory_owasp', '19 MiB, 2 passes: the OWASP minimum is below ours.', 19_456, 2, 'kdf/below-floor'),
  cost('passes_2', '2 passes.', 131_072, 2, 'kdf/below-floor'),
  cost('passes_1', '1 pass.', 131_072, 1, 'kdf/below-floor'),
  cost('passes_0', 'No pass.', 131_072, 0, 'kdf/below-floor'),
  cost('passes_1_much_memory', '1 GiB does not make up for 1 pass.', 1_048_576, 1, 'kdf/below-floor'),
  cost('memory_above_ceiling', '1 GiB and 1 KiB.', 1_048_577, 3, 'kdf/above-ceiling'),
  cost('memory_2_gib', '2 GiB.', 2_097_152, 3, 'kdf/above-ceiling'),
  cost('memory_largest', '4 TiB.', 0xffff_ffff, 3, 'kdf/above-ceiling'),
  cost('passes_17', '17 passes.', 131_072, 17, 'kdf/above-ceiling'),
  cost('passes_million', '10^6 passes.', 131_072, 1_000_000, 'kdf/above-ceiling'),
  cost('passes_largest', '2^32 - 1 passes.', 131_072, 0xffff_ffff, 'kdf/above-ceiling'),
  kdfCase('lanes_0', 'No lane.', block(131_072, 3, 0), 'format/kdf'),
  kdfCase('lanes_2', 'Two lanes.', block(131_072, 3, 2), 'format/kdf'),
  kdfCase('lanes_4', 'Four lanes.', block(131_072, 3, 4), 'format/kdf'),
  kdfCase('argon2d', 'Argon2d.', put(BLOCK, 0, [0]), 'format/kdf'),
  kdfCase('argon2i', 'Argon2i (number 2).', put(BLOCK, 0, [2]), 'format/kdf'),
  kdfCase('pbkdf2', 'An algorithm that does not exist here.', put(BLOCK, 0, [3]), 'format/kdf'),
  kdfCase('version_10', 'Argon2 version 0x10.', put(BLOCK, 1, [0x10]), 'format/kdf'),
  kdfCase('reserved_1', 'The first reserved byte is set.', put(BLOCK, 2, [1]), 'format/kdf'),
  kdfCase('reserved_2', 'The second reserved byte is set.', put(BLOCK, 3, [1]), 'format/kdf'),
  kdfCase('little_endian', 'Memory in the wrong byte order.', put(BLOCK, 4, [0, 0, 2, 0]), 'kdf/below-floor'),
  kdfCase('empty', 'No byte at all.', Buffer.alloc(0), 'format/kdf'),
  kdfCase('salt_8', 'A salt of 8 bytes.', BLOCK.subarray(0, 24), 'format/kdf'),
  kdfCase('salt_31', 'A salt of 31 bytes.', BLOCK.subarray(0, 47), 'format/kdf'),
  kdfCase('salt_33', 'A salt of 33 bytes.', Buffer.concat([BLOCK, Buffer.alloc(1)]), 'format/kdf')
];
