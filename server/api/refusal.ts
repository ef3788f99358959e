/** The one shape of an error of the API: `{code, message}` from the closed table. */
import { ERRORS, toSvjError, type ErrorCode } from '#shared/errors.ts';
import { TooMany } from './route.ts';

type Headers = Readonly<Record<string, string>>;

/** @param method of the request: the answer to a HEAD has no body */
export function refusal(code: ErrorCode, headers: Headers = {}, method = ''): Response {
  const { status, sentence } = ERRORS[code];
  const init = { status, headers: { 'Cache-Control': 'no-store', ...headers } };
  return method === 'HEAD' ? new Response(null, init) : Response.json({ code, message: sentence }, init);
}

/** What was thrown, as an answer; whatever is not of the table says nothing but that something failed. */
export function refusalOf(thrown: unknown): Response {
  if (thrown instanceof TooMany) return refusal(thrown.code, { 'Retry-After': String(thrown.retryAfter) });
  return refusal(toSvjError(thrown).code);
}
