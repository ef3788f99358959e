/** The one shape of an error of the API: `{code, message}` from the closed table. */
import { codeOfFailure } from '#server/db/failure.ts';
import { ERRORS, toSvjError, type ErrorCode } from '#shared/errors.ts';
import { TooMany } from './route.ts';

type Headers = Readonly<Record<string, string>>;

/** Seconds. Whoever refuses for a while says for how long; where nobody knows better, it is this. */
export const RETRY_AFTER: Headers = { 'Retry-After': '5' };
const FOR_A_WHILE: readonly number[] = [429, 503];

/** @param method of the request: the answer to a HEAD has no body */
export function refusal(code: ErrorCode, headers: Headers = {}, method = ''): Response {
  const { status, sentence } = ERRORS[code];
  const wait = FOR_A_WHILE.includes(status) ? RETRY_AFTER : {};
  const init = { status, headers: { 'Cache-Control': 'no-store', ...wait, ...headers } };
  return method === 'HEAD' ? new Response(null, init) : Response.json({ code, message: sentence }, init);
}

/** What was thrown, as an answer: a database that is busy or full says so; whatever is not of the table says nothing but that something failed. */
export function refusalOf(thrown: unknown, headers: Headers = {}, method = ''): Response {
  const wait = thrown instanceof TooMany ? { 'Retry-After': String(thrown.retryAfter) } : {};
  return refusal(codeOfFailure(thrown) ?? toSvjError(thrown).code, { ...wait, ...headers }, method);
}
