/**
 * The verbs of the tus protocol 1.0 over the object port, one function each; above each check stands the sentence of
 * the protocol that it keeps.
 */
import type { ObjectStore } from '#server/objects/object-store.ts';
import { SvjError } from '#shared/errors.ts';
import type { Leases } from './lease.ts';
import type { Drain } from '#server/api/drain.ts';
import { ProgressGuard, type Ticker } from '#server/api/progress-guard.ts';
import { bodyLength, bytesIn, checkHeaders, OFFSET_TYPE, TICKET_HEADER, TUS_VERSION } from './upload-headers.ts';
import type { Upload, Uploads } from './uploads.ts';

export interface TusParts {
  readonly uploads: Uploads;
  readonly leases: Leases;
  readonly store: ObjectStore;
  readonly maxObjectBytes: number;
  readonly drain: Drain;
  /** Of the guard against bodies that do not move. */
  readonly ticker?: Ticker;
}

/** One request, and the account of its session; null without one. */
export interface TusCall {
  readonly request: Pick<Request, 'headers' | 'url' | 'signal'>;
  /** Of the request; empty where it has none. */
  readonly body: AsyncIterable<Uint8Array>;
  readonly accountId: string | null;
  /** From the address; empty for a creation. */
  readonly secret: string;
}

type Incoming = Pick<TusCall, 'request' | 'body'>;

const EXTENSIONS = 'creation,creation-with-upload,creation-defer-length,expiration,termination';

export class Tus {
  readonly #parts: TusParts;

  constructor(parts: TusParts) {
    this.#parts = parts;
  }

