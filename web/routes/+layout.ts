/** A single-page app: the relay serves files and never renders a screen. */
import { messages } from '#web/messages/catalogue.svelte.ts';
import { settings } from '#web/state/settings.svelte.ts';
import { theme } from '#web/state/theme.svelte.ts';

export const ssr = false;
export const prerender = false;
export const trailingSlash = 'never';

/** Colours and language are right from the first paint on. */
export async function load(): Promise<void> {
  theme.apply();
  await messages.use(settings.language);
}
