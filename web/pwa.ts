/**
 * The app as an installed thing: registration of the service worker, updates by consent, installing, persistent
 * storage, videos shared by other apps. The only place that imports workbox-window.
 */
import { dev, version } from '$app/environment';
import type { Workbox } from 'workbox-window';
import { trustedUrl } from '#web/trusted-url.ts';

export interface PwaEvents {
  /** The service worker answers this page: clips can be played, and the next visit works offline. */
  onready(): void;
  /** A newer build waits for consent, or has already taken over by consent in another tab. */
  onupdate(): void;
  oninstallable(installable: boolean): void;
  oninstalled(): void;
}

/** Not in TypeScript's DOM: Chromium only. */
interface InstallPrompt extends Event {
  prompt(): Promise<{ outcome: 'accepted' | 'dismissed' }>;
}

declare global {
  interface WindowEventMap {
    beforeinstallprompt: InstallPrompt;
  }
}

const WORKER_URL = '/service-worker.js';
const POLL_MS = 60 * 60 * 1000;
/** A waiting worker that has not taken over by then does not know the message: it is empty or broken. */
const TAKE_OVER_MS = 5_000;
const ANSWER_MS = 5_000;
/** Answered by the relay alone, never from a cache (server/health.ts). */
const PROBE_PATH = '/healthz';
/** Held, shared between tabs, while an update would destroy something. */
const BUSY_LOCK = 'svj-update-blocked';
/** Message of web/service-worker/shared-inbox.ts. */
const TAKE_SHARED = 'svj/take-shared';

export class Pwa {
  readonly #events: PwaEvents;
  #workbox: Workbox | null = null;
  #registration: ServiceWorkerRegistration | undefined;
  #prompt: InstallPrompt | null = null;
  #applying = false;

  constructor(events: PwaEvents) {
    this.#events = events;
  }

  /**
   * Once, at the start of the app. Failing to register leaves an app that works, online.
   *
   * @param calm the first screen and what it needs next are there: what the worker fetches takes no line from them
   */
  async start(calm: Promise<unknown>): Promise<void> {
    this.#watchInstalling();
    window.addEventListener('vite:preloadError', () => this.#reloadForMissingChunk());
    if (!('serviceWorker' in navigator) || dev) return;

    const { serviceWorker } = navigator;
    let controlled = serviceWorker.controller !== null;
    if (controlled) this.#events.onready();
    serviceWorker.addEventListener('controllerchange', () => {
      if (this.#applying) location.reload();
      else if (controlled) this.#events.onupdate();
      else this.#events.onready();
      controlled = true;
    });

    await calm;
    this.#registration = await this.#register();
    if (!this.#registration) return;
    setInterval(() => this.#lookForUpdate(), POLL_MS);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.#lookForUpdate();
    });
  }

  /**
   * Takes the waiting build over and reloads. The person asked for it; it is refused while any tab is busy.
   *
   * @returns false when refused; otherwise the page is about to go
   */
  async applyUpdate(): Promise<boolean> {
    return navigator.locks.request(BUSY_LOCK, { ifAvailable: true }, async (lock) => {
      if (lock === null) return false;
      this.#applying = true;
      const waiting = this.#registration?.waiting;
      if (!waiting) {
        location.reload();
        return true;
      }
      // A worker takes over only when the older one has nothing left to do.
      endClips();
      this.#workbox?.messageSkipWaiting();
      await new Promise((resolve) => setTimeout(resolve, TAKE_OVER_MS));
      // Without a worker the app comes from the relay: only when that answers. Else the older build goes on.
      if (await isRelayThere()) await this.#registration?.unregister();
      location.reload();
      return true;
    });
  }

  /**
   * Holds updates back in every tab and asks before this page is left, until the returned function is called. For
   * work that a reload would end, such as recording.
   */
  blockUpdate(): () => void {
    const held = Promise.withResolvers<undefined>();
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    void navigator.locks.request(BUSY_LOCK, { mode: 'shared' }, () => held.promise);
    window.addEventListener('beforeunload', ask);
    return () => {
      held.resolve(undefined);
      window.removeEventListener('beforeunload', ask);
    };
  }

  /** @returns whether the person agreed; false as well where the browser offers no prompt */
  async install(): Promise<boolean> {
    const prompt = this.#prompt;
    if (!prompt) return false;
    this.#prompt = null;
    this.#events.oninstallable(false);
    return (await prompt.prompt()).outcome === 'accepted';
  }

  /** Undefined when the relay is down or no longer serves the worker: what is installed goes on working. */
  async #register(): Promise<ServiceWorkerRegistration | undefined> {
    try {
      // Not with the first screen, which does without.
      const { Workbox } = await import('workbox-window');
      this.#workbox = new Workbox(trustedUrl(WORKER_URL), { scope: '/', updateViaCache: 'none' });
      this.#workbox.addEventListener('waiting', () => this.#events.onupdate());
      return await this.#workbox.register({ immediate: true });
    } catch {
      return undefined;
    }
  }

  #watchInstalling(): void {
    window.addEventListener('beforeinstallprompt', (event) => {
      event.preventDefault();
      this.#prompt = event;
      this.#events.oninstallable(true);
    });
    window.addEventListener('appinstalled', () => {
      this.#prompt = null;
      this.#events.oninstallable(false);
      this.#events.oninstalled();
    });
  }

