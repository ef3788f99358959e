import { asyncProperty, assert, nat } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { equalInConstantTime as equal } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { answerClip, type ClipAsked } from './clip-response.ts';
import { ClipSource } from '#web/workers/clip-source.ts';
import { fakeVault, serve, type FakeVault } from './testing/fake-vault.ts';

const SIZE = 800_000;

interface Outcome {
  readonly response: Response;
  readonly failures: { code: string; at: number }[];
  end(): void;
}

async function ask(vault: FakeVault, range: string | null, more: Partial<ClipAsked> = {}): Promise<Outcome> {
  const failures: { code: string; at: number }[] = [];
  const headers = new Headers(range === null ? {} : { Range: range });
  const { response, stream } = await answerClip(
    { method: 'GET', headers, etag: '"clip"', until: null, ...more },
    () => ClipSource.open((port) => serve(vault, port), vault.silent ? 50 : undefined),
    (error: SvjError, at) => failures.push({ code: error.code, at })
  );
  return { response, failures, end: () => stream?.end(new SvjError('vault/locked')) };
}

const body = async (response: Response): Promise<Uint8Array> => new Uint8Array(await response.arrayBuffer());
const header = (response: Response, name: string): string | null => response.headers.get(name);
/** Messages between ports take a turn. */
const settled = (vault: FakeVault): Promise<void> => expect.poll(() => vault.open).toBe(0);

describe('answers for a player', () => {
  it.each([
    ['bytes=0-1', 0, 2],
    ['bytes=0-', 0, SIZE],
    ['bytes=70000-600000', 70_000, 600_001],
    ['bytes=-100', SIZE - 100, SIZE],
    ['bytes=799999-9999999', SIZE - 1, SIZE]
  ])('%s is 206', async (range, from, to) => {
    const vault = fakeVault(SIZE);
    const { response } = await ask(vault, range);
    expect(response.status).toBe(206);
    expect(header(response, 'Content-Range')).toBe(`bytes ${from}-${to - 1}/${SIZE}`);
    expect(header(response, 'Content-Length')).toBe(String(to - from));
    expect(header(response, 'Accept-Ranges')).toBe('bytes');
    expect(header(response, 'Content-Type')).toBe('video/webm');
    expect(header(response, 'Cache-Control')).toBe('no-store');
    expect(equal(await body(response), vault.bytes.slice(from, to))).toBe(true);
    await settled(vault);
  });

  it('is 200 without a range, with several, or under a condition that does not hold', async () => {
    const vault = fakeVault(1000);
    const stale = new Headers({ Range: 'bytes=0-1', 'If-Range': '"other"' });
    for (const asked of [ask(vault, null), ask(vault, 'bytes=0-1,3-4'), ask(vault, null, { headers: stale })]) {
      const { response } = await asked;
      expect(response.status).toBe(200);
      expect(header(response, 'Content-Range')).toBeNull();
      expect(await body(response)).toEqual(vault.bytes);
    }
    const fresh = new Headers({ Range: 'bytes=0-1', 'If-Range': '"clip"' });
    expect((await ask(vault, null, { headers: fresh })).response.status).toBe(206);
  });

  it('is 416 with the size behind the end', async () => {
    const vault = fakeVault(1000);
    const { response } = await ask(vault, 'bytes=1000-');
    expect(response.status).toBe(416);
    expect(header(response, 'Content-Range')).toBe('bytes */1000');
    await settled(vault);
  });

  it('has no body for HEAD', async () => {
    const vault = fakeVault(1000);
    const { response } = await ask(vault, 'bytes=0-1', { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(header(response, 'Content-Length')).toBe('1000');
    expect(await body(response)).toHaveLength(0);
    expect(vault.reads).toEqual([]);
    await settled(vault);
  });

  it('reads when the player takes, and one piece ahead', async () => {
    const vault = fakeVault(SIZE);
    const { response } = await ask(vault, 'bytes=0-');
    const reader = response.body!.getReader();
    await reader.read();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(vault.reads).toEqual([
      { from: 0, to: 65_536 },
      { from: 65_536, to: 196_608 }
    ]);
    await reader.cancel();
    await settled(vault);
  });

  it('answers what the vault says with a status a player gives up at', async () => {
    const vault = { ...fakeVault(10), refuses: 'vault/locked' as const };
    const { response, failures } = await ask(vault, 'bytes=0-');
    expect(response.status).toBe(423);
    expect(failures).toEqual([{ code: 'vault/locked', at: 0 }]);
    expect((await ask({ ...fakeVault(10), refuses: 'object/absent' }, null)).response.status).toBe(404);
    expect((await ask({ ...fakeVault(10), silent: true }, null)).response.status).toBe(504);
  });

  it('A1 gives every byte before a damage, none after, and says where it is', async () => {
    const damagedAt = 700_000;
    const vault = { ...fakeVault(SIZE), damagedAt };
    const { response, failures } = await ask(vault, 'bytes=0-');
    const reader = response.body!.getReader();
    let given = 0;
    await expect(
      (async () => {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          expect(equal(value, vault.bytes.slice(given, given + value.length))).toBe(true);
          given += value.length;
        }
      })()
    ).rejects.toThrow();
    expect(given).toBeLessThanOrEqual(damagedAt);
    expect(damagedAt - given).toBeLessThan(8 * 1024);
    expect(failures).toEqual([{ code: 'seal/damaged', at: given }]);
    await settled(vault);
  });

  it('A1 serves what lies before a damage as a whole of its own', async () => {
    const vault = { ...fakeVault(SIZE), damagedAt: 700_000 };
    const { response, failures } = await ask(vault, 'bytes=0-', { until: 690_000 });
    expect(header(response, 'Content-Range')).toBe('bytes 0-689999/690000');
    expect(equal(await body(response), vault.bytes.slice(0, 690_000))).toBe(true);
    expect(failures).toEqual([]);
  });

  it('B5 ends what is under way', async () => {
    const vault = fakeVault(SIZE);
    const { response, end } = await ask(vault, 'bytes=0-');
    const reader = response.body!.getReader();
    await reader.read();
    end();
    await expect(reader.read()).rejects.toThrow();
    await settled(vault);
  });

  it('gives the same bytes as the whole, wherever a range lies', async () => {
    const vault = fakeVault(200_000);
    await assert(
      asyncProperty(nat(199_999), nat(250_000), async (from, length) => {
        const { response } = await ask(vault, `bytes=${from}-${from + length}`);
        expect(equal(await body(response), vault.bytes.slice(from, from + length + 1))).toBe(true);
      }),
      { numRuns: 30 }
    );
  });
});
