/** The closed table: every code a status and a sentence, everything thrown a code. */
import { describe, expect, it } from 'vitest';
import { ERRORS, isErrorCode, SvjError, toSvjError, type ErrorCode } from './errors.ts';

describe('errors', () => {
  it.each(Object.entries(ERRORS))('%s has a status and one plain sentence', (code, { status, sentence }) => {
    expect(code).toMatch(/^[a-z]+(?:\/[a-z0-9-]+)?$/);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(status).toBeLessThan(600);
    expect(sentence).toMatch(/^[A-Z].*\.$/);
    const error = new SvjError(code as ErrorCode, 'place');
    expect(error).toMatchObject({ code, detail: 'place', message: sentence, name: 'SvjError' });
    expect(error.cause).toBeUndefined();
    expect(isErrorCode(code)).toBe(true);
  });

  it('maps whatever was thrown onto the table', () => {
    const known = new SvjError('seal/damaged');
    expect(toSvjError(known)).toBe(known);
    expect(toSvjError(new DOMException('', 'AbortError')).code).toBe('call/aborted');
    expect(toSvjError(new DOMException('', 'QuotaExceededError')).code).toBe('storage/quota');
    for (const thrown of [new TypeError('x'), 'text', 7, null, undefined, {}, { name: 5 }]) {
      const mapped = toSvjError(thrown);
      expect(mapped.code).toBe('internal');
      expect(mapped.cause).toBe(thrown);
    }
    expect(toSvjError(new RangeError('secret')).message).not.toContain('secret');
  });

  it('knows no code that only looks like one', () => {
    for (const odd of ['toString', '__proto__', 'seal', '', 5, null, undefined]) expect(isErrorCode(odd)).toBe(false);
  });
});
