/**
 * Videos that another app shares with the journal (`share_target` of the manifest). This worker holds no key and seals
 * nothing: a file waits in its memory, never in storage, until the window that is being opened takes and seals it. A
 * worker that was ended meanwhile has nothing to give, and the page says that the sharing must be repeated.
 */

export const SHARE_PATH = '/share';
/** Where a person lands; the page there asks for the files by message. */
const NEXT = '/record?shared=1';

/** Page → service worker, with one MessagePort, over which the `File`s come back. */
export const TAKE_SHARED = 'svj/take-shared';

export class SharedInbox {
  #files: readonly File[] = [];

  static covers(method: string, url: URL): boolean {
    return method === 'POST' && url.pathname === SHARE_PATH;
  }

  async receive(request: Request): Promise<Response> {
    const form = await request.formData().catch(() => new FormData());
    const files = [...form.values()].filter((value) => value instanceof File && value.size > 0) as File[];
    // Beside what no window has taken yet.
    this.#files = [...this.#files, ...files];
    return new Response(null, { status: 303, headers: { Location: NEXT } });
  }

  /** Hands the files over once. */
  take(): readonly File[] {
    const files = this.#files;
    this.#files = [];
    return files;
  }
}
