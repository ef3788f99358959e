import { describe, expect, it } from 'vitest';
import { listVectors, readVector, readVectorText, vectorsPresent } from 'virtual:vectors';

describe('virtual:vectors', () => {
  it('answers null for what is not there and for what lies outside', async () => {
    expect(await readVector('no/such/file')).toBeNull();
    expect(await readVector('../vectors-outside')).toBeNull();
    expect(await readVectorText('../../etc/passwd')).toBeNull();
    expect(await listVectors('no-such-folder')).toEqual([]);
    expect(await listVectors('..')).toEqual([]);
  });

  it.skipIf(!vectorsPresent)('lists and reads', async () => {
    const files = await listVectors();
    expect(files).toEqual([...files].sort());
    expect(files).toContain('README.md');
    const bytes = await readVector('README.md');
    expect(bytes?.length).toBeGreaterThan(0);
    expect(await readVectorText('README.md')).toBe(new TextDecoder().decode(bytes ?? undefined));
  });
});
