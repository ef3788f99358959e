/**
 * What this browser can, before anything is stored. Something essential that is missing is
 * refused by name: there is no way around sealing.
 */

export type Ability =
  /** https, or this machine: the browser gives cryptography to no one else. */
  | 'secure-context'
  /** The newest function of the language that the app uses: whoever has it has everything else that it takes for granted. */
  | 'current-browser'
  | 'cryptography'
  | 'web-assembly'
  | 'database'
  | 'file-storage'
  /** Tabs agree by locks and a channel on who writes. */
  | 'locks'
  /** Answers the player and keeps the app for offline use. */
  | 'service-worker'
  | 'recording'
  | 'playback';

export interface SelfTest {
  readonly missing: readonly Ability[];
  /** Without these nothing is stored. */
  readonly refused: readonly Ability[];
}

/** Watching and importing still work without them. */
const OPTIONAL: readonly Ability[] = ['recording'];

/** What is asked of the browser: everything may be absent, whatever the type library promises. */
export interface BrowserScope {
  readonly isSecureContext?: boolean;
  readonly crypto?: { readonly subtle?: SubtleCrypto };
  readonly Promise?: { readonly withResolvers?: unknown };
  readonly WebAssembly?: { readonly instantiate?: unknown };
  readonly indexedDB?: IDBFactory;
  readonly BroadcastChannel?: unknown;
  readonly MediaRecorder?: unknown;
  readonly document?: { createElement(tag: 'video'): { readonly canPlayType?: (type: string) => string } };
  readonly navigator: {
    readonly storage?: { readonly getDirectory?: () => Promise<unknown> };
    readonly locks?: object;
    readonly serviceWorker?: object;
    readonly mediaDevices?: { readonly getUserMedia?: unknown };
  };
}

interface Probe {
  readonly ability: Ability;
  readonly present: (scope: BrowserScope) => boolean | Promise<boolean>;
}

const PROBES: readonly Probe[] = [
  { ability: 'secure-context', present: (scope) => scope.isSecureContext === true },
  { ability: 'current-browser', present: (scope) => scope.Promise?.withResolvers !== undefined },
  { ability: 'cryptography', present: sealsAndOpens },
  { ability: 'web-assembly', present: (scope) => scope.WebAssembly?.instantiate !== undefined },
  { ability: 'database', present: (scope) => opensDatabase(scope.indexedDB) },
  { ability: 'file-storage', present: opensFiles },
  {
    ability: 'locks',
    present: ({ navigator, BroadcastChannel }) => navigator.locks !== undefined && BroadcastChannel !== undefined
  },
  { ability: 'service-worker', present: ({ navigator }) => navigator.serviceWorker !== undefined },
  {
    ability: 'recording',
    present: ({ navigator, MediaRecorder }) =>
      navigator.mediaDevices?.getUserMedia !== undefined && MediaRecorder !== undefined
  },
  { ability: 'playback', present: plays }
];

export async function selfTest(scope: BrowserScope = globalThis): Promise<SelfTest> {
  const found = await Promise.all(
    PROBES.map(async ({ ability, present }) => {
      try {
        return { ability, present: await present(scope) };
      } catch {
        return { ability, present: false };
      }
    })
  );
  const missing = found.filter((probe) => !probe.present).map((probe) => probe.ability);
  return { missing, refused: missing.filter((ability) => !OPTIONAL.includes(ability)) };
}

/** There and back once: a browser may have the functions and keep their use from this page. */
async function sealsAndOpens({ crypto }: BrowserScope): Promise<boolean> {
  const subtle = crypto?.subtle;
  if (subtle === undefined) return false;
  const key = await subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  const algorithm = { name: 'AES-GCM', iv: new Uint8Array(12) };
  const plaintext = new Uint8Array([1, 2, 3]);
  const opened = new Uint8Array(await subtle.decrypt(algorithm, key, await subtle.encrypt(algorithm, key, plaintext)));
  return opened.join() === plaintext.join();
}

/** What browsers record: one of them has to play here. */
const RECORDED = ['video/webm; codecs="vp9,opus"', 'video/webm; codecs="vp8,opus"', 'video/mp4; codecs="avc1.42E01E"'];

function plays({ document }: BrowserScope): boolean {
  const video = document?.createElement('video');
  return RECORDED.some((type) => (video?.canPlayType?.(type) ?? '') !== '');
}

/** Private windows of some browsers have the function and refuse the call. */
function opensDatabase(factory: IDBFactory | undefined): Promise<boolean> {
  if (factory === undefined) return Promise.resolve(false);
  return new Promise((resolve) => {
    const request = factory.open('svj-probe');
    request.onerror = () => resolve(false);
    request.onsuccess = () => {
      request.result.close();
      factory.deleteDatabase('svj-probe');
      resolve(true);
    };
  });
}

async function opensFiles({ navigator: { storage } }: BrowserScope): Promise<boolean> {
  if (storage?.getDirectory === undefined) return false;
  await storage.getDirectory();
  return true;
}
