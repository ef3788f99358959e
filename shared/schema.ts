/** The validation library, imported once. Everything untrusted that is JSON goes through it. */
import { safeParse, type BaseIssue, type BaseSchema, type InferOutput } from 'valibot';
import { SvjError } from './errors.ts';

export {
  array,
  boolean,
  check,
  integer,
  looseObject,
  maxLength,
  maxValue,
  minLength,
  minValue,
  nullable,
  number,
  object,
  optional,
  picklist,
  pipe,
  rawTransform,
  record,
  regex,
  string,
  transform,
  union,
  literal,
  type GenericSchema,
  type InferInput,
  type InferOutput
} from 'valibot';

/** @throws `format/schema`; the message names the path, never a value */
export function validate<S extends BaseSchema<unknown, unknown, BaseIssue<unknown>>>(
  schema: S,
  value: unknown
): InferOutput<S> {
  const result = safeParse(schema, value, { abortEarly: true });
  if (!result.success) {
    const path = result.issues[0].path?.map((item) => String(item.key)).join('.');
    throw new SvjError('format/schema', path);
  }
  return result.output;
}
