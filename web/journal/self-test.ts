/**
 * What this browser can, before anything is stored. Something essential that is missing is
 * refused by name: there is no way around sealing.
 */

export type Ability =
  /** https, or this machine: the browser gives cryptography to no one else. */
  | 'secure-context'
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
  readonly crypto?: { readonly subtle?: object };
  readonly WebAssembly?: { readonly instantiate?: unknown };
  readonly indexedDB?: IDBFactory;
  readonly BroadcastChannel?: unknown;
  readonly MediaRecorder?: unknown;
  readonly HTMLVideoElement?: unknown;
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
  { ability: 'cryptography', present: (scope) => scope.crypto?.subtle !== undefined },
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
  { ability: 'playback', present: (scope) => scope.HTMLVideoElement !== undefined }
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
