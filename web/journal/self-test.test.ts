import { describe, expect, it } from 'vitest';
import { selfTest, type Ability, type BrowserScope } from './self-test.ts';

interface FakeRequest {
  onsuccess?: () => void;
  onerror?: () => void;
  readonly result: { close(): void };
}

function database(opens: boolean): IDBFactory {
  return {
    open() {
      const request: FakeRequest = { result: { close: () => undefined } };
      queueMicrotask(() => (opens ? request.onsuccess?.() : request.onerror?.()));
      return request;
    },
    deleteDatabase: () => undefined
  } as unknown as IDBFactory;
}

function browser(): BrowserScope {
  return {
    isSecureContext: true,
    crypto,
    Promise,
    WebAssembly,
    indexedDB: database(true),
    BroadcastChannel,
    MediaRecorder: () => undefined,
    document: { createElement: () => ({ canPlayType: (type) => (type.includes('vp8') ? 'probably' : '') }) },
    navigator: {
      storage: { getDirectory: () => Promise.resolve({}) },
      locks: {},
      serviceWorker: {},
      mediaDevices: { getUserMedia: () => undefined }
    }
  };
}

describe('selfTest', () => {
  it('misses nothing in a whole browser', async () => {
    expect(await selfTest(browser())).toEqual({ missing: [], refused: [] });
  });

  it.each<[Ability, Partial<BrowserScope>]>([
    ['secure-context', { isSecureContext: false }],
    ['current-browser', { Promise: {} }],
    ['cryptography', { crypto: {} }],
    ['web-assembly', { WebAssembly: {} }],
    ['database', { indexedDB: database(false) }],
    ['file-storage', { navigator: { ...browser().navigator, storage: {} } }],
    [
      'file-storage',
      { navigator: { ...browser().navigator, storage: { getDirectory: () => Promise.reject(new Error('private')) } } }
    ],
    ['cryptography', { crypto: { subtle: {} as SubtleCrypto } }],
    ['playback', { document: { createElement: () => ({}) } }],
    ['playback', { document: { createElement: () => ({ canPlayType: () => '' }) } }]
  ])('B10: refuses by name without %s', async (ability, without) => {
    expect(await selfTest({ ...browser(), ...without })).toEqual({ missing: [ability], refused: [ability] });
  });

  it('B10: names a missing recorder without refusing the journal', async () => {
    const without: BrowserScope = { ...browser(), MediaRecorder: undefined };
    expect(await selfTest(without)).toEqual({ missing: ['recording'], refused: [] });
  });

  it('B10: refuses by name without locks and without a service worker', async () => {
    const { storage, mediaDevices } = browser().navigator;
    const navigator = { ...(storage && { storage }), ...(mediaDevices && { mediaDevices }) };
    expect((await selfTest({ ...browser(), navigator })).refused).toEqual(['locks', 'service-worker']);
  });
});
