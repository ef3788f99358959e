/** The one shape of an error of the API: `{code, message}` from the closed table. */
import { ERRORS, toSvjError, type ErrorCode } from '#shared/errors.ts';
import { TooMany } from './route.ts';

export function refusal(code: ErrorCode, headers: Readonly<Record<string, string>> = {}): Response {
  const { status, sentence } = ERRORS[code];
  return Response.json({ code, message: sentence }, { status, headers: { 'Cache-Control': 'no-store', ...headers } });
}

/** What was thrown, as an answer; whatever is not of the table says nothing but that something failed. */
export function refusalOf(thrown: unknown): Response {
  if (thrown instanceof TooMany) return refusal(thrown.code, { 'Retry-After': String(thrown.retryAfter) });
  return refusal(toSvjError(thrown).code);
}
