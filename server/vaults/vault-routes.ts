/** Routes of a vault: what it publishes, what it has published, and word of every change. */
import { COMMIT, RECORDS, WANTED } from '#shared/protocol.ts';
import { SvjError } from '#shared/errors.ts';
import { callerOf, route, type Route } from '#server/api/route.ts';
import type { Drain } from '#server/api/drain.ts';
import type { Sessions } from '#server/accounts/sessions.ts';
import type { Database } from '#server/db/database.ts';
import { feedStream } from './feed-stream.ts';
import type { Published } from './published.ts';
import type { Vaults } from './vaults.ts';

const BATCH_BYTES = 16 * 1024 * 1024;
const WHOLE = /^\d{1,15}$/;
const BUCKETS = /^\d{1,3}(?:,\d{1,3}){0,255}$/;
const FULL = { access: ['full'], body: null } as const;

export interface VaultRoutesParts {
  readonly database: Database;
  readonly vaults: Vaults;
  readonly published: Published;
  readonly sessions: Sessions;
  readonly drain: Drain;
}

export function vaultRoutes({ database, vaults, published, sessions, drain }: VaultRoutesParts): Route[] {
  return [
    route('GET /vault', FULL, async (call) => ({ json: await published.header(callerOf(call).accountId) })),
    route('GET /vault/heads', FULL, async (call) => ({
      json: await published.heads(callerOf(call).accountId, wholeOf(call.query['above']))
    })),
    route('GET /vault/buckets', FULL, async (call) => ({
      json: await published.buckets(callerOf(call).accountId, bucketsOf(call.query['only']))
    })),
    route('GET /records', FULL, async (call) => ({
      json: await published.changes(callerOf(call).accountId, call.query['after'] ?? '')
    })),
    route('POST /records', { access: ['full'], body: RECORDS, maxBytes: BATCH_BYTES }, async (call) => {
      await vaults.stage(callerOf(call).accountId, call.body);
      return {};
    }),
    route('POST /records/wanted', { access: ['full'], body: WANTED }, async (call) => ({
      json: await published.wanted(callerOf(call).accountId, call.body.entryIds)
    })),
    route('POST /vault/commit', { access: ['full'], body: COMMIT, maxBytes: BATCH_BYTES }, async (call) => {
      const { accountId } = callerOf(call);
      const feed = await database.transaction((query) => vaults.commit(query, accountId, call.body));
      await vaults.announce(accountId);
      return { json: { feed } };
    }),
    route('GET /vault/feed', FULL, (call) => {
      const { accountId, sessionId } = callerOf(call);
      const isSignedIn = () => sessions.isLive(sessionId);
      return Promise.resolve(feedStream({ database, published, accountId, isSignedIn, signal: call.signal, drain }));
    })
  ];
}

/** @throws `relay/body` */
function wholeOf(text: string | undefined): number {
  if (!WHOLE.test(text ?? '0')) throw new SvjError('relay/body', 'above');
  return Number(text ?? '0');
}

/** @throws `relay/body` unless it is a list of bucket numbers */
function bucketsOf(text = ''): number[] {
  if (!BUCKETS.test(text)) throw new SvjError('relay/body', 'only');
  return text.split(',').map(Number);
}
