/**
 * Objects as their account gets them back: HEAD, GET with Range, DELETE. What belongs to another account is answered
 * exactly as what never was (attack C4).
 */
import { Hono, type Context } from 'hono';
import type { ObjectStore } from '#server/objects/object-store.ts';
import { refusalOf } from '#server/api/refusal.ts';
import { SvjError, toSvjError } from '#shared/errors.ts';
import type { StoredObject, StoredObjects } from './stored-objects.ts';
import type { AccountOf } from './upload-routes.ts';

const RANGE = /^bytes=(\d{0,15})-(\d{0,15})$/;

export function objectRoutes(objects: StoredObjects, store: ObjectStore, accountOf: AccountOf): Hono {
  const app = new Hono();
  app.onError((thrown, { req }) => objectRefusal(thrown, req.method));

  app.get('/:objectId', async (context) => {
    const object = await owned(context, objects, accountOf);
    const range = rangeOf(context.req.header('Range'), object.size);
    if (range === null) {
      throw new OutsideRange(object.size);
    }
    const { from, to } = range;
    const headers = {
      'Cache-Control': 'no-store',
      'Content-Type': 'application/octet-stream',
      'Accept-Ranges': 'bytes',
      'Content-Length': String(to - from),
      ...(range.isPart ? { 'Content-Range': `bytes ${from}-${to - 1}/${object.size}` } : {})
    };
    const status = range.isPart ? 206 : 200;
    if (context.req.method === 'HEAD') return new Response(null, { status, headers });
    const bytes = await store.read(object.key, from, to, context.req.raw.signal);
    return new Response(ReadableStream.from(bytes), { status, headers });
  });

  app.delete('/:objectId', async (context) => {
    const accountId = await accountOf(context);
    const removed = accountId !== null && (await objects.remove(accountId, context.req.param('objectId')));
    if (!removed) throw new SvjError('http/not-found');
    return new Response(null, { status: 204, headers: { 'Cache-Control': 'no-store' } });
  });

  app.all('/:objectId', () => objectRefusal(new SvjError('http/method')));
  app.all('*', () => objectRefusal(new SvjError('http/not-found')));
  return app;
}

/** @throws `http/not-found` */
async function owned(context: Context, objects: StoredObjects, accountOf: AccountOf): Promise<StoredObject> {
  const accountId = await accountOf(context);
  const object = accountId === null ? null : await objects.find(accountId, context.req.param('objectId') ?? '');
  if (object === null) throw new SvjError('http/not-found');
  return object;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly isPart: boolean;
}

/** Null when no byte of the range is there. What is no single range is ignored, as the protocol asks. */
function rangeOf(header: string | undefined, size: number): Range | null {
  const whole = { from: 0, to: size, isPart: false };
  const [, first = '', last = ''] = RANGE.exec(header ?? '') ?? [];
  if (first === '' && last === '') return whole;
  if (first === '') {
    const count = Math.min(Number(last), size);
    return count === 0 ? null : { from: size - count, to: size, isPart: true };
  }
  const from = Number(first);
  if (last !== '' && Number(last) < from) return whole;
  if (from >= size) return null;
  return { from, to: last === '' ? size : Math.min(Number(last) + 1, size), isPart: true };
}

class OutsideRange extends SvjError {
  readonly size: number;

  constructor(size: number) {
    super('range/not-satisfiable');
    this.size = size;
  }
}

function objectRefusal(thrown: unknown, method = ''): Response {
  // Nobody foresaw it: whoever is above writes it down and answers.
  if (toSvjError(thrown).code === 'internal') throw thrown;
  return refusalOf(thrown, thrown instanceof OutsideRange ? { 'Content-Range': `bytes */${thrown.size}` } : {}, method);
}
