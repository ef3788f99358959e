/**
 * `/clip/<id>`: asks a window for the way to its vault and answers the player. Holds no key and nothing that must
 * outlive a request: when the browser ends this worker in mid-play, the player asks again.
 */
import { SvjError } from '#shared/errors.ts';
import { parseObjectId, type ObjectId } from '#shared/ids.ts';
import { CLIP_PATH, type ClipRequest, type ClipTrouble } from '#web/workers/clip-port.ts';
import { ClipSource } from '#web/workers/clip-source.ts';
import { answerClip } from './clip-response.ts';
import type { ClipStream } from './clip-stream.ts';

/** The windows that may hold the vault; the part of `Clients` needed here. */
export interface Windows {
  get(id: string): Promise<Client | undefined>;
  matchAll(): Promise<readonly WindowClient[]>;
}

export class Clips {
  readonly #windows: Windows;
  readonly #open = new Set<ClipStream>();

  constructor(windows: Windows) {
    this.#windows = windows;
  }

  static covers(url: URL): boolean {
    return url.pathname.startsWith(CLIP_PATH);
  }

  /** @param clientId of the window that asks, empty where the browser does not say */
  async answer(request: Request, clientId: string, keepAlive: (work: Promise<void>) => void): Promise<Response> {
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD')
      return new Response(null, { status: 405, headers: { Allow: 'GET, HEAD' } });
    const asked = parseClipUrl(new URL(request.url));
    if (asked === null) return new Response(null, { status: 404 });

    const { clip, until } = asked;
    const candidates = await this.#candidates(clientId);
    const { response, stream } = await answerClip(
      { method, headers: request.headers, etag: `"${clip}${until === null ? '' : `-${until}`}"`, until },
      () => openAtOneOf(candidates, clip),
      ({ code }, at) => {
        if (code === 'call/aborted') return;
        const trouble: ClipTrouble = { type: 'svj/clip-trouble', clip, code, at };
        candidates[0]?.postMessage(trouble);
      }
    );
    if (stream) {
      this.#open.add(stream);
      keepAlive(stream.done.then(() => void this.#open.delete(stream)));
    }
    return response;
  }

  /** Ends every answer under way: the journal was locked, or a new version takes over. */
  endAll(): void {
    for (const stream of [...this.#open]) stream.end(new SvjError('vault/locked'));
  }

  /** The window that asks. Where it is not named, any may know the clip, those a person sees first. */
  async #candidates(clientId: string): Promise<readonly Client[]> {
    const asking = clientId === '' ? undefined : await this.#windows.get(clientId);
    if (asking) return [asking];
    const windows = [...(await this.#windows.matchAll())];
    return windows.sort((a, b) => Number(b.visibilityState === 'visible') - Number(a.visibilityState === 'visible'));
  }
}

async function openAtOneOf(candidates: readonly Client[], clip: ObjectId): Promise<ClipSource> {
  let refused = new SvjError('vault/locked', 'no window');
  for (const client of candidates) {
    try {
      return await ClipSource.open((port) => {
        const request: ClipRequest = { type: 'svj/clip', clip };
        client.postMessage(request, [port]);
      });
    } catch (thrown) {
      // A locked window does not speak for the others; anything else is about the clip.
      if (!(thrown instanceof SvjError) || thrown.code !== 'vault/locked') throw thrown;
      refused = thrown;
    }
  }
  throw refused;
}

/** Parts of a query: which opening of the entry this is, and the end of what is served. */
const QUERY = { opening: /^[0-9a-f]{16}$/, until: /^\d{1,15}$/ } as const;

/** `/clip/<32 hex>?opening=<16 hex>&until=<bytes>`, the query or parts of it optional; null for anything else. */
export function parseClipUrl(url: URL): { clip: ObjectId; until: number | null } | null {
  const query = [...url.searchParams];
  const known = query.every(
    ([name, value]) => Object.hasOwn(QUERY, name) && QUERY[name as keyof typeof QUERY].test(value)
  );
  if (!known || new Set(query.map(([name]) => name)).size < query.length) return null;
  const until = url.searchParams.get('until');
  try {
    const clip = parseObjectId(url.pathname.slice(CLIP_PATH.length));
    return { clip, until: until === null ? null : Number(until) };
  } catch {
    return null;
  }
}
