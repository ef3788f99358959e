/** Objects on their way from a device to the real relay: whatever is cut, one object arrives, byte for byte. */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { equalInConstantTime, type Bytes } from '#shared/bytes.ts';
import { newObjectId, type ObjectId } from '#shared/ids.ts';
import { ATTEMPTS } from './delivery.ts';
import { Rig, type Cut, type Device } from './testing/relay-rig.ts';

const { signal } = new AbortController();
const SIZE = 350_000;
/** That an upload of this size takes when nothing is in its way. */
const REQUESTS = 7;
const DAY_MS = 24 * 3_600_000;
let rig: Rig;

beforeAll(async () => {
  rig = await Rig.open();
});

afterAll(() => rig.relay.dispose());

/** One object, byte for byte, and nothing of it left behind. */
async function expectWhole({ relay, line, transfers }: Device, objectId: ObjectId, bytes: Bytes): Promise<void> {
  line.cutAt = () => null;
  expect(await rig.objects(objectId)).toMatchObject([{ size: bytes.length }]);
  expect((await rig.uploads(objectId)).filter(({ state }) => state === 'open')).toEqual([]);
  // Element by element, as a matcher compares, megabytes take seconds.
  expect(equalInConstantTime(await relay.objectRange(objectId, 0, bytes.length, signal), bytes)).toBe(true);
  expect(await transfers.get(objectId)).toMatchObject({ state: 'backed-up', size: bytes.length, url: null });
}

