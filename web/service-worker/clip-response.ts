/** HTTP for a clip (RFC 9110 sections 13 to 15): which status, which headers, which bytes. */
import { ERRORS, type SvjError, toSvjError } from '#shared/errors.ts';
import { ClipReader, type Source } from './clip-reader.ts';
import { clipStream, type ClipStream } from './clip-stream.ts';
import { parseRange } from './range.ts';

export interface ClipAsked {
  readonly method: 'GET' | 'HEAD';
  readonly headers: Headers;
  /** Strong tag: a clip never changes. */
  readonly etag: string;
  /** Serves only bytes before this one, as the whole; null for all. For playing up to a damage. */
  readonly until: number | null;
}

export interface ClipAnswered {
  readonly response: Response;
  /** Null where nothing is left to read. */
  readonly stream: ClipStream | null;
}

/** Nothing of a clip may be kept by anybody, or be used by another origin. */
const HEADERS = {
  'Accept-Ranges': 'bytes',
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'Cross-Origin-Resource-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff'
};

/** @param open the clip; called again only past a damage */
export async function answerClip(
  asked: ClipAsked,
  open: () => Promise<Source>,
  onFailure: (error: SvjError, at: number) => void
): Promise<ClipAnswered> {
  let source: Source;
  try {
    source = await open();
  } catch (thrown) {
    const error = toSvjError(thrown);
    onFailure(error, 0);
    return { response: failure(error), stream: null };
  }

  const size = asked.until === null ? source.size : Math.min(asked.until, source.size);
  const wanted = parseRange(validRange(asked), size);
  if (wanted.kind === 'unsatisfiable') {
    source.close();
    const headers = { ...HEADERS, 'Content-Range': `bytes */${size}` };
    return { response: new Response(null, { status: 416, headers }), stream: null };
  }

  const { from, to } = wanted.kind === 'part' ? wanted : { from: 0, to: size };
  const head = {
    status: wanted.kind === 'part' ? 206 : 200,
    headers: {
      ...HEADERS,
      'Content-Type': source.mime,
      'Content-Length': String(to - from),
      ETag: asked.etag,
      ...(wanted.kind === 'part' ? { 'Content-Range': `bytes ${from}-${to - 1}/${size}` } : {})
    }
  };
  if (asked.method === 'HEAD') {
    source.close();
    return { response: new Response(null, head), stream: null };
  }
  const stream = clipStream(new ClipReader(source, open), from, to, onFailure);
  return { response: new Response(stream.body, head), stream };
}

/** A range under a condition that does not hold is no range (RFC 9110 section 13.1.5); ranges are defined for GET. */
function validRange({ method, headers, etag }: ClipAsked): string | null {
  const condition = headers.get('If-Range');
  return method === 'GET' && (condition === null || condition === etag) ? headers.get('Range') : null;
}

/** A status that makes a player give up at once. What it means goes to the page by message. */
function failure(error: SvjError): Response {
  const status = error.code === 'call/worker-died' ? 504 : ERRORS[error.code].status;
  return new Response(null, { status, headers: HEADERS });
}
