/** What SvelteKit says of an unforeseen failure: a code of our table, never the message of what was thrown. */
import { toSvjError } from '#shared/errors.ts';

export function handleError({ error, status }: { error: unknown; status: number }): { message: string } {
  return { message: status === 404 ? 'http/not-found' : toSvjError(error).code };
}