  /** What this server can do. The version of the request is ignored. */
  options(): Response {
    return answer(204, {
      'Tus-Version': TUS_VERSION,
      'Tus-Extension': EXTENSIONS,
      'Tus-Max-Size': String(this.#parts.maxObjectBytes)
    });
  }

  /** Exchanges a ticket for an upload, and takes its first bytes when there are any. */
  async post(call: TusCall): Promise<Response> {
    const { headers, url } = call.request;
    checkHeaders('POST', headers);
    this.#parts.drain.admit();
    const length = bytesIn(headers, 'Upload-Length');
    // "The request MUST include one of the following headers: Upload-Length, Upload-Defer-Length: 1"
    if ((length === null) === (headers.get('Upload-Defer-Length') === null))
      throw new SvjError('upload/header', 'Upload-Length');
    // "If the length of the upload exceeds the maximum, the Server MUST respond with 413"
    if (length !== null && length > this.#parts.maxObjectBytes) throw new SvjError('upload/too-long');
    const hasBody = headers.get('Content-Type') !== null && bodyLength(headers) !== 0;
    if (hasBody) mustBeOffsetType(headers);

    const secret = await this.#parts.uploads.create(headers.get(TICKET_HEADER), call.accountId, length);
    const upload = await this.#parts.uploads.find(secret, null);
    const progress = await this.#parts.leases.hold(upload.upload_hash, call.request.signal, (lost) =>
      this.#append(upload, 0, hasBody ? call : null, lost)
    );
    // Relative: an absolute address would repeat the Host header, which anyone can write.
    const place = new URL(url).pathname.replace(/\/$/, '');
    return answer(201, { Location: `${place}/${secret}`, ...progress });
  }

  /** How far the upload is. A running request for it is asked to stop, so that the answer stays true. */
  async head(call: TusCall): Promise<Response> {
    checkHeaders('HEAD', call.request.headers);
    const { uploads, leases } = this.#parts;
    const found = await uploads.find(call.secret, call.accountId);
    return leases.hold(found.upload_hash, call.request.signal, async () => {
      const upload = await uploads.find(call.secret, call.accountId);
      const size = await this.#sizeOf(upload);
      await this.#completeIfWhole(upload, size);
      return answer(200, {
        // "The Server MUST always include the Upload-Offset header in the response for a HEAD request"
        'Upload-Offset': String(size),
        // "If the size of the upload is known, the Server MUST include the Upload-Length header"
        // "As long as the length of the upload is not known, the Server MUST set Upload-Defer-Length: 1"
        ...(upload.length === null ? { 'Upload-Defer-Length': '1' } : { 'Upload-Length': String(upload.length) }),
        'Upload-Expires': new Date(upload.expires_at).toUTCString()
      });
    });
  }

  async patch(call: TusCall): Promise<Response> {
    const { headers } = call.request;
    checkHeaders('PATCH', headers);
    // "All PATCH requests MUST use Content-Type: application/offset+octet-stream"
    mustBeOffsetType(headers);
    const offset = bytesIn(headers, 'Upload-Offset');
    if (offset === null) throw new SvjError('upload/header', 'Upload-Offset');
    this.#parts.drain.admit();
    const { uploads, leases } = this.#parts;
    const found = await uploads.find(call.secret, call.accountId);
    return leases.hold(found.upload_hash, call.request.signal, async (lost) => {
      // Read again: it may have been changed while this request waited for it.
      const upload = await uploads.find(call.secret, call.accountId);
      return answer(204, await this.#append(upload, offset, call, lost));
    });
  }

  /** Ends an upload that is not complete; what became an object is deleted as an object, by its owner's session. */
  async delete(call: TusCall): Promise<Response> {
    checkHeaders('DELETE', call.request.headers);
    const { uploads, leases } = this.#parts;
    const found = await uploads.find(call.secret, call.accountId);
    await leases.hold(found.upload_hash, call.request.signal, async () => {
      await uploads.end(await uploads.find(call.secret, call.accountId));
    });
    return answer(204, {});
  }

  async #append(
    upload: Upload,
    offset: number,
    call: Incoming | null,
    lost: AbortSignal
  ): Promise<Record<string, string>> {
    const size = await this.#sizeOf(upload);
    // "If the offsets do not match, the Server MUST respond with 409 without modifying the upload resource"
    if (offset !== size) throw new SvjError('store/offset');
    const stated = call && bytesIn(call.request.headers, 'Upload-Length');
    // "Once set the length MUST NOT be changed."
    if (stated !== null) await this.#parts.uploads.setLength(upload, stated, size);
    const known = { ...upload, length: stated ?? upload.length };
    const room = (known.length ?? known.maximum) - size;
    const expected = call && bodyLength(call.request.headers);
    if (expected !== null && expected > room) throw new SvjError('upload/too-long');
    if (upload.state === 'complete') return { 'Upload-Offset': String(size) };

    const expiry = await this.#parts.uploads.touch(upload);
    const after = await this.#store(upload, offset, call, room, lost);
    await this.#completeIfWhole(known, after.size);
    if (after.isTooLong) throw new SvjError('upload/too-long');
    return { 'Upload-Offset': String(after.size), 'Upload-Expires': new Date(expiry).toUTCString() };
  }

  async #store(
    upload: Upload,
    offset: number,
    call: Incoming | null,
    room: number,
    lost: AbortSignal
  ): Promise<{ readonly size: number; readonly isTooLong: boolean }> {
    const guard = new ProgressGuard(this.#parts.ticker);
    const unlisten = this.#parts.drain.whenOver(() => guard.cut(new SvjError('relay/unreachable')));
    const signals = [lost, guard.signal, ...(call === null ? [] : [call.request.signal])];
    const limited = new LimitedBody(guard.watch(call?.body ?? ReadableStream.from([])), room);
    try {
      const expected = (call && bodyLength(call.request.headers)) ?? undefined;
      const options = { signal: AbortSignal.any(signals), expected };
      const size = await this.#parts.store.append(upload.store_key, offset, limited.bytes(), options);
      return { size, isTooLong: limited.isTooLong };
    } finally {
      unlisten();
      guard.end();
    }
  }

  async #sizeOf(upload: Upload): Promise<number> {
    return (await this.#parts.store.size(upload.store_key))?.size ?? 0;
  }

  /** Whoever sees that all is there makes the object: the request that stored the last byte may have died before. */
  async #completeIfWhole(upload: Upload, size: number): Promise<void> {
    if (upload.state === 'open' && size === upload.length) await this.#parts.uploads.complete(upload, size);
  }
}

/** Passes on what there is room for, and says whether there was more. */
class LimitedBody {
  readonly #body: AsyncIterable<Uint8Array>;
  #room: number;
  isTooLong = false;

  constructor(body: AsyncIterable<Uint8Array>, room: number) {
    this.#body = body;
    this.#room = room;
  }

  async *bytes(): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const chunk of this.#body) {
      this.isTooLong = chunk.length > this.#room;
      yield chunk.subarray(0, this.#room);
      if (this.isTooLong) return;
      this.#room -= chunk.length;
    }
  }
}

function mustBeOffsetType(headers: Headers): void {
  if (headers.get('Content-Type') !== OFFSET_TYPE) throw new SvjError('upload/type');
}

/** "The Tus-Resumable header MUST be included in every request and response"; nothing of an upload is ever cached. */
export function answer(status: number, headers: Record<string, string>): Response {
  return new Response(null, {
    status,
    headers: { 'Tus-Resumable': TUS_VERSION, 'Cache-Control': 'no-store', ...headers }
  });
}
