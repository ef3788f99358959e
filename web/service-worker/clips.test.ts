import { describe, expect, it } from 'vitest';
import { Clips, parseClipUrl } from './clips.ts';
import { fakeVault, serve, type FakeVault } from './testing/fake-vault.ts';

const CLIP = '00112233445566778899aabbccddeeff';
const url = (rest: string): URL => new URL(rest, 'https://journal.test');

class Window {
  readonly told: unknown[] = [];
  readonly id: string;
  readonly visibilityState: DocumentVisibilityState;
  readonly #vault: FakeVault | null;

  constructor(id: string, vault: FakeVault | null, visibilityState: DocumentVisibilityState = 'visible') {
    this.id = id;
    this.#vault = vault;
    this.visibilityState = visibilityState;
  }

  postMessage(message: { type: string }, transfer: MessagePort[] = []): void {
    this.told.push(message);
    const port = transfer[0];
    if (!port) return;
    if (this.#vault) serve(this.#vault, port);
    else port.postMessage({ type: 'failed', code: 'vault/locked' });
  }
}

function clipsOf(...windows: Window[]): { clips: Clips; ask: (clientId: string, path?: string) => Promise<Response> } {
  const all = windows as unknown as WindowClient[];
  const clips = new Clips({
    get: (id) => Promise.resolve(all.find((window) => window.id === id)),
    matchAll: () => Promise.resolve(all)
  });
  const ask = (clientId: string, path = `/clip/${CLIP}`) =>
    clips.answer(new Request(url(path)), clientId, () => undefined);
  return { clips, ask };
}

describe('the way to the vault', () => {
  it('leads through the window that asks', async () => {
    const [one, other] = [new Window('1', fakeVault(10)), new Window('2', fakeVault(20))];
    const { ask } = clipsOf(one, other);
    expect((await ask('2')).headers.get('Content-Length')).toBe('20');
    expect(one.told).toEqual([]);
  });

  it('B5 does not go round a locked window that asks', async () => {
    const { ask } = clipsOf(new Window('1', null), new Window('2', fakeVault(20)));
    expect((await ask('1')).status).toBe(423);
  });

  it('asks every window where the browser does not say which one it was, those seen first', async () => {
    const hidden = new Window('1', fakeVault(10), 'hidden');
    const { ask } = clipsOf(hidden, new Window('2', null), new Window('3', fakeVault(30)));
    expect((await ask('')).headers.get('Content-Length')).toBe('30');
    expect(hidden.told).toEqual([]);
  });

  it('is locked where there is no window', async () => {
    expect((await clipsOf().ask('')).status).toBe(423);
  });

  it('tells the window what failed', async () => {
    const window = new Window('1', { ...fakeVault(10), refuses: 'seal/truncated' });
    await clipsOf(window).ask('1');
    expect(window.told.at(-1)).toEqual({ type: 'svj/clip-trouble', clip: CLIP, code: 'seal/truncated', at: 0 });
  });

  it('knows its own addresses only', async () => {
    expect(parseClipUrl(url(`/clip/${CLIP}`))).toEqual({ clip: CLIP, until: null });
    expect(parseClipUrl(url(`/clip/${CLIP}?until=17`))).toEqual({ clip: CLIP, until: 17 });
    expect(parseClipUrl(url(`/clip/${CLIP}?opening=0123456789abcdef&until=9`))).toEqual({ clip: CLIP, until: 9 });
    for (const path of [
      '/clip/',
      `/clip/${CLIP}0`,
      `/clip/${CLIP.toUpperCase()}`,
      `/clip/${CLIP}/x`,
      `/clip/${CLIP}?until=-1`,
      `/clip/${CLIP}?until=1&until=2`,
      `/clip/${CLIP}?opening=x`,
      `/clip/${CLIP}?other=1`
    ])
      expect(parseClipUrl(url(path)), path).toBeNull();
    expect((await clipsOf().ask('', '/clip/x')).status).toBe(404);
  });
});
