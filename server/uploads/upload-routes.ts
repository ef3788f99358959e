/** Where tickets and uploads are reached: `POST /tickets`, and the tus verbs below `/uploads`. */
import { IncomingMessage } from 'node:http';
import type { HttpBindings } from '@hono/node-server';
import { Hono, type Context } from 'hono';
import type { Drain } from '#server/api/drain.ts';
import { readBody } from '#server/api/body.ts';
import { refusalOf } from '#server/api/refusal.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import { parseObjectId } from '#shared/ids.ts';
import { integer, maxValue, minValue, number, object, pipe, regex, string, union } from '#shared/schema.ts';
import type { Tickets } from './tickets.ts';
import { Tus, type TusCall, type TusParts } from './tus-verbs.ts';
import { TUS_VERSION } from './upload-headers.ts';

/** The account of the session that a request carries; null without one. */
export type AccountOf = (context: Context) => Promise<string | null>;

const objectId = pipe(string(), regex(/^[0-9a-f]{32}$/));
const bytes = pipe(number(), integer(), minValue(0), maxValue(Number.MAX_SAFE_INTEGER));
/** The length where it is known; a bound for it while the object is being recorded. */
const TICKET_BODY = union([object({ objectId, length: bytes }), object({ objectId, maximum: bytes })]);
const MAX_TICKET_BODY = 1024;

export function ticketRoutes(tickets: Tickets, accountOf: AccountOf, drain: Drain): Hono {
  const app = new Hono();
  app.onError((thrown) => tusRefusal(thrown));
  app.post('/', async (context) => {
    const accountId = await accountOf(context);
    if (accountId === null) throw new SvjError('http/not-found');
    drain.admit();
    const body = await readBody(context.req.raw, TICKET_BODY, MAX_TICKET_BODY);
    const length = 'length' in body ? body.length : null;
    const maximum = 'maximum' in body ? body.maximum : body.length;
    const ticket = await tickets.issue(accountId, { objectId: parseObjectId(body.objectId), length, maximum });
    return context.json({ ticket }, 201, { 'Cache-Control': 'no-store' });
  });
  app.all('*', () => tusRefusal(new SvjError('http/method')));
  return app;
}

export function uploadRoutes(parts: TusParts, accountOf: AccountOf): Hono {
  const tus = new Tus(parts);
  const app = new Hono();
  app.onError((thrown, { req }) => tusRefusal(thrown, req.method));
  const callOf = async (context: Context): Promise<TusCall> => ({
    request: context.req.raw,
    body: bodyOf(context),
    accountId: await accountOf(context),
    secret: context.req.param('secret') ?? ''
  });
  app.options('/', () => tus.options());
  app.options('/:secret', () => tus.options());
  app.post('/', async (context) => tus.post(await callOf(context)));
  app.patch('/:secret', async (context) => tus.patch(await callOf(context)));
  app.delete('/:secret', async (context) => tus.delete(await callOf(context)));
  // A GET would answer with the bytes of an upload; there is no such verb. HEAD arrives as GET in this router.
  app.get('/:secret', async (context) => {
    if (context.req.method !== 'HEAD') throw new SvjError('http/method');
    return tus.head(await callOf(context));
  });
  app.all('/', () => tusRefusal(new SvjError('http/method')));
  app.all('/:secret', () => tusRefusal(new SvjError('http/method')));
  app.all('*', () => tusRefusal(new SvjError('http/not-found')));
  return app;
}

/**
 * Straight from the socket where there is one: as a web stream every chunk takes a longer way. What is not read of it
 * is left to the server, which must still be able to answer.
 */
function bodyOf(context: Context): AsyncIterable<Uint8Array> {
  const { incoming } = (context.env ?? {}) as Partial<HttpBindings>;
  // Called in process there is no message, whatever else stands in its place.
  if (incoming instanceof IncomingMessage) return incoming.iterator({ destroyOnReturn: false });
  return context.req.raw.body ?? ReadableStream.from([]);
}

function tusRefusal(thrown: unknown, method = ''): Response {
  const { code } = toSvjError(thrown);
  // Nobody foresaw it: whoever is above writes it down and answers.
  if (code === 'internal') throw thrown;
  const headers = {
    'Tus-Resumable': TUS_VERSION,
    // "it MUST respond with the 412 Precondition Failed status and MUST include the Tus-Version header"
    ...(code === 'upload/version' ? { 'Tus-Version': TUS_VERSION } : {})
  };
  return refusalOf(thrown, headers, method);
}
