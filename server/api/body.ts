/** Reads the body of a request, as far as it is allowed to go, and validates it. */
import { SvjError } from '#shared/errors.ts';
import { validate, type GenericSchema, type InferOutput } from '#shared/schema.ts';
import { abortableBytes } from './abortable-bytes.ts';
import type { BodyShare } from './body-budget.ts';
import { ProgressGuard } from './progress-guard.ts';

const JSON_TYPE = /^application\/json(?:;|$)/i;

/**
 * @param share of what all bodies together may hold; not needed for small ones
 * @throws `relay/too-large`, `relay/body`, `relay/busy`, `upload/too-slow` for one that does not move
 */
export async function readBody<S extends GenericSchema>(
  request: Request,
  schema: S,
  maxBytes: number,
  share?: BodyShare
): Promise<InferOutput<S>> {
  // A page of another site could only send it as a form's content types.
  if (!JSON_TYPE.test(request.headers.get('Content-Type') ?? '')) throw new SvjError('relay/body', 'type');
  try {
    return validate(schema, await readJson(request, maxBytes, share));
  } catch (cause) {
    if (cause instanceof SvjError && cause.code !== 'format/schema') throw cause;
    throw new SvjError('relay/body', cause instanceof SvjError ? cause.detail : 'json', cause);
  }
}

/** @throws `relay/too-large`, `upload/too-slow` for one that does not move, and what JSON throws */
export async function readJson(request: Request, maxBytes: number, share?: BodyShare): Promise<unknown> {
  return JSON.parse(await readText(request, maxBytes, share));
}

async function readText(request: Request, maxBytes: number, share?: BodyShare): Promise<string> {
  if (Number(request.headers.get('Content-Length') ?? 0) > maxBytes) throw new SvjError('relay/too-large');
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  const guard = new ProgressGuard();
  try {
    for await (const chunk of abortableBytes(guard.watch(request.body ?? ReadableStream.from([])), guard.signal)) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new SvjError('relay/too-large');
      share?.take(chunk.length);
      text += decoder.decode(chunk, { stream: true });
    }
  } finally {
    guard.end();
  }
  return text + decoder.decode();
}
