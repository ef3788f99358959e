import { beforeEach, describe, expect, it } from 'vitest';
import { Shell, type ShellFiles } from './shell.ts';

const ORIGIN = 'https://journal.test';
const CHUNK = '/_app/immutable/chunks/a.js';

/** Cache storage in memory, and a network whose files carry their integrity as text. */
class World {
  readonly stored = new Map<string, Map<string, Response>>();
  readonly network = new Map<string, string>();
  readonly asked: string[] = [];
  failPut = false;

  readonly caches = {
    open: (name: string) => {
      const entries = this.stored.get(name) ?? new Map<string, Response>();
      this.stored.set(name, entries);
      return Promise.resolve({
        put: (path: string, response: Response) => {
          if (this.failPut) return Promise.reject(new DOMException('full', 'QuotaExceededError'));
          entries.set(path, response);
          return Promise.resolve();
        },
        match: (path: string) => Promise.resolve(entries.get(path)?.clone())
      } as unknown as Cache);
    },
    keys: () => Promise.resolve([...this.stored.keys()]),
    delete: (name: string) => Promise.resolve(this.stored.delete(name)),
    match: (path: unknown) =>
      Promise.resolve([...this.stored.values()].map((entries) => entries.get(path as string)).find(Boolean))
  };

  fetch = (input: Request | string, init: RequestInit = {}): Promise<Response> => {
    const path = typeof input === 'string' ? input : new URL(input.url).pathname;
    this.asked.push(`${path} ${init.cache ?? ''}`.trim());
    const text = this.network.get(path);
    if (text === undefined) return Promise.resolve(new Response(null, { status: 404 }));
    if (init.integrity !== undefined && init.integrity !== text) return Promise.reject(new TypeError('integrity'));
    return Promise.resolve(new Response(text, { headers: { 'Content-Security-Policy': 'strict' } }));
  };

  shell(version: string, files: ShellFiles): Shell {
    return new Shell(version, files, ORIGIN, { caches: this.caches, fetch: this.fetch });
  }
}

const get = (path: string, mode: RequestMode = 'cors', method = 'GET') =>
  ({ url: path.startsWith('https:') ? path : ORIGIN + path, mode, method }) as Request;
const text = async (response: Promise<Response>): Promise<string> => (await response).text();

let world: World;
beforeEach(() => {
  world = new World();
  world.network.set('/', 'page A').set(CHUNK, 'chunk A');
});

const install = async (version: string, files: ShellFiles): Promise<Shell> => {
  const shell = world.shell(version, files);
  await shell.install();
  await shell.activate();
  return shell;
};

describe('the shell', () => {
  it('answers every screen and every file without a network, headers and all', async () => {
    const shell = await install('A', { '/': 'page A', [CHUNK]: 'chunk A' });
    world.network.clear();
    for (const path of ['/', '/record', '/entry/0123?x=1'])
      expect(await text(shell.answer(get(path, 'navigate')))).toBe('page A');
    const chunk = await shell.answer(get(CHUNK));
    expect(await chunk.text()).toBe('chunk A');
    expect(chunk.headers.get('Content-Security-Policy')).toBe('strict');
  });

  it('covers GETs of our own origin only, never API, clips or reports', () => {
    const shell = world.shell('A', { '/': 'page A', [CHUNK]: 'chunk A' });
    expect(shell.covers(get('/record', 'navigate'))).toBe(true);
    expect(shell.covers(get(CHUNK))).toBe(true);
    expect(shell.covers(get('/_app/immutable/chunks/older.js'))).toBe(true);
    expect(shell.covers(get('/record', 'cors'))).toBe(false);
    expect(shell.covers(get('/', 'navigate', 'POST'))).toBe(false);
    expect(shell.covers(get('https://elsewhere.test/', 'navigate'))).toBe(false);
    for (const path of ['/api', '/api/vaults', '/clip/00', '/csp-reports'])
      for (const mode of ['navigate', 'cors'] as const) expect(shell.covers(get(path, mode)), path).toBe(false);
  });

  it('B3 refuses a build with an altered file and keeps what is installed', async () => {
    const before = await install('A', { '/': 'page A', [CHUNK]: 'chunk A' });
    world.network.set('/', 'page B').set(CHUNK, 'chunk B, altered');
    await expect(world.shell('B', { '/': 'page B', [CHUNK]: 'chunk B' }).install()).rejects.toThrow();
    expect([...world.stored.keys()]).toEqual(['svj-shell-A']);
    expect(await text(before.answer(get('/', 'navigate')))).toBe('page A');
  });

  it('fetches a file anew when the browser had kept another one under its name', async () => {
    await install('A', { [CHUNK]: 'chunk A' });
    expect(world.asked).toEqual([`${CHUNK} default`]);
    await expect(world.shell('B', { [CHUNK]: 'other' }).install()).rejects.toThrow();
    expect(world.asked.slice(1)).toEqual([`${CHUNK} default`, `${CHUNK} reload`]);
  });

  it('fails to install when a file is missing or there is no space', async () => {
    await expect(world.shell('A', { '/gone.js': 'x' }).install()).rejects.toThrow('/gone.js');
    world.failPut = true;
    await expect(world.shell('A', { '/': 'page A' }).install()).rejects.toThrow('full');
  });

  it('B4 keeps one older build for tabs that still show it, over any number of versions', async () => {
    const builds = ['A', 'B', 'C', 'D'];
    for (const build of builds) {
      world.network.set('/', `page ${build}`).set(`/_app/immutable/${build}.js`, build);
      await install(build, { '/': `page ${build}`, [`/_app/immutable/${build}.js`]: build });
    }
    expect([...world.stored.keys()]).toEqual(['svj-shell-C', 'svj-shell-D']);
    const shell = world.shell('D', { '/': 'page D', '/_app/immutable/D.js': 'D' });
    world.network.clear();
    expect(await text(shell.answer(get('/_app/immutable/C.js')))).toBe('C');
    expect((await shell.answer(get('/_app/immutable/A.js'))).status).toBe(404);
    // The document is never an older one.
    expect(await text(shell.answer(get('/', 'navigate')))).toBe('page D');
  });

  it('goes to the network when the browser has thrown the cache away', async () => {
    const shell = await install('A', { '/': 'page A', [CHUNK]: 'chunk A' });
    world.stored.clear();
    expect(await text(shell.answer(get('/', 'navigate')))).toBe('page A');
  });
});