/** Whatever was on its way has arrived. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setTimeout(resolve));
}

describe('send', () => {
  it('gives the relay every byte, in bounded requests, and says how far it is', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    const progress: (readonly number[])[] = [];
    const sent = await device.uploader().send(objectId, signal, (...at) => progress.push(at));
    expect(sent).toBe('backed-up');
    expect(device.line.requests).toEqual([
      ...['HEAD /api/objects/…', 'POST /api/tickets', 'POST /api/uploads'],
      ...Array<string>(4).fill('PATCH /api/uploads/…')
    ]);
    expect(progress).toEqual([100_000, 200_000, 300_000, SIZE].map((offset) => [offset, SIZE]));
    await expectWhole(device, objectId, bytes);
  });

  it('shows the ticket once, and no name, time or type of anything', async () => {
    const device = await rig.device();
    const { objectId } = device.store(SIZE);
    await device.uploader().send(objectId, signal);
    const tus = device.line.sent.filter(({ path }) => path.startsWith('/api/uploads'));
    expect(tus.filter(({ headers }) => headers.has('Upload-Ticket')).map(({ method }) => method)).toEqual(['POST']);
    const names = new Set(tus.flatMap(({ headers }) => [...headers.keys()]));
    const known = ['content-type', 'tus-resumable', 'upload-length', 'upload-offset', 'upload-ticket'];
    expect([...names].sort()).toEqual(known);
  });

  it('asks for nothing where it was done before, and sends nothing where another device did it', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    await device.uploader().send(objectId, signal);
    const before = device.line.sent.length;
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    expect(device.line.sent).toHaveLength(before);
    await device.transfers.remove(objectId);
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    expect(device.line.requests.slice(before)).toEqual(['HEAD /api/objects/…']);
    await expectWhole(device, objectId, bytes);
  });

  it('does not take another object of this name for it', async () => {
    const device = await rig.device();
    const { objectId } = device.store(SIZE);
    await device.uploader().send(objectId, signal);
    device.files.set(objectId, new Blob([new Uint8Array(SIZE - 1)]));
    const place = device.line.sent.at(-1)?.path ?? '';
    // Never begun, begun without an address, left in the middle.
    for (const url of [undefined, null, place]) {
      await device.transfers.remove(objectId);
      if (url !== undefined) await device.transfers.put({ objectId, state: 'sending', size: 0, url, at: 0 });
      await expect(device.uploader().send(objectId, signal)).rejects.toMatchObject({ code: 'upload/length' });
    }
  });

  it('says that an object is not on the device, and has the relay forget the part that it has', async () => {
    const device = await rig.device();
    expect(await device.uploader().send(newObjectId(), signal)).toBe('absent');
    const { objectId } = device.store(SIZE);
    device.line.cutAt = (_n, { method }) => {
      if (method === 'PATCH') device.files.delete(objectId);
      return null;
    };
    expect(await device.uploader().send(objectId, signal)).toBe('absent');
    expect(await rig.uploads(objectId)).toEqual([]);
    expect(await device.transfers.all()).toEqual([]);
  });

  it.each(['before', 'within', 'after'] as const)('survives a cut %s any one request', async (cut) => {
    for (let nth = 0, requests = 1; nth < requests; nth++) {
      const device = await rig.device();
      const { objectId, bytes } = device.store(SIZE);
      device.line.cutAt = (n) => (n === nth ? cut : null);
      expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
      requests = device.line.sent.length;
      await expectWhole(device, objectId, bytes);
    }
  });

  it.each(['before', 'within', 'after'] as const)(
    'goes on after a reload that a cut %s any one request follows, and sends again only what was not acknowledged',
    async (cut) => {
      for (let nth = 0; nth < REQUESTS; nth++) {
        const device = await rig.device();
        const { objectId, bytes } = device.store(SIZE);
        // From there on nothing gets through until the page is loaded anew.
        device.line.cutAt = (n) => (n < nth ? null : n === nth ? cut : 'before');
        const acknowledged: number[] = [0];
        const first = device.uploader().send(objectId, signal, (offset) => acknowledged.push(offset));
        await expect(first).rejects.toMatchObject({ code: 'relay/unreachable' });
        device.line.cutAt = () => null;
        const before = device.line.bytes;
        expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
        expect(device.line.bytes - before).toBeLessThanOrEqual(SIZE - Math.max(...acknowledged));
        await expectWhole(device, objectId, bytes);
      }
    }
  );

  it('sends nothing twice where the answer to the last part was lost', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    device.line.cutAt = (_n, { headers }) => (headers.get('Upload-Offset') === '300000' ? 'after' : null);
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    expect(device.line.bytes).toBe(SIZE);
    await expectWhole(device, objectId, bytes);
  });

  it('begins anew where the relay let the upload expire, and where it expired complete', async () => {
    for (const offset of ['200000', '300000']) {
      const device = await rig.device();
      const { objectId, bytes } = device.store(SIZE);
      device.line.cutAt = (_n, { headers, method }) =>
        headers.get('Upload-Offset') === offset
          ? 'after'
          : method === 'HEAD' && device.line.bytes > 0
            ? 'before'
            : null;
      await expect(device.uploader().send(objectId, signal)).rejects.toMatchObject({ code: 'relay/unreachable' });
      rig.relay.pass(8 * DAY_MS);
      device.line.cutAt = () => null;
      // The session is over by then as well.
      await expect(device.uploader().send(objectId, signal)).rejects.toMatchObject({ code: 'session/absent' });
      await device.signIn();
      expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
      await expectWhole(device, objectId, bytes);
    }
  });

  it('takes another ticket where the first came too late', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    let late = true;
    device.line.change = async (sent, answer) => {
      if (sent.path === '/api/tickets' && late) {
        late = false;
        rig.relay.pass(DAY_MS);
        await device.signIn();
      }
      return answer;
    };
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    expect(device.line.requests.filter((request) => request === 'POST /api/tickets')).toHaveLength(2);
    await expectWhole(device, objectId, bytes);
  });

  it('finishes an upload whose session ended, and begins none without one', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    device.line.change = async (sent, answer) => {
      if (sent.method === 'PATCH') await device.signOut();
      return answer;
    };
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    const other = device.store(SIZE);
    await expect(device.uploader().send(other.objectId, signal)).rejects.toMatchObject({ code: 'session/absent' });
    expect(device.pauses).toEqual([]);
    await device.signIn();
    await expectWhole(device, objectId, bytes);
  });

  it('waits longer after each failure, as long as the relay asks for, and gives up in the end', async () => {
    const device = await rig.device();
    const { objectId } = device.store(SIZE);
    device.line.cutAt = () => 'before';
    await expect(device.uploader().send(objectId, signal)).rejects.toMatchObject({ code: 'relay/unreachable' });
    expect(device.line.sent).toHaveLength(ATTEMPTS);
    expect(device.pauses).toEqual([250, 500, 1000, 2000, 4000, 8000, 15_000]);
    device.pauses.length = 0;
    device.line.cutAt = () => null;
    const refusal = { status: 429, headers: { 'Retry-After': '77' } };
    device.line.change = ({ path }, answer) =>
      path === '/api/tickets' && device.pauses.length === 0 ? new Response('', refusal) : answer;
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    expect(device.pauses).toEqual([77_000]);
  });

  it('counts no failure behind which it got further', async () => {
    const device = await rig.device(10_000);
    const { objectId, bytes } = device.store(SIZE);
    device.line.cutAt = (n) => (n > 2 && n % 3 === 0 ? 'within' : null);
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    expect(device.pauses.length).toBeGreaterThan(ATTEMPTS);
    await expectWhole(device, objectId, bytes);
  });

  it.each(['100001', '0', '-1', '1e5', ''])(
    'refuses a relay that says it has %j bytes of the first part',
    async (offset) => {
      const device = await rig.device();
      const { objectId } = device.store(SIZE);
      device.line.change = (sent, answer) =>
        sent.method === 'PATCH' ? new Response(null, { status: 204, headers: { 'Upload-Offset': offset } }) : answer;
      await expect(device.uploader().send(objectId, signal)).rejects.toMatchObject({ code: 'relay/answer' });
    }
  );

  it.each(['https://other.example/api/uploads/x', '//other.example', '/api/session', ''])(
    'sends nothing to the place %j that a relay names',
    async (place) => {
      const device = await rig.device();
      const { objectId } = device.store(SIZE);
      device.line.change = (sent, answer) =>
        sent.path === '/api/uploads' ? new Response(null, { status: 201, headers: { Location: place } }) : answer;
      await expect(device.uploader().send(objectId, signal)).rejects.toMatchObject({ code: 'relay/answer' });
      expect(device.line.bytes).toBe(0);
    }
  );

  it('sends the first byte when the address of the upload is kept, and no sooner', async () => {
    const device = await rig.device();
    const { objectId } = device.store(SIZE);
    let kept = '';
    device.transfers.put = async ({ url }) => {
      await settled();
      kept = url ?? kept;
    };
    const places: (readonly string[])[] = [];
    device.line.cutAt = (_n, { method, path }) => {
      if (method === 'PATCH') places.push([path, kept]);
      return null;
    };
    await device.uploader().send(objectId, signal);
    expect(places).toHaveLength(4);
    for (const [path, known] of places) expect(path).toBe(known);
  });

  it('sends nothing when the address of the upload cannot be kept', async () => {
    const device = await rig.device();
    const { objectId } = device.store(SIZE);
    device.transfers.put = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
    await expect(device.uploader().send(objectId, signal)).rejects.toMatchObject({ code: 'storage/quota' });
    expect(device.line.bytes).toBe(0);
  });

  it('asks for nothing more once it is stopped, and goes on later', async () => {
    for (let nth = 0; nth < REQUESTS; nth++) {
      const device = await rig.device();
      const { objectId, bytes } = device.store(SIZE);
      const stop = new AbortController();
      device.line.cutAt = (n) => {
        if (n === nth) stop.abort();
        return null;
      };
      const sending = device.uploader().send(objectId, stop.signal);
      await expect(sending).rejects.toMatchObject({ code: 'call/aborted' });
      await settled();
      expect(device.line.sent).toHaveLength(nth + 1);
      device.line.cutAt = () => null;
      expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
      await expectWhole(device, objectId, bytes);
    }
  });

  it('reads again what the browser could not read at once, and sends nothing of a file that shrank', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    const file = new Blob([bytes]);
    const changed = { arrayBuffer: () => Promise.reject(new DOMException('changed', 'NotReadableError')) };
    let reads = 0;
    const slice = (from: number, to: number) => (reads++ === 1 ? (changed as unknown as Blob) : file.slice(from, to));
    device.files.set(objectId, { size: SIZE, slice } as unknown as Blob);
    expect(await device.uploader().send(objectId, signal)).toBe('backed-up');
    expect(device.pauses).toHaveLength(1);
    await expectWhole(device, objectId, bytes);

    const other = device.store(SIZE);
    device.line.cutAt = (_n, { path }) => {
      if (path === '/api/uploads') device.files.set(other.objectId, new Blob([other.bytes.subarray(1)]));
      return null;
    };
    await expect(device.uploader().send(other.objectId, signal)).rejects.toMatchObject({ code: 'seal/truncated' });
    expect(await rig.objects(other.objectId)).toEqual([]);
  });

  it('uploads once what is asked for twice at once', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    const uploader = device.uploader();
    const both = await Promise.all([uploader.send(objectId, signal), uploader.send(objectId, signal)]);
    expect(both).toEqual(['backed-up', 'backed-up']);
    expect(device.line.bytes).toBe(SIZE);
    await expectWhole(device, objectId, bytes);
  });

  it('of which one was stopped the other goes on', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    const uploader = device.uploader();
    const stop = new AbortController();
    device.line.cutAt = (n) => {
      if (n === 4) stop.abort();
      return null;
    };
    const [first, other] = [uploader.send(objectId, stop.signal), uploader.send(objectId, signal)];
    await expect(first).rejects.toMatchObject({ code: 'call/aborted' });
    expect(await other).toBe('backed-up');
    await expectWhole(device, objectId, bytes);
  });

  it('makes one object where two tabs send at once', async () => {
    const device = await rig.device();
    const { objectId, bytes } = device.store(SIZE);
    const tabs = [device.uploader(), device.uploader()];
    // They take the upload from each other, and nobody waits here: one of them may give up.
    await Promise.allSettled(tabs.map((tab) => tab.send(objectId, signal)));
    for (const tab of tabs) expect(await tab.send(objectId, signal)).toBe('backed-up');
    await expectWhole(device, objectId, bytes);
  });

  it('arrives whatever is cut, and however often', async () => {
    const device = await rig.device(10_000);
    const cuts = fc.array(fc.constantFrom<(Cut | null)[]>(null, null, 'before', 'within', 'after'), { maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(cuts, fc.integer({ min: 1, max: 40_000 }), async (schedule, size) => {
        const from = device.line.sent.length;
        const { objectId, bytes } = device.store(size);
        device.line.cutAt = (n) => schedule[n - from] ?? null;
        for (let loads = 0; loads < 5; loads++) {
          const sent = await device
            .uploader()
            .send(objectId, signal)
            .catch(() => null);
          if (sent === 'backed-up') break;
        }
        await expectWhole(device, objectId, bytes);
      }),
      { numRuns: 40 }
    );
  });
});
