/** Every refusal that holds for a while says for how long, in whatever part it is thrown. */
import type { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { objectRoutes } from '#server/uploads/object-routes.ts';
import { ticketRoutes, uploadRoutes } from '#server/uploads/upload-routes.ts';
import { ERRORS, SvjError, type ErrorCode } from '#shared/errors.ts';
import { Drain } from './drain.ts';
import { refusal, refusalOf } from './refusal.ts';
import { TooMany } from './route.ts';

const codes = Object.keys(ERRORS) as ErrorCode[];
const waiting = codes.filter((code) => [429, 503].includes(ERRORS[code].status));

describe('a refusal', () => {
  it.each(waiting)('by %s says when to come again', (code) => {
    for (const answer of [refusal(code), refusal(code, {}, 'HEAD'), refusalOf(new SvjError(code))]) {
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0);
    }
  });

  it('for good says nothing of the kind', () => {
    expect(refusal('http/not-found').headers.get('Retry-After')).toBeNull();
  });

  it('says how long exactly where that is known', () => {
    const answer = refusalOf(new TooMany(61_001));
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '62']);
  });
});

describe('the parts with a protocol of their own', () => {
  const refuse = () => Promise.reject(new TooMany(30_000));
  const nothing = {} as never;
  const parts: [string, string, Hono][] = [
    ['POST', '/', ticketRoutes(nothing, refuse, new Drain())],
    ['HEAD', '/secret', uploadRoutes(nothing, refuse)],
    ['PATCH', '/secret', uploadRoutes(nothing, refuse)],
    ['GET', '/object', objectRoutes(nothing, nothing, refuse)]
  ];

  it.each(parts)('keep the time of a refusal: %s %s', async (method, path, part) => {
    const answer = await part.request(path, { method });
    expect([answer.status, answer.headers.get('Retry-After')]).toEqual([429, '30']);
  });
});
