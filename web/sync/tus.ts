/**
 * One try at an upload by the tus protocol: until the relay has all of it, or until something fails. The only importer of
 * tus-js-client, which keeps the order of requests; what it would keep of its own accord (addresses, names, times, in
 * localStorage) it is given no place for.
 */
import { Upload, type HttpRequest, type HttpResponse, type HttpStack, type UploadOptions } from 'tus-js-client';
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { ObjectId } from '#shared/ids.ts';
import type { ObjectSource } from './object-source.ts';
import { requestRelay, type Fetch } from './relay-transport.ts';

const UPLOADS = '/api/uploads';
const PLACE = /^\/api\/uploads\/[0-9a-f]{64}$/;
const OFFSET = /^(?:0|[1-9]\d{0,15})$/;
export const CHUNK_BYTES = 8 * 1024 * 1024;

export interface UploadTry {
  readonly fetch: Fetch;
  readonly objectId: ObjectId;
  readonly source: ObjectSource;
  /** Of one request, and in memory. */
  readonly chunkBytes: number;
  /** A ticket makes a new upload, of a length that is known or not; an address goes on with one. */
  readonly from: { readonly ticket: string; readonly length: number | null } | { readonly url: string };
  /** Before the first byte is sent; nothing is when it throws. */
  created(url: string): Promise<void>;
  /** The relay has so many bytes. */
  acknowledged(offset: number): void;
  readonly signal: AbortSignal;
}

/**
 * @returns how long the complete upload is, as the relay says
 * @throws what the relay names, `relay/…`, what reading the object throws, `call/aborted`
 */
export async function tryUpload(attempt: UploadTry): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const ended = new AbortController();
  const signal = AbortSignal.any([attempt.signal, ended.signal]);
  const stack = new RelayStack(attempt, signal);
  const upload = new Upload(new Blob(), {
    ...placeOf(attempt.from),
    ...DEAF,
    chunkSize: attempt.chunkBytes,
    httpStack: stack,
    fingerprint: () => Promise.resolve(attempt.objectId),
    urlStorage: storageOf(async () => {
      try {
        await attempt.created(stack.place);
      } catch (thrown) {
        // The library would send the first byte all the same, or wait for ever where this rejects.
        reject(toSvjError(thrown));
        ended.abort();
      }
    }),
    fileReader: { openFile: () => Promise.resolve(fileOf(attempt, signal)) },
    onSuccess: () => resolve(stack.offset),
    onError: (error) => reject(causeOf(error))
  });
  const abort = (): void => {
    void upload.abort();
    reject(new SvjError('call/aborted'));
  };
  attempt.signal.addEventListener('abort', abort);
  if (attempt.signal.aborted) abort();
  else upload.start();
  try {
    return await promise;
  } finally {
    attempt.signal.removeEventListener('abort', abort);
    ended.abort();
  }
}

/** Ends an upload for good, which gives back the room that was set aside for it. @throws `relay/…`, `call/aborted` */
export async function endUpload(fetch: Fetch, url: string, signal: AbortSignal): Promise<void> {
  await requestRelay(fetch, url, { method: 'DELETE', headers: { 'Tus-Resumable': '1.0.0' }, signal });
}

/** Everything that the library can do by itself and is not to. Trying again is for whoever calls. */
const DEAF = {
  metadata: {},
  addRequestId: false,
  overridePatchMethod: false,
  parallelUploads: 1,
  retryDelays: null,
  removeFingerprintOnSuccess: false
} as const satisfies UploadOptions;

/**
 * An upload that is taken up again may have been created without a length; stating it once more with the last bytes is
 * allowed either way, so the library is told that it does not know it.
 */
function placeOf(from: UploadTry['from']): UploadOptions {
  if ('url' in from) return { uploadUrl: from.url, uploadLengthDeferred: true, storeFingerprintForResuming: false };
  const { length } = from;
  return {
    ...{ endpoint: UPLOADS, storeFingerprintForResuming: true },
    ...(length === null ? { uploadLengthDeferred: true } : { uploadSize: length })
  };
}

