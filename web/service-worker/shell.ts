/**
 * The app shell: every file of one build, checked against the hashes this worker was built with, so that a page and
 * its chunks always come from the same build and an altered file is refused. Caches the shell and nothing else.
 */

/** Path from the root → its `sha256-…`. `/` is the document of every screen. */
export type ShellFiles = Readonly<Record<string, string>>;

/** What the shell needs of its surroundings. */
export interface ShellWorld {
  readonly caches: Pick<CacheStorage, 'open' | 'keys' | 'delete' | 'match'>;
  fetch(input: Request | string, init?: RequestInit): Promise<Response>;
}

const PREFIX = 'svj-shell-';
const DOCUMENT = '/';
/** Named by their content, so that the browser's own cache may be believed. */
const HASHED = '/_app/immutable/';
/** Answered by the relay or by nobody, never from a cache and never by a screen. */
const NO_SCREENS = ['/api', '/clip', '/csp-reports'];
// Compared by path alone; responses vary by the encoding they travelled in, which a cache has undone.
const MATCH: CacheQueryOptions = { ignoreSearch: true, ignoreVary: true };

export type ShellRequest = Pick<Request, 'method' | 'mode' | 'url'>;

export class Shell {
  readonly #name: string;
  readonly #files: ShellFiles;
  readonly #world: ShellWorld;
  readonly #origin: string;

  constructor(version: string, files: ShellFiles, origin: string, world: ShellWorld) {
    this.#name = PREFIX + version;
    this.#files = files;
    this.#origin = origin;
    this.#world = world;
  }

  /**
   * Fetches and checks everything before anything is written: what fails leaves the installed version as it is.
   *
   * @throws when a file is missing, altered or cannot be stored
   */
  async install(): Promise<void> {
    const responses = await Promise.all(
      Object.entries(this.#files).map(
        async ([path, integrity]) => [path, await this.#verified(path, integrity)] as const
      )
    );
    const cache = await this.#world.caches.open(this.#name);
    await Promise.all(responses.map(([path, response]) => cache.put(path, response)));
  }

  /** Removes older shells but the last: a tab that still shows it may yet ask for one of its chunks. */
  async activate(): Promise<void> {
    const others = (await this.#world.caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== this.#name);
    await Promise.all(others.slice(0, -1).map((name) => this.#world.caches.delete(name)));
  }

  /** Whether `answer` is to be asked; everything else goes to the network untouched. */
  covers({ method, mode, url }: ShellRequest): boolean {
    const { origin, pathname } = new URL(url);
    if (method !== 'GET' || origin !== this.#origin) return false;
    return this.#has(pathname) || pathname.startsWith(HASHED) || (mode === 'navigate' && isScreen(pathname));
  }

  async answer(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const path = this.#has(pathname) || request.mode !== 'navigate' ? pathname : DOCUMENT;
    const cache = await this.#world.caches.open(this.#name);
    const own = await cache.match(path, MATCH);
    if (own) return own;
    const older = path.startsWith(HASHED) ? await this.#world.caches.match(path, MATCH) : undefined;
    return older ?? this.#world.fetch(request);
  }

  #has(path: string): boolean {
    return Object.hasOwn(this.#files, path);
  }

  async #verified(path: string, integrity: string): Promise<Response> {
    // The browser compares the hash and rejects what does not fit.
    const get = (cache: RequestCache): Promise<Response> => this.#world.fetch(path, { integrity, cache });
    const response = path.startsWith(HASHED) ? await get('default').catch(() => get('reload')) : await get('no-cache');
    // An answer that was redirected may not be shown as a page later.
    if (response.status !== 200 || response.redirected) throw new Error(`The app is incomplete: ${path}`);
    return response;
  }
}

function isScreen(path: string): boolean {
  return !NO_SCREENS.some((root) => path === root || path.startsWith(`${root}/`));
}
