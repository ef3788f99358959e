/**
 * Videos that another app shares with the journal (`share_target` of the manifest). A locked journal cannot seal them,
 * so the file waits in this worker's memory, never in storage, until a window takes it, which it does as soon as it is
 * open. A worker that was ended meanwhile has nothing to give, and the page says that the sharing must be repeated.
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
    this.#files = [...form.values()].filter((value) => value instanceof File && value.size > 0) as File[];
    return new Response(null, { status: 303, headers: { Location: NEXT } });
  }

  /** Hands the files over once. */
  take(): readonly File[] {
    const files = this.#files;
    this.#files = [];
    return files;
  }
}
