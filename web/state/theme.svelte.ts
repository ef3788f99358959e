/** Light, dark or as the system says: an attribute that tokens.css answers to, and the colour of the browser's own bar. */
import { settings, type Theme } from './settings.svelte.ts';

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
  }
}

export const theme = new ThemeState();
