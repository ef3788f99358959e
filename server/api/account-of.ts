/** Whose session a request carries, and whether it has come far enough. */
import type { Context } from 'hono';
import type { Sessions } from '#server/accounts/sessions.ts';
import type { SessionStage } from '#server/db/schema.ts';
import { SvjError } from '#shared/errors.ts';
import type { Caller } from './route.ts';
import { tokenOf } from './session-cookie.ts';

/**
 * The session of a request, at one of these stages.
 * @throws `session/absent`, `session/second-factor`, `http/not-found` for what a full session has behind it
 */
export async function requireCaller(
  sessions: Sessions,
  request: Request,
  stages: readonly SessionStage[]
): Promise<Caller> {
  const caller = await sessions.find(tokenOf(request));
  if (caller === null) throw new SvjError('session/absent');
  if (stages.includes(caller.stage)) return caller;
  throw new SvjError(caller.stage === 'full' ? 'http/not-found' : 'session/second-factor');
}

/** The account of a full session, for the parts that check it themselves. */
export function requireAccount(sessions: Sessions) {
  return async ({ req }: Context): Promise<string> => (await requireCaller(sessions, req.raw, ['full'])).accountId;
}

/** Null without a session: an upload goes on by its own secret when the session is over. */
export function accountIfAny(sessions: Sessions) {
  return async ({ req }: Context): Promise<string | null> => (await sessions.find(tokenOf(req.raw)))?.accountId ?? null;
}
