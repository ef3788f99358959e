/** What the screens show of installing, updating and keeping. One instance; `start()` is called by the root layout. */
import {
  askPersistence,
  isEvictionLikely,
  isInstalled,
  persistence,
  Pwa,
  takeShared,
  type Persistence
} from '#web/pwa.ts';
import { player } from './player.ts';
import { session } from './session.svelte.ts';

/** What the address asked for is done: a reload must not do it again. */
function forgetSearch(): void {
  history.replaceState(history.state, '', location.pathname);
}

class PwaState {
  readonly #pwa = new Pwa({
    onready: () => (this.#ready = true),
    onupdate: () => (this.#updateReady = true),
    oninstallable: (installable) => (this.#installable = installable),
    oninstalled: () => {
      this.#installed = true;
      // An installed app is trusted more: the answer may be another one now.
      void this.askPersistence();
    }
  });
  #started = false;
  #ready = $state(false);
  #updateReady = $state(false);
  #updateRefused = $state(false);
  #installable = $state(false);
  #installed = $state(false);
  #persisted = $state<Persistence>('unknown');
  #evictionLikely = $state(false);

  /** @param calm nothing is waited for any more: the app may be kept for offline use */
  async start(calm: Promise<unknown>): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    // A worker that leads a player here must find somebody, be it to hear that the journal is locked.
    player.serve();
    const asked = new URLSearchParams(location.search);
    // The shortcut of the app's icon: opened here, locked everywhere.
    if (asked.has('lock')) {
      if ('BroadcastChannel' in globalThis) session.lock();
      forgetSearch();
    }
    // Fetched at once, even while locked: the worker that holds it will not live long.
    if (asked.has('shared')) void this.#receiveShared(takeShared());
    this.#installed = isInstalled();
    this.#evictionLikely = isEvictionLikely();
    const [persisted] = await Promise.all([persistence(), this.#pwa.start(calm)]);
    if (this.#persisted === 'unknown') this.#persisted = persisted;
  }

  /** The service worker answers this page: clips can be played. */
  get ready(): boolean {
    return this.#ready;
  }

  /** Everything is here: the app opens without a network. The shell is complete before the worker answers. */
  get offlineReady(): boolean {
    return this.#ready;
  }

  /** A newer build waits. */
  get updateReady(): boolean {
    return this.#updateReady;
  }

  /** The last `applyUpdate` was refused, since a tab is recording. */
  get updateRefused(): boolean {
    return this.#updateRefused;
  }

  get installable(): boolean {
    return this.#installable;
  }

  get installed(): boolean {
    return this.#installed;
  }

  get persisted(): Persistence {
    return this.#persisted;
  }

  /** A Safari tab that is not installed: what is stored may be removed after seven days. */
  get evictionLikely(): boolean {
    return this.#evictionLikely;
  }

  /** Reloads into the newer build; false while a tab is recording. */
  async applyUpdate(): Promise<boolean> {
    this.#updateRefused = false;
    const applied = await this.#pwa.applyUpdate();
    this.#updateRefused = !applied;
    return applied;
  }

  /** No update and no silent leaving until the returned function is called. */
  blockUpdate(): () => void {
    return this.#pwa.blockUpdate();
  }

  install(): Promise<boolean> {
    return this.#pwa.install();
  }

  /** Null when it was asked before, whatever the answer was. */
  async askPersistenceOnce(): Promise<Persistence | null> {
    return (await persistence()) === 'unknown' ? this.askPersistence() : null;
  }

  /** Asking again after a refusal is harmless. */
  async askPersistence(): Promise<Persistence> {
    if (this.#persisted !== 'granted') this.#persisted = await askPersistence();
    return this.#persisted;
  }

  async #receiveShared(files: Promise<readonly File[]>): Promise<void> {
    // Loaded when needed: nothing else on the first screen takes files in.
    const { sharedFiles } = await import('./shared-files.svelte.ts');
    await sharedFiles.receive(files);
    // Until now a reload has lost them, and must say so.
    if (new URLSearchParams(location.search).has('shared')) forgetSearch();
    if (session.status === 'unlocked') await sharedFiles.takeIn();
  }
}

export const pwa = new PwaState();
