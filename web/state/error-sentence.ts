/** What a person reads when something fails: what is safe and what to do, by error code, never content. */
import { toSvjError } from '#shared/errors.ts';
import { m } from '#web/messages/catalogue.svelte.ts';

export function errorSentence(thrown: unknown): string {
  return m.errors[toSvjError(thrown).code];
}