  #lookForUpdate(): void {
    // Rejected when offline or when the relay serves no worker: nothing changes then.
    if (navigator.onLine) this.#registration?.update().catch(() => undefined);
  }

  /** A part of this build is gone, since a newer one is being served: once, the page is loaded anew. */
  #reloadForMissingChunk(): void {
    void navigator.locks.request(BUSY_LOCK, { ifAvailable: true }, async (lock) => {
      if (lock !== null && (await isRelayThere()) && claimReload()) location.reload();
    });
  }
}

async function isRelayThere(): Promise<boolean> {
  try {
    const { ok } = await fetch(PROBE_PATH, { cache: 'no-store', signal: AbortSignal.timeout(TAKE_OVER_MS) });
    return ok;
  } catch {
    return false;
  }
}

/** True the first time for a build in a tab, so that a lasting fault does not reload for ever. */
function claimReload(): boolean {
  const key = 'svj-reloaded';
  try {
    if (sessionStorage.getItem(key) === version) return false;
    sessionStorage.setItem(key, version);
    return true;
  } catch {
    return false;
  }
}

function endClips(): void {
  navigator.serviceWorker.controller?.postMessage({ type: 'svj/end-clips' });
}

/** The videos another app shared with this one, once; none when they were lost on the way. */
export async function takeShared(): Promise<readonly File[]> {
  const worker = navigator.serviceWorker.controller;
  if (!worker) return [];
  const { port1, port2 } = new MessageChannel();
  try {
    return await new Promise<readonly File[]>((resolve) => {
      port1.onmessage = ({ data }: MessageEvent<unknown>) =>
        resolve(Array.isArray(data) ? data.filter((value) => value instanceof File) : []);
      setTimeout(() => resolve([]), ANSWER_MS);
      worker.postMessage({ type: TAKE_SHARED }, [port2]);
    });
  } finally {
    port1.close();
  }
}

export type Persistence = 'unknown' | 'granted' | 'denied';

/** That it was asked, since a browser that said no does not tell so later. */
const ASKED = 'svj.persistence-asked';

/** Whether the browser has promised to keep what is stored here; `unknown` while it was never asked. */
export async function persistence(): Promise<Persistence> {
  if (await navigator.storage.persisted().catch(() => false)) return 'granted';
  return localStorage.getItem(ASKED) === null ? 'unknown' : 'denied';
}

/** Asks the browser to keep what is stored here. Some ask the person, some decide by themselves. */
export async function askPersistence(): Promise<Persistence> {
  localStorage.setItem(ASKED, '1');
  return (await navigator.storage.persist().catch(() => false)) ? 'granted' : 'denied';
}

export function isInstalled(): boolean {
  const { standalone } = navigator as { standalone?: boolean };
  return standalone === true || matchMedia('(display-mode: standalone), (display-mode: minimal-ui)').matches;
}

/** In a tab of WebKit, storage is removed after seven days without a visit, whatever `persist()` says. */
export function isEvictionLikely(): boolean {
  return navigator.vendor.startsWith('Apple') && !isInstalled();
}
