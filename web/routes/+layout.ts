/** A single-page app: the relay serves files and never renders a screen. */
import { messages } from '#web/messages/catalogue.svelte.ts';
import { session } from '#web/state/session.svelte.ts';
import { settings } from '#web/state/settings.svelte.ts';
import { theme } from '#web/state/theme.svelte.ts';

export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';

/** Most browsers have answered by then; a skeleton is shown where one takes longer. */
const PATIENCE_MS = 300;

/** Colours, language and the screen itself are right from the first paint on. */
export async function load(): Promise<void> {
  theme.apply();
  const late = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.all([messages.use(settings.language), Promise.race([session.look(), late])]);
}
