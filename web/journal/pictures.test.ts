/** Which pictures are made anew when an entry is opened, and that no others are replaced. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { utf8 } from '#shared/bytes.ts';
import { SvjError, type ErrorCode } from '#shared/errors.ts';
import { newEntryId, newObjectId } from '#shared/ids.ts';
import { picturesOf } from '#web/capture/pictures.ts';
import type { EntryRecord } from '#web/model/entry.ts';
import { completePictures } from './pictures.ts';

vi.mock('#web/capture/pictures.ts', () => ({ picturesOf: vi.fn(), postersAt: vi.fn() }));

const DRAWN = { poster: utf8('new poster'), thumbnails: { image: utf8('new sheet') } };
const STORED = { object: newObjectId() };

function recordWith(pictures: { poster: unknown; thumbnails: unknown }, durationMs = 1000): EntryRecord {
  const clip = { id: newObjectId(), durationMs, ...pictures };
  return { id: newEntryId(), clips: [clip], trims: {} } as unknown as EntryRecord;
}

/** A vault in which reading the one or the other picture fails. */
function vaultWhere(failing: Partial<Record<'poster' | 'thumbnails', ErrorCode>>) {
  const call = vi.fn((method: string, input: unknown) => {
    const code = failing[method as keyof typeof failing];
    return code === undefined ? Promise.resolve({ method, input }) : Promise.reject(new SvjError(code));
  });
  return { call, vault: { call } as never };
}

const kept = (call: ReturnType<typeof vaultWhere>['call']) =>
  call.mock.calls.filter(([method]) => method === 'setPictures').map(([, input]) => input);

describe('completePictures', () => {
  beforeEach(() => {
    vi.mocked(picturesOf)
      .mockReset()
      .mockResolvedValue(DRAWN as never);
  });

  it('leaves whole pictures alone', async () => {
    const { call, vault } = vaultWhere({});
    expect(await completePictures(vault, recordWith({ poster: STORED, thumbnails: STORED }), () => '')).toBeNull();
    expect(kept(call)).toEqual([]);
    expect(picturesOf).not.toHaveBeenCalled();
  });

  it('takes the poster from what the trim leaves of the clip', async () => {
    const record = recordWith({ poster: null, thumbnails: STORED }, 11_000);
    const trim = { fromMs: 3300, toMs: 9000 };
    await completePictures(
      vaultWhere({}).vault,
      { ...record, trims: { [record.clips[0]!.id]: { value: trim } } } as never,
      () => 'u'
    );
    expect(picturesOf).toHaveBeenCalledWith('u', 11_000, trim, {});
    await completePictures(vaultWhere({}).vault, record, () => 'u');
    expect(picturesOf).toHaveBeenLastCalledWith('u', 11_000, { fromMs: 0, toMs: 11_000 }, {});
  });

  const codes: ErrorCode[] = ['entry/damaged', 'object/absent', 'seal/damaged', 'seal/truncated', 'format/padding'];
  it.each(codes)('A5 draws what does not open (%s), and replaces nothing else', async (code) => {
    for (const failing of [{ poster: code }, { thumbnails: code }, { poster: code, thumbnails: code }]) {
      const { call, vault } = vaultWhere(failing);
      const record = recordWith({ poster: STORED, thumbnails: STORED });
      expect(await completePictures(vault, record, () => '')).not.toBeNull();
      expect(kept(call)).toEqual([
        {
          id: record.id,
          clip: record.clips[0]!.id,
          poster: 'poster' in failing ? DRAWN.poster : null,
          thumbnails: 'thumbnails' in failing ? DRAWN.thumbnails : null
        }
      ]);
    }
  });

  it('draws what was never there, and keeps a poster that was chosen', async () => {
    const { call, vault } = vaultWhere({});
    await completePictures(vault, recordWith({ poster: STORED, thumbnails: null }), () => '');
    await completePictures(vault, recordWith({ poster: null, thumbnails: STORED }), () => '');
    expect(kept(call)).toMatchObject([
      { poster: null, thumbnails: DRAWN.thumbnails },
      { poster: DRAWN.poster, thumbnails: null }
    ]);
  });

  it('draws nothing for a failure that says nothing of the picture, nor where nothing can be drawn', async () => {
    for (const code of ['vault/locked', 'storage/unavailable', 'call/worker-died', 'object/busy'] as const) {
      const { call, vault } = vaultWhere({ poster: code });
      await completePictures(vault, recordWith({ poster: STORED, thumbnails: STORED }), () => '');
      expect(kept(call)).toEqual([]);
    }
    const { call, vault } = vaultWhere({});
    await completePictures(vault, recordWith({ poster: null, thumbnails: null }, 0), () => '');
    expect(kept(call)).toEqual([]);
    expect(picturesOf).not.toHaveBeenCalled();
  });
});
