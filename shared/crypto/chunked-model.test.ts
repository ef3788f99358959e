/**
 * The cases of the published chunked-encryption suite, as a model: each has a file of ours with
 * the same fault (shared/vectors), which refuses or opens as theirs does.
 */
import { describe, expect, it } from 'vitest';
import { readVectorText } from 'virtual:vectors';

interface Case {
  readonly tcId: number;
  readonly comment: string;
  readonly result: 'valid' | 'invalid';
  readonly flags: readonly string[];
}

/** Their case number → our file. Keys of another size cannot be handed to us: WebCrypto handles carry it. */
const OURS: Readonly<Record<number, string>> = {
  1: 'stream_size_0',
  2: 'stream_size_15',
  3: 'stream_size_65505',
  4: 'stream_size_131008',
  5: 'stream_size_131009',
  6: 'stream_size_65504',
  7: 'stream_257_segments',
  8: 'stream_257_segments',
  9: 'envelope_valid',
  10: 'envelope_zero_fields',
  11: 'segment_data_first_bit',
  12: 'stream_bit_in_last',
  13: 'stream_bit_in_1',
  14: 'stream_bit_in_tag_of_2',
  15: 'stream_bit_in_0',
  16: 'stream_cut_last_tag',
  17: 'stream_cut_first_31',
  18: 'stream_trailing_31_bytes',
  19: 'stream_trailing_byte',
  20: 'stream_cut_head',
  21: 'floe_tag_first_bit',
  22: 'floe_wrong_key',
  25: 'envelope_object_other',
  26: 'floe_iv_first_bit',
  27: 'envelope_empty',
  28: 'floe_cut_in_iv',
  29: 'floe_cut_in_tag',
  30: 'envelope_cut_inside',
  31: 'stream_cut_empty_last',
  32: 'stream_cut_middle',
  33: 'stream_swapped_0_1',
  34: 'stream_copied_0_over_1',
  35: 'stream_trailing_next_segment'
};

const files = import.meta.glob<{ expect: string; releasedLength: number }>('../vectors/*.json', {
  eager: true,
  import: 'default'
});

const text = await readVectorText('wycheproof/c2sp_chunked_encryption_aes_256_gcm_test.json');
const cases =
  text === null
    ? []
    : (JSON.parse(text) as { testGroups: { tests: Case[] }[] }).testGroups.flatMap((group) => group.tests);
if (text === null) it.skip('the chunked-encryption cases are not on this machine', () => undefined);

describe('every case of the chunked-encryption suite has ours', () => {
  it.each(Object.values(OURS))('%s exists', (name) => {
    expect(files[`../vectors/${name}.json`]).toBeDefined();
  });

  it.each(cases)('$tcId $comment', ({ tcId, result, flags }) => {
    if (flags.includes('InvalidKeySize')) return;
    const vector = files[`../vectors/${OURS[tcId] ?? ''}.json`];
    expect(vector?.expect === 'ok').toBe(result === 'valid');
    // Where they release a prefix, so do we; where the fault is in the header, nobody does.
    if (flags.includes('PartialPlaintext')) expect(vector?.releasedLength).toBeGreaterThan(0);
    if (flags.includes('HeaderFailure')) expect(vector?.releasedLength).toBe(0);
  });
});
