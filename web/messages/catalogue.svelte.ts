/**
 * The message catalogue: typed by the English one, so that a missing sentence is a compile
 * error. English is in the bundle; other languages are loaded when chosen. Right-to-left
 * languages set the document's direction; `?lang=en-XB` turns any other around to test that.
 *
 * Use: `import { m } from '#web/messages/catalogue.svelte.ts'` and `{m.record.start}`.
 */
import { en, type Catalogue } from './en.ts';

export const LANGUAGES = ['en', 'de'] as const;
export type Language = (typeof LANGUAGES)[number];
export const LANGUAGE_NAMES: Record<Language, string> = { en: 'English', de: 'Deutsch' };

/** So that every language says which way it is read. */
const DIRECTIONS: Record<Language, 'ltr' | 'rtl'> = { en: 'ltr', de: 'ltr' };

const loaders: Record<Language, () => Promise<Catalogue>> = {
  en: () => Promise.resolve(en),
  de: async () => (await import('./de.ts')).de
};

class Messages {
  #catalogue = $state.raw<Catalogue>(en);
  #language = $state<Language>('en');

  get language(): Language {
    return this.#language;
  }

  /** BCP 47 tag for Intl formatters. */
  get locale(): string {
    return typeof navigator !== 'undefined' && navigator.language.startsWith(this.#language)
      ? navigator.language
      : this.#language;
  }

  get catalogue(): Catalogue {
    return this.#catalogue;
  }

  async use(language: Language): Promise<void> {
    this.#catalogue = await loaders[language]();
    this.#language = language;
    document.documentElement.lang = language;
    document.documentElement.dir = isMirrored() ? 'rtl' : DIRECTIONS[language];
  }
}

/** Turned around, to see that every screen can be. */
function isMirrored(): boolean {
  return new URLSearchParams(location.search).get('lang') === 'en-XB';
}

export const messages = new Messages();

/** The current catalogue, reactive in templates and derived values. */
export const m: Catalogue = {
  get shell() {
    return messages.catalogue.shell;
  },
  get onboarding() {
    return messages.catalogue.onboarding;
  },
  get journal() {
    return messages.catalogue.journal;
  },
  get record() {
    return messages.catalogue.record;
  },
  get entry() {
    return messages.catalogue.entry;
  },
  get settings() {
    return messages.catalogue.settings;
  },
  get errors() {
    return messages.catalogue.errors;
  }
};

/** Picks the plural form by the current language: `plural(n, { one: '1 entry', other: `${n} entries` })`. */
export function plural(
  count: number,
  forms: { readonly one?: string; readonly few?: string; readonly many?: string; readonly other: string }
): string {
  const rule = new Intl.PluralRules(messages.locale).select(count);
  return (rule in forms ? forms[rule as keyof typeof forms] : undefined) ?? forms.other;
}
