/** The API: routes from a table, each behind the same checks in the same order. */
import { randomBytes } from 'node:crypto';
import type { BlockList } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono, type Context } from 'hono';
import type { Sessions } from '#server/accounts/sessions.ts';
import type { Log } from '#server/log/log.ts';
import { requireCaller } from './account-of.ts';
import { BodyBudget } from './body-budget.ts';
import { readBody } from './body.ts';
import { addressBlock, isTrusted, plainAddress } from './client-address.ts';
import { refusal, refusalOf } from './refusal.ts';
import type { Answer, Route } from './route.ts';
import { isFromOwnSite } from './same-site.ts';
import { cookieOf } from './session-cookie.ts';

/** What the checks in front find out about a request. */
interface Environment {
  Variables: { id: string; address: string; route: string };
}

export interface ApiParts {
  readonly routes: readonly Route[];
  /** Parts that speak a protocol of their own, by the place below `/api`. */
  readonly mounts: Readonly<Record<string, Hono>>;
  readonly sessions: Sessions;
  /** Addresses of the operator's proxies. */
  readonly proxies: BlockList;
  readonly log: Pick<Log, 'request' | 'failure'>;
  readonly budget?: BodyBudget;
}

/** Tells a person's report and a line of the log to be of one request. */
const REQUEST_ID = 'X-Request-Id';

export function api({ routes, mounts, sessions, proxies, log, budget = new BodyBudget() }: ApiParts): Hono {
  const app = new Hono<Environment>();
  app.onError((thrown, context) => {
    const answer = refusalOf(thrown);
    if (answer.status === 500) log.failure(context.get('id'), thrown);
    return answer;
  });
  app.use(async (context, next) => {
    const [started, id] = [performance.now(), randomBytes(8).toString('hex')];
    const { method, headers } = context.req.raw;
    const address = addressBlock(peerOf(context), headers.get('X-Forwarded-For') ?? undefined, proxies);
    context.set('id', id);
    context.set('address', address);
    context.set('route', 'none');
    await next();
    context.header(REQUEST_ID, id);
    const { status } = context.res;
    log.request({ id, method, route: context.get('route'), status, ms: performance.now() - started, address });
  });
  app.use(async (context, next) => {
    const isProxied = isTrusted(plainAddress(peerOf(context) ?? ''), proxies);
    if (!isFromOwnSite(context.req.raw, isProxied)) return refusal('relay/foreign-origin');
    await next();
    return undefined;
  });
  for (const route of routes) {
    app.on(route.method, route.path, async (context) => {
      context.set('route', route.path);
      // The router takes HEAD for a GET whose body it drops: a stream would go on for nobody.
      if (context.req.raw.method !== route.method) return refusal('http/method');
      return answerOf(route, { sessions, budget }, context);
    });
  }
  for (const [path, part] of Object.entries(mounts)) {
    app.use(`${path}/*`, async (context, next) => {
      context.set('route', path);
      await next();
    });
    app.route(path, part);
  }
  const places = new Set(routes.map(({ path }) => path));
  for (const path of places) app.all(path, () => refusal('http/method'));
  app.all('*', () => refusal('http/not-found'));
  const outer = new Hono();
  outer.route('/', app);
  return outer;
}

async function answerOf(
  route: Route,
  { sessions, budget }: Required<Pick<ApiParts, 'sessions' | 'budget'>>,
  context: Context<Environment>
): Promise<Response> {
  const request = context.req.raw;
  const caller = route.access === 'open' ? null : await requireCaller(sessions, request, route.access);
  const address = context.get('address');
  await route.admit({ caller, address });
  const share = budget.share();
  try {
    const body = route.body === null ? undefined : await readBody(request, route.body, route.maxBytes, share);
    const [params, query] = [context.req.param(), context.req.query()];
    return responseOf(
      await route.handle({ caller, body: body as never, params, query, address, signal: request.signal })
    );
  } finally {
    share.release();
  }
}

function responseOf(answer: Answer | Response): Response {
  if (answer instanceof Response) return answer;
  const headers = new Headers({ 'Cache-Control': 'no-store' });
  if (answer.token !== undefined) headers.set('Set-Cookie', cookieOf(answer.token));
  const { status = answer.json === undefined ? 204 : 200 } = answer;
  return answer.json === undefined
    ? new Response(null, { status, headers })
    : Response.json(answer.json, { status, headers });
}

/** Undefined where the app is called in process, without a connection. */
function peerOf(context: Context<Environment>): string | undefined {
  try {
    return getConnInfo(context).remote.address;
  } catch {
    return undefined;
  }
}
