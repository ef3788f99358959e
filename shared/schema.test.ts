/** Validation names the place of a fault, never the value. */
import { describe, expect, it } from 'vitest';
import { SvjError } from './errors.ts';
import { array, literal, looseObject, number, object, string, validate } from './schema.ts';

const schema = looseObject({ schema: literal(1), entries: array(object({ title: string(), length: number() })) });

function errorOf(value: unknown): SvjError {
  try {
    validate(schema, value);
  } catch (thrown) {
    if (thrown instanceof SvjError) return thrown;
  }
  throw new Error('was accepted');
}

describe('validate', () => {
  it('returns what fits, with the fields it does not know', () => {
    const value = { schema: 1, entries: [{ title: 't', length: 1 }], later: true };
    expect(validate(schema, value)).toEqual(value);
  });

  it('names the path and keeps the value to itself', () => {
    const error = errorOf({
      schema: 1,
      entries: [
        { title: 't', length: 1 },
        { title: 'very private', length: 'x' }
      ]
    });
    expect(error).toMatchObject({ code: 'format/schema', detail: 'entries.1.length' });
    expect(`${error.message}${error.detail ?? ''}${String(error.cause)}`).not.toContain('private');
    expect(errorOf('very private')).toMatchObject({ code: 'format/schema', detail: undefined });
  });
});
