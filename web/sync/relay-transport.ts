/** How a request travels to the relay, and what one that failed is called. Nothing here knows what was asked for. */
import { ERRORS, isErrorCode, SvjError, toSvjError, type ErrorCode } from '#shared/errors.ts';
import { ERROR_ANSWER } from '#shared/protocol.ts';
import { validate, type GenericSchema, type InferOutput } from '#shared/schema.ts';

/** As the browser has it; `credentials` and `cache` are set here. */
export type Fetch = (path: string, init: RequestInit) => Promise<Response>;

export type RelayRequest = Pick<RequestInit, 'method' | 'headers' | 'body'> & { readonly signal: AbortSignal };

/** Which failures of the relay an app can be told: none that is about the device itself. */
const TOLD = /^(?:account|session|factor|relay|store|ticket|upload|http)\/|^vault\/(?:conflict|not-staged|over-quota)$/;

/** A refusal of a HEAD has no body that could name it. */
const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: 'session/absent',
  403: 'session/second-factor',
  404: 'http/not-found',
  410: 'http/not-found',
  423: 'upload/busy'
};

/** The relay answered, and said no. */
export class RelayRefusal extends SvjError {
  /** How long it wants to be left alone; null when it did not say. */
  readonly retryAfterMs: number | null;

  constructor(code: ErrorCode, response: Response) {
    super(code, String(response.status));
    const seconds = /^\d{1,9}$/.exec(response.headers.get('Retry-After') ?? '');
    this.retryAfterMs = seconds && Number(seconds[0]) * 1000;
  }
}

/** @throws the code that the relay names, `relay/unreachable`, `relay/answer`, `call/aborted` */
export async function requestRelay(fetch: Fetch, path: string, request: RelayRequest): Promise<Response> {
  if (request.signal.aborted) throw new SvjError('call/aborted');
  const init: RequestInit = { ...request, cache: 'no-store', credentials: 'same-origin', redirect: 'error' };
  const response = await fetch(path, init).catch((thrown: unknown) => {
    throw networkError(thrown);
  });
  if (response.ok) return response;
  throw new RelayRefusal(await codeOf(response, request.method), response);
}

/** A network that fails says no more than that. */
export function networkError(thrown: unknown): SvjError {
  const error = toSvjError(thrown);
  return error.code === 'call/aborted' ? error : new SvjError('relay/unreachable', undefined, thrown);
}

/** @throws `relay/answer` */
export function parseAnswer<S extends GenericSchema>(schema: S, text: string): InferOutput<S> {
  try {
    return validate(schema, JSON.parse(text));
  } catch (cause) {
    throw new SvjError('relay/answer', cause instanceof SvjError ? cause.detail : 'json', cause);
  }
}

/** What a refusal is called; a proxy in between, or a relay that lies, gets no further than `relay/…`. */
async function codeOf(response: Response, method: string | undefined): Promise<ErrorCode> {
  try {
    const { code } = parseAnswer(ERROR_ANSWER, await response.text());
    if (isErrorCode(code) && TOLD.test(code) && ERRORS[code].status === response.status) return code;
  } catch {
    // No answer of ours: named by its status below.
  }
  if (response.status === 429) return 'relay/too-many';
  if (response.status >= 500) return 'relay/unreachable';
  return (method === 'HEAD' ? BY_STATUS[response.status] : undefined) ?? 'relay/answer';
}
