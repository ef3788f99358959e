/** Whose session a request carries, for the parts that check it themselves. */
import type { Context } from 'hono';
import type { Sessions } from '#server/accounts/sessions.ts';
import { SvjError } from '#shared/errors.ts';
import { tokenOf } from './session-cookie.ts';

/** The account of a full session. @throws `session/absent`, `session/second-factor` */
export function requireAccount(sessions: Sessions) {
  return async ({ req }: Context): Promise<string> => {
    const caller = await sessions.find(tokenOf(req.raw));
    if (caller === null) throw new SvjError('session/absent');
    if (caller.stage !== 'full') throw new SvjError('session/second-factor');
    return caller.accountId;
  };
}

/** Null without a session: an upload goes on by its own secret when the session is over. */
export function accountIfAny(sessions: Sessions) {
  return async ({ req }: Context): Promise<string | null> => (await sessions.find(tokenOf(req.raw)))?.accountId ?? null;
}