type UrlStorage = NonNullable<UploadOptions['urlStorage']>;

/** Where uploads were left is known before the library is asked, so it finds none. */
function storageOf(created: () => Promise<void>): UrlStorage {
  return {
    findAllUploads: () => Promise.resolve([]),
    findUploadsByFingerprint: () => Promise.resolve([]),
    removeUpload: () => Promise.resolve(),
    async addUpload(fingerprint) {
      await created();
      return fingerprint;
    }
  };
}

function fileOf({ source }: UploadTry, signal: AbortSignal) {
  return {
    size: source.size ?? 0,
    async slice(from: number, to: number) {
      const { bytes, isLast } = await source.read(from, to, signal);
      return { value: new Blob([bytes]), done: isLast };
    },
    close: () => undefined
  };
}

function causeOf(error: Error & { readonly causingError?: Error | null }): SvjError {
  // Only what is thrown below reaches the library; of an answer that passed there it can say nothing more.
  const cause = error.causingError ?? error;
  return cause instanceof SvjError ? cause : new SvjError('relay/answer', undefined, error);
}

/** The requests of one try, over the same line as all others to the relay; every answer is checked before the library sees it. */
class RelayStack implements HttpStack {
  readonly #attempt: UploadTry;
  readonly #signal: AbortSignal;
  /** Of the upload, as the relay gave it. */
  place: string;
  offset = 0;

  constructor(attempt: UploadTry, signal: AbortSignal) {
    this.#attempt = attempt;
    this.#signal = signal;
    this.place = 'url' in attempt.from ? attempt.from.url : '';
  }

  getName(): string {
    return 'relay';
  }

  createRequest(method: string, url: string): HttpRequest {
    const { from } = this.#attempt;
    const headers = new Headers(method === 'POST' && 'ticket' in from ? { 'Upload-Ticket': from.ticket } : {});
    return {
      getMethod: () => method,
      getURL: () => url,
      getHeader: (name) => headers.get(name) ?? undefined,
      setHeader: (name, value) => headers.set(name, value),
      // A fetch tells nothing of how much of a body is on its way.
      setProgressHandler: () => undefined,
      // Ended by the signal, like everything else of the try.
      abort: () => Promise.resolve(),
      getUnderlyingObject: () => null,
      send: (body: Blob | null) => this.#send(method, headers, body)
    };
  }

  async #send(method: string, headers: Headers, body: Blob | null): Promise<HttpResponse> {
    const path = method === 'POST' ? UPLOADS : this.place;
    const response = await requestRelay(this.#attempt.fetch, path, { method, headers, body, signal: this.#signal });
    this.#check(method, response.headers, body?.size ?? 0);
    return {
      getStatus: () => response.status,
      getHeader: (name) => response.headers.get(name) ?? undefined,
      getBody: () => '',
      getUnderlyingObject: () => response
    };
  }

  /**
   * An offset that stays, runs ahead or goes back would have the library send for ever, or leave something out.
   * @throws `relay/answer`
   */
  #check(method: string, headers: Headers, sent: number): void {
    if (method === 'POST') {
      const place = headers.get('Location') ?? '';
      if (!PLACE.test(place)) throw new SvjError('relay/answer', 'Location');
      this.place = place;
      return;
    }
    const stated = headers.get('Upload-Offset') ?? '';
    const offset = Number(stated);
    if (!OFFSET.test(stated)) throw new SvjError('relay/answer', 'Upload-Offset');
    const least = this.offset + Math.min(sent, 1);
    if (method === 'PATCH' && (offset < least || offset > this.offset + sent))
      throw new SvjError('relay/answer', 'Upload-Offset');
    this.offset = offset;
    this.#attempt.acknowledged(offset);
  }
}
