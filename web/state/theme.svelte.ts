/** Light, dark or as the system says: an attribute that tokens.css answers to, and the colour of the browser's own bar. */
import { settings, type Theme } from './settings.svelte.ts';

/** `--surface` of tokens.css: what surrounds the page in an installed app. */
const SURFACES = { light: '#faf7f2', dark: '#161310' } as const;

class ThemeState {
  get choice(): Theme {
    return settings.theme;
  }

  choose(theme: Theme): void {
    settings.set({ theme });
    this.apply();
  }

  /** Before the first paint of the app, and after every choice. */
  apply(): void {
    const root = document.documentElement;
    if (settings.theme === 'system') delete root.dataset['theme'];
    else root.dataset['theme'] = settings.theme;
    for (const meta of document.querySelectorAll<HTMLMetaElement>('meta[name="theme-color"]')) {
      const own = meta.media.includes('dark') ? 'dark' : 'light';
      meta.content = SURFACES[settings.theme === 'system' ? own : settings.theme];
    }
  }
}

export const theme = new ThemeState();
