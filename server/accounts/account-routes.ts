/** Routes of accounts: prelogin, sign-up, sessions, second factor, passphrase. */
import { toBase64 } from '#shared/bytes.ts';
import { SvjError } from '#shared/errors.ts';
import { CODE, PASSPHRASE, PRELOGIN, SECOND_FACTOR, SIGN_IN, SIGN_UP } from '#shared/protocol.ts';
import { callerOf, route, type Admission, type Route } from '#server/api/route.ts';
import type { Accounts } from './accounts.ts';
import type { SecondFactors } from './second-factors.ts';
import type { Sessions } from './sessions.ts';

/** A passphrase comes with a commit, which names what changed. */
const COMMIT_BYTES = 16 * 1024 * 1024;
const SIGN_UP_BYTES = 256 * 1024;
const ANY = ['password', 'enrolling', 'full'] as const;

export interface AccountRoutesParts {
  readonly accounts: Accounts;
  readonly factors: SecondFactors;
  readonly sessions: Sessions;
}

export function accountRoutes({ accounts, factors, sessions }: AccountRoutesParts): Route[] {
  const admitted =
    (what: Parameters<Accounts['admit']>[0]) =>
    ({ address }: Admission): Promise<void> =>
      accounts.admit(what, address);
  return [
    route('POST /prelogin', { access: 'open', body: PRELOGIN, admit: admitted('prelogin') }, async ({ body }) => {
      const { vaultId, kdf } = await accounts.prelogin(body.name);
      return { json: { vaultId, kdf: toBase64(kdf) } };
    }),
    route(
      'POST /account',
      { access: 'open', body: SIGN_UP, maxBytes: SIGN_UP_BYTES, admit: admitted('sign-up') },
      async ({ body }) => ({
        status: 201,
        json: { stage: 'enrolling' },
        token: await accounts.signUp(body)
      })
    ),
    route('POST /second-factor/totp', { access: ['enrolling'], body: null }, async (call) => ({
      json: await factors.setUp(callerOf(call).accountId)
    })),
    route('POST /second-factor/totp/confirm', { access: ['enrolling'], body: CODE }, async (call) => {
      const { token, recoveryCodes } = await accounts.confirm(callerOf(call), call.body.code);
      return { json: { stage: 'full', recoveryCodes }, token };
    }),
    route(
      'POST /session',
      { access: 'open', body: SIGN_IN, admit: admitted('sign-in') },
      async ({ body, address }) => ({
        json: { stage: 'password' },
        token: await accounts.signIn(body, address)
      })
    ),
    route('POST /session/second-factor', { access: ['password'], body: SECOND_FACTOR }, async (call) => ({
      json: { stage: 'full' },
      token: await accounts.signInFully(callerOf(call), call.body)
    })),
    route('GET /session', { access: ANY, body: null }, (call) => {
      const { stage, sessionId, accountId } = callerOf(call);
      return Promise.resolve({ json: { stage, sessionId, accountId } });
    }),
    route('DELETE /session', { access: ANY, body: null }, async (call) => {
      const { accountId, sessionId } = callerOf(call);
      await sessions.end(accountId, sessionId);
      return { token: null };
    }),
    route('GET /sessions', { access: ['full'], body: null }, async (call) => ({
      json: { sessions: await sessions.list(callerOf(call).accountId), current: callerOf(call).sessionId }
    })),
    route('DELETE /sessions/:id', { access: ['full'], body: null }, async (call) => {
      if (!(await sessions.end(callerOf(call).accountId, call.params['id'] ?? '')))
        throw new SvjError('http/not-found');
      return {};
    }),
    route(
      'POST /account/passphrase',
      {
        access: ['full'],
        body: PASSPHRASE,
        maxBytes: COMMIT_BYTES,
        admit: (call) => accounts.admitChange(callerOf(call))
      },
      async (call) => {
        const { token, feed } = await accounts.changePassphrase(callerOf(call), call.body);
        return { json: { feed }, token };
      }
    )
  ];
}
